internal import CanvasKit

/// The order of a table, whatever its rows are.
struct CurrentOrder {
    /// The name of its key.
    let name: String
    let isReversed: Bool
    /// Whether the largest value comes first.
    let comesLargestFirst: Bool

    init<Row>(_ order: SortOrder<Row>) {
        name = order.key.name
        isReversed = order.isReversed
        comesLargestFirst = order.comesLargestFirst
    }
}

extension Model {
    /// The order that a table has.
    func order(of table: OrderPage.Table) -> CurrentOrder {
        switch table {
        case .guests: CurrentOrder(fleet.order)
        case .vcpus: CurrentOrder(shared.preferences.vcpuOrder)
        case .cpus: CurrentOrder(host?.order ?? HostColumns.initialOrder)
        }
    }

    /// Orders a table by one of its keys, or the other way round where it is the order already.
    mutating func order(_ table: OrderPage.Table, by place: Int, at moment: Moment) {
        switch table {
        case .guests:
            fleet.order(by: fleet.order.chosen(place, among: FleetColumns.sortKeys), &shared)
        case .vcpus:
            let order = shared.preferences.vcpuOrder
            orderDetail(by: order.chosen(place, among: VCPUColumns.sortKeys), at: moment)
        case .cpus:
            guard let order = host?.order else { return }
            host?.order(by: order.chosen(place, among: HostColumns.sortKeys), &shared)
        }
    }

    /// `S`: the other way round.
    mutating func reverseOrder(at moment: Moment) {
        if detail != nil {
            orderDetail(by: shared.preferences.vcpuOrder.reversed, at: moment)
        } else if let order = host?.order {
            host?.order(by: order.reversed, &shared)
        } else {
            fleet.order(by: fleet.order.reversed, &shared)
        }
    }

    /// Orders the vCPUs of the guest in detail.
    mutating func orderDetail(by order: SortOrder<VCPURow>, at moment: Moment) {
        shared.preferences.vcpuOrder = order
        detail?.arrange(shared, movingRows: true, at: moment)
        shared.notice = Notice(text: "order: \(order.name)", role: .good)
    }
}
