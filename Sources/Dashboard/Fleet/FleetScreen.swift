internal import CanvasKit
internal import GuestVCPU

/// All guests, a row or a tile each.
struct FleetScreen: Equatable, Sendable {
    /// The first row of the roster that is on the screen.
    private(set) var firstRow = 0
    /// Whether guests are shown as tiles.
    var isTiled = false
    /// The order of the rows.
    private(set) var order: SortOrder<RosterGuest>
    /// The text that guests' names were searched for last.
    var searched = ""

    init(order: SortOrder<RosterGuest> = FleetColumns.initialOrder) {
        self.order = order
    }

    /// The rows that are on the screen.
    func visibleRows(_ shared: SharedState) -> Range<Int> {
        let count = shared.roster.rows.count
        let firstRow = min(max(firstRow, 0), count)
        return firstRow..<min(firstRow + capacity(shared), count)
    }

    /// How many guests are on the screen at once.
    func capacity(_ shared: SharedState) -> Int {
        if shared.isTiny { return 0 }
        return isTiled ? TilesLayout(shared).pageSize : FleetLayout(shared).bodyRows
    }

    /// Brings the row under the cursor into sight.
    mutating func settle(_ shared: SharedState) {
        let row = shared.cursor.guest.flatMap(shared.roster.row(of:)) ?? 0
        let pageSize = capacity(shared)
        if isTiled {
            firstRow = row / pageSize * pageSize
        } else {
            let last = max(shared.roster.rows.count - pageSize, 0)
            firstRow = min(max(min(firstRow, row), row - pageSize + 1), last)
        }
    }

    /// Orders the rows, and goes to the first: an order answers which guest is the most of something.
    mutating func order(by order: SortOrder<RosterGuest>, _ shared: inout SharedState) {
        self.order = order
        shared.roster.arrange(by: order)
        shared.cursor.guest = shared.roster.rows.first
        shared.notice = Notice(text: "order: \(order.name)", role: .good)
    }

    /// `n` and `N`: goes to the next guest with the text in its name, or to the one before.
    func searchNext(backward: Bool = false, _ shared: inout SharedState) {
        let row = shared.cursor.guest.flatMap(shared.roster.row(of:)) ?? 0
        let found = shared.roster.firstGuest(
            named: searched, from: row + (backward ? -1 : 1), backward: backward)
        if let found {
            shared.cursor.guest = found
        } else {
            shared.warn("no guest's name has '\(searched)' in it")
        }
    }

    /// `!`: goes to the next guest with which something is wrong, and to the vCPU.
    func goToNextProblem(_ shared: inout SharedState) {
        goToNext(&shared, orElse: "nothing is wrong with any guest that is listed", \.isProblem)
    }

    /// `*`: goes to the next vCPU that its guest calls offline and that runs.
    func goToNextContradiction(_ shared: inout SharedState) {
        goToNext(&shared, orElse: "no listed guest contradicts its host") { condition in
            if case .contradicted = condition { return true }
            return false
        }
    }

    private func goToNext(
        _ shared: inout SharedState, orElse praise: String, _ isWanted: (Condition) -> Bool
    ) {
        let rows = shared.roster.rows
        let start = (shared.cursor.guest.flatMap(shared.roster.row(of:)) ?? -1) + 1
        for offset in rows.indices {
            let guest = rows[(start + offset) % rows.count]
            guard let member = shared.roster[guest],
                let condition = shared.conditions(of: member).first(where: isWanted)
            else { continue }
            shared.cursor.guest = guest
            if let id = condition.vcpu { shared.cursor.vcpu = id }
            shared.warn("\(shared.shortName(of: guest)): \(condition.sentence)")
            return
        }
        shared.notice = Notice(text: praise, role: .good)
    }
}
