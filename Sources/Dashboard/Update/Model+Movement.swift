internal import GuestVCPU

extension Model {
    var fleetLayout: FleetLayout {
        FleetLayout(size: size, totals: roster.totals, sourceRows: sourceRows)
    }

    /// The layout of the guest that is shown in detail.
    func detailLayout(_ guest: GuestID) -> DetailLayout {
        let member = roster[guest]
        return DetailLayout(
            size: size, vcpus: member?.state.vcpus?.vcpus ?? [], isMatrix: isMatrix,
            unpaired: member?.unpairedCount ?? 0)
    }

    /// The rows of the fleet that are on the screen.
    var visibleRows: Range<Int> {
        let count = roster.rows.count
        let top = min(max(viewport.top, 0), count)
        return top..<min(top + pageSize, count)
    }

    /// How many guests are on the screen at once.
    private var pageSize: Int {
        if isTiny { return 0 }
        return isTiled ? tilesLayout.pageSize : fleetLayout.bodyRows
    }

    mutating func move(_ command: Command) {
        switch screen {
        case .fleet: moveInFleet(command)
        case .detail(let guest):
            let layout = detailLayout(guest)
            if !scrollHost(command, layout, of: guest) { moveInDetail(command, layout) }
        }
    }

    private mutating func moveInFleet(_ command: Command) {
        let page = isTiled ? pageSize : max(pageSize - 1, 1)
        switch command {
        case .up: moveRow(by: -1)
        case .down: moveRow(by: 1)
        case .pageUp: moveRow(by: -page)
        case .pageDown: moveRow(by: page)
        case .left: if !moveToTile(beside: -1) { moveVCPU(by: -1) }
        case .right: if !moveToTile(beside: 1) { moveVCPU(by: 1) }
        case .home:
            let lowest = currentGuest?.state.vcpus?.vcpus.min ?? 0
            if (currentVCPU ?? 0) == lowest { moveRow(by: -roster.rows.count) }
            cursor.vcpu = currentGuest?.state.vcpus?.vcpus.min ?? 0
        case .end:
            let highest = currentGuest?.state.vcpus?.vcpus.max ?? 0
            if (currentVCPU ?? 0) == highest { moveRow(by: roster.rows.count) }
            cursor.vcpu = currentGuest?.state.vcpus?.vcpus.max ?? 0
        default: break
        }
    }

    private mutating func moveRow(by distance: Int) {
        guard !roster.rows.isEmpty else { return }
        let row = cursor.guest.flatMap(roster.row(of:)) ?? 0
        cursor.guest = roster.rows[min(max(row + distance, 0), roster.rows.count - 1)]
    }

    /// Moves from the edge of a tile to the one on its side.
    ///
    /// - Returns: Whether there is one to move to.
    private mutating func moveToTile(beside direction: Int) -> Bool {
        let vcpus = currentGuest?.state.vcpus?.vcpus
        let edge = direction < 0 ? vcpus?.min : vcpus?.max
        guard isTiled, currentVCPU == edge, let row = cursor.guest.flatMap(roster.row(of:))
        else { return false }
        let target = row + direction * tilesLayout.rows
        guard visibleRows.contains(target) else { return false }
        cursor.guest = roster.rows[target]
        let other = currentGuest?.state.vcpus?.vcpus
        cursor.vcpu = (direction < 0 ? other?.max : other?.min) ?? 0
        return true
    }

    /// Moves by so many vCPUs of the guest, whatever gaps its ids have.
    private mutating func moveVCPU(by distance: Int) {
        guard let vcpus = currentGuest?.state.vcpus?.vcpus, let id = currentVCPU else { return }
        let layout = DetailLayout(size: size, vcpus: vcpus, isMatrix: false)
        guard let index = layout.index(of: id) else { return }
        cursor.vcpu = layout.ids[min(max(index + distance, 0), layout.ids.count - 1)]
    }

