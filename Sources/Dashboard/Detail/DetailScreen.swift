internal import CanvasKit
internal import GuestVCPU

/// One guest, with all that is known of each vCPU.
struct DetailScreen: Hashable {
    let guest: GuestID
    /// Whether the vCPUs are shown as a matrix of cells; else as a table.
    var isMatrix = false
    /// The guest's vCPUs in the order of the table.
    private(set) var vcpus: [Int] = []
    /// The host's vCPUs that are not known to be one of the guest's, in the order of their table.
    private(set) var unpaired: [HostIndex] = []
    /// The index in `vcpus` of the first one that the table shows.
    var firstVCPU = 0
    /// The index in `unpaired` of the first one that is shown.
    var firstUnpaired = 0

    /// Whether it is a part of the screen below the list of guests.
    private let isPane: Bool

    /// A guest with more vCPUs than this is shown as a matrix at first.
    private static let tableLimit = 128

    /// Shows a guest.
    init(_ guest: GuestID, _ shared: SharedState, isPane: Bool = false) {
        self.guest = guest
        self.isPane = isPane
        isMatrix = (shared.roster[guest]?.state.vcpus?.vcpus.count ?? 0) > Self.tableLimit
    }

    /// The layout on the screen as it is.
    func layout(_ shared: SharedState) -> DetailLayout {
        let member = shared.roster[guest]
        return DetailLayout(
            size: shared.size, vcpus: member?.state.vcpus?.vcpus ?? [], isMatrix: isMatrix,
            unpaired: member?.unpairedCount ?? 0, isPane: isPane,
            hasGraph: member?.state.host != nil)
    }

    /// Puts the vCPUs in order; while rows must not move, those that are there stay where they
    /// are.
    mutating func arrange(_ shared: SharedState, movingRows: Bool, at moment: Moment) {
        arrangeUnpaired(shared, movingRows: movingRows && firstUnpaired == 0)
        guard let member = shared.roster[guest], let present = member.state.vcpus?.vcpus else {
            vcpus = []
            return
        }
        if movingRows {
            let lens = shared.lens(on: member, at: moment)
            vcpus = shared.preferences.vcpuOrder.sorted(Array(present)) { lens.row(of: $0) }
        } else if vcpus.count != present.count || !vcpus.allSatisfy(present.contains) {
            // No map is made of those that are there: this runs for each key.
            let known = vcpus.filter(present.contains)
            vcpus = known + present.subtracting(CPUMap(known))
        }
    }

    /// Where not all have room the busiest come first.
    private mutating func arrangeUnpaired(_ shared: SharedState, movingRows: Bool) {
        guard let member = shared.roster[guest], member.unpairedCount > 0,
            let host = member.state.host
        else {
            unpaired = []
            return
        }
        let present = host.reading.vcpus.map(\.index).filter {
            host.pairing.guestID(of: $0) == nil
        }
        let isCrowded = present.count > layout(shared).hostPageSize
        if !isCrowded {
            unpaired = present
        } else if movingRows {
            unpaired = present.sorted {
                (host.shares[$1] ?? -1, $0) < (host.shares[$0] ?? -1, $1)
            }
        } else {
            let known = unpaired.filter(Set(present).contains)
            unpaired = known + present.filter { !Set(known).contains($0) }
        }
    }
}
