internal import CanvasKit
internal import GuestVCPU

/// What the table of one guest's vCPUs is ordered by, and which way round.
struct TableOrder: Hashable {
    var field = TableField.vcpu
    /// Whether what would come first comes last.
    var isReversed = false

    /// What the screen calls it.
    var name: String { isReversed ? "\(field.name), reversed" : field.name }

    /// The vCPUs of a guest in this order; those that are equal stay in the order of their ids,
    /// and those of which nothing is known come last either way.
    func sorted(_ vcpus: CPUMap, _ lens: GuestLens) -> [Int] {
        guard field != .vcpu else { return isReversed ? vcpus.reversed() : Array(vcpus) }
        let valued = vcpus.map { (id: $0, value: lens.value(of: field, $0)) }
        return valued.sorted { left, right in
            switch (left.value, right.value) {
            case (let one?, let other?) where one != other:
                return isReversed ? one > other : one < other
            case (nil, _?): return false
            case (_?, nil): return true
            default: return left.id < right.id
            }
        }.map(\.id)
    }
}

extension GuestLens {
    /// What a vCPU is ordered by in a column, the least first; nil where it is not known.
    fileprivate func value(of field: TableField, _ id: Int) -> Double? {
        let vcpu = host?.vcpu(guestID: id)
        switch field {
        case .vcpu: return Double(id)
        // What is out of the ordinary comes first.
        case .state: return guest?.state(of: id) == .offline ? 0 : 1
        case .fixed: return isFixed(id) ? 0 : 1
        // What is much comes first.
        case .share: return member.share(guestID: id).map { -$0 }
        case .history:
            let share = vcpu.flatMap {
                host?.history.shares(of: $0.id, spans: 1, of: LoadHistory.span)[0]
            }
            return share.map { -$0 }
        case .wait: return host?.waitShare(guestID: id).map { -$0 }
        case .time: return vcpu?.timeNanoseconds.map { -Double($0) }
        case .thread: return vcpu?.thread.map(Double.init)
        case .physicalCPU: return vcpu?.physicalCPU.map(Double.init)
        case .pairing: return vcpu == nil ? 0 : 1
        case .change: return -Double(face(of: id).weight)
        }
    }
}

extension Model {
    /// Puts the vCPUs of the guest in detail in order; while rows must not move, those that are
    /// there stay where they are.
    mutating func arrangeDetail(anew: Bool) {
        guard case .detail(let guest) = screen, let member = roster[guest],
            let vcpus = member.state.vcpus?.vcpus
        else {
            detailOrder = []
            return
        }
        if anew {
            detailOrder = tableOrder.sorted(vcpus, lens(on: member))
        } else if CPUMap(detailOrder) != vcpus {
            let known = detailOrder.filter(vcpus.contains)
            detailOrder = known + vcpus.subtracting(CPUMap(known))
        }
    }

    /// `s` and `S` in the detail.
    mutating func orderDetail(by order: TableOrder) {
        tableOrder = order
        arrangeDetail(anew: true)
        notice = Notice(text: "order: \(order.name)", role: .good)
    }
}