    /// Goes on from the end of the guest's own vCPUs through those of the host that stand apart,
    /// and back.
    ///
    /// - Returns: Whether the key was for these.
    private mutating func scrollHost(
        _ command: Command, _ layout: DetailLayout, of guest: GuestID
    ) -> Bool {
        let top = viewport.hostTop
        let last = lastHostTop(layout, of: guest)
        let isAtEnd =
            layout.isMatrix
            ? currentVCPU.map { $0 / layout.perLine } == layout.lines.last
            : currentVCPU == detailOrder.last
        let wanted: Int
        switch command {
        case .down where isAtEnd: wanted = top + layout.tableColumns
        case .pageDown where isAtEnd: wanted = top + layout.hostPageSize
        case .end where isAtEnd: wanted = last
        case .up: wanted = top - layout.tableColumns
        case .pageUp: wanted = top - layout.hostPageSize
        case .home: wanted = 0
        default: return false
        }
        viewport.hostTop = min(max(wanted, 0), last)
        return viewport.hostTop != top && command != .home
    }

    /// The furthest that the host's vCPUs which stand apart can be scrolled to.
    private func lastHostTop(_ layout: DetailLayout, of guest: GuestID) -> Int {
        guard layout.hostPageSize > 0 else { return 0 }
        return max((roster[guest]?.unpairedCount ?? 0) - layout.hostPageSize, 0)
    }

    private mutating func moveInDetail(_ command: Command, _ layout: DetailLayout) {
        let step = layout.tableColumns > 1 ? layout.tableRows : 1
        switch (command, layout.isMatrix) {
        case (.home, true): moveVCPU(by: -layout.ids.count)
        case (.end, true): moveVCPU(by: layout.ids.count)
        case (.home, false): moveInTable(by: -layout.ids.count)
        case (.end, false): moveInTable(by: layout.ids.count)
        case (.up, true): moveLine(by: -1, layout)
        case (.down, true): moveLine(by: 1, layout)
        case (.pageUp, true): moveLine(by: -layout.gridRows, layout)
        case (.pageDown, true): moveLine(by: layout.gridRows, layout)
        case (.left, true): moveVCPU(by: -1)
        case (.right, true): moveVCPU(by: 1)
        case (.up, false): moveInTable(by: -1)
        case (.down, false): moveInTable(by: 1)
        case (.left, false): moveInTable(by: -step)
        case (.right, false): moveInTable(by: step)
        case (.pageUp, false): moveInTable(by: -layout.pageSize)
        case (.pageDown, false): moveInTable(by: layout.pageSize)
        default: break
        }
    }

    /// Moves by so many lines of the table, in the order that it has.
    private mutating func moveInTable(by distance: Int) {
        guard let id = currentVCPU, let index = detailOrder.firstIndex(of: id) else { return }
        cursor.vcpu = detailOrder[min(max(index + distance, 0), detailOrder.count - 1)]
    }

    /// Moves by so many lines of the matrix, in the same column where the line has a vCPU there.
    private mutating func moveLine(by distance: Int, _ layout: DetailLayout) {
        guard let id = currentVCPU,
            let line = layout.lines.firstIndex(of: id / layout.perLine)
        else { return }
        let target = min(max(line + distance, 0), layout.lines.count - 1)
        let first = layout.lines[target] * layout.perLine
        let wanted = first + id % layout.perLine
        let inLine = layout.ids.filter { (first..<first + layout.perLine).contains($0) }
        cursor.vcpu = inLine.last { $0 <= wanted } ?? inLine.first ?? id
    }

    /// Brings the cursor onto something that there is, and into sight.
    mutating func settleView() {
        if cursor.guest.flatMap(roster.row(of:)) == nil { cursor.guest = roster.rows.first }
        if case .detail(let guest) = screen {
            if roster[guest] == nil { screen = .fleet } else { cursor.guest = guest }
        }
        arrangeDetail(movingRows: false)
        guard !isTiny else { return }
        let layout = fleetLayout
        let row = cursor.guest.flatMap(roster.row(of:)) ?? 0
        viewport.top =
            isTiled
            ? row / pageSize * pageSize
            : min(
                max(min(viewport.top, row), row - layout.bodyRows + 1),
                max(roster.rows.count - layout.bodyRows, 0))
        let vcpu = currentVCPU ?? 0
        if case .detail(let guest) = screen {
            let layout = detailLayout(guest)
            viewport.hostTop = min(viewport.hostTop, lastHostTop(layout, of: guest))
            viewport.detailTop =
                layout.isMatrix
                ? 0
                : layout.tableStart(
                    showing: detailOrder.firstIndex(of: vcpu) ?? 0, from: viewport.detailTop)
        }
    }
}
