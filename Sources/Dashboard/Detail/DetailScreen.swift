internal import CanvasKit
internal import GuestVCPU

/// One guest, with all that is known of each vCPU.
struct DetailScreen: Hashable {
    let guest: GuestID
    /// Whether the vCPUs are shown as a matrix of cells; else as a table.
    var isMatrix = false
    /// The guest's vCPUs in the order of the table.
    private(set) var vcpus: [Int] = []
    /// The first line of the table.
    var top = 0
    /// The first of the host's vCPUs that stand apart.
    var hostTop = 0

    /// A guest with more vCPUs than this is shown as a matrix at first.
    private static let tableLimit = 128

    /// Shows a guest.
    init(_ guest: GuestID, _ shared: SharedState) {
        self.guest = guest
        isMatrix = (shared.roster[guest]?.state.vcpus?.vcpus.count ?? 0) > Self.tableLimit
    }

    /// The layout on the screen as it is.
    func layout(_ shared: SharedState) -> DetailLayout {
        let member = shared.roster[guest]
        return DetailLayout(
            size: shared.size, vcpus: member?.state.vcpus?.vcpus ?? [], isMatrix: isMatrix,
            unpaired: member?.unpairedCount ?? 0)
    }

    /// The order by the next column that is shown.
    func nextOrder(_ shared: SharedState) -> SortOrder<VCPURow> {
        shared.preferences.vcpuOrder.next(among: layout(shared).fields.flatMap(\.sortKeys))
    }

    /// Puts the vCPUs in order; while rows must not move, those that are there stay where they
    /// are.
    mutating func arrange(_ shared: SharedState, movingRows: Bool, at moment: Moment) {
        guard let member = shared.roster[guest], let present = member.state.vcpus?.vcpus else {
            vcpus = []
            return
        }
        if movingRows {
            let lens = shared.lens(on: member, at: moment)
            vcpus = shared.preferences.vcpuOrder.sorted(Array(present)) { lens.row(of: $0) }
        } else if CPUMap(vcpus) != present {
            let known = vcpus.filter(present.contains)
            vcpus = known + present.subtracting(CPUMap(known))
        }
    }
}
