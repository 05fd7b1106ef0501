internal import GuestVCPU

extension DetailScreen {
    /// Goes to another vCPU.
    mutating func move(_ movement: Movement, _ shared: inout SharedState) {
        let layout = layout(shared)
        if !scrollHost(movement, layout, shared) { moveInVCPUs(movement, layout, &shared) }
    }

    /// Brings the vCPU under the cursor into sight.
    mutating func settle(_ shared: SharedState) {
        let layout = layout(shared)
        firstUnpaired = min(firstUnpaired, lastHostTop(layout, shared))
        let index = shared.currentVCPU.flatMap(vcpus.firstIndex(of:)) ?? 0
        firstVCPU =
            layout.tableRows > 0 ? layout.tableStart(showing: index, from: firstVCPU) : 0
    }

    /// Scrolls the unpaired vCPUs of the host once the cursor is at the guest's last vCPU, and back.
    ///
    /// - Returns: Whether the key was for these.
    private mutating func scrollHost(
        _ movement: Movement, _ layout: DetailLayout, _ shared: SharedState
    ) -> Bool {
        let top = firstUnpaired
        let last = lastHostTop(layout, shared)
        let isAtEnd =
            layout.isMatrix
            ? shared.currentVCPU.map { $0 / layout.perLine } == layout.lines.last
            : shared.currentVCPU == vcpus.last
        let wanted: Int
        switch movement {
        case .down where isAtEnd: wanted = top + layout.tableColumns
        case .pageDown where isAtEnd: wanted = top + layout.hostPageSize
        case .end where isAtEnd, .last where isAtEnd: wanted = last
        case .up: wanted = top - layout.tableColumns
        case .pageUp: wanted = top - layout.hostPageSize
        case .home, .first: wanted = 0
        default: return false
        }
        firstUnpaired = min(max(wanted, 0), last)
        return firstUnpaired != top && movement != .home && movement != .first
    }

    /// The furthest that the host's vCPUs which stand apart can be scrolled to.
    private func lastHostTop(_ layout: DetailLayout, _ shared: SharedState) -> Int {
        guard layout.hostPageSize > 0 else { return 0 }
        return max((shared.roster[guest]?.unpairedCount ?? 0) - layout.hostPageSize, 0)
    }

    private func moveInVCPUs(
        _ movement: Movement, _ layout: DetailLayout, _ shared: inout SharedState
    ) {
        let step = layout.tableColumns > 1 ? layout.tableRows : 1
        switch (movement, layout.isMatrix) {
        case (.home, true), (.first, true): shared.moveVCPU(by: -layout.ids.count)
        case (.end, true), (.last, true): shared.moveVCPU(by: layout.ids.count)
        case (.home, false), (.first, false): moveInTable(by: -layout.ids.count, &shared)
        case (.end, false), (.last, false): moveInTable(by: layout.ids.count, &shared)
        case (.up, true): moveLine(by: -1, layout, &shared)
        case (.down, true): moveLine(by: 1, layout, &shared)
        case (.pageUp, true): moveLine(by: -layout.gridRows, layout, &shared)
        case (.pageDown, true): moveLine(by: layout.gridRows, layout, &shared)
        case (.left, true): shared.moveVCPU(by: -1)
        case (.right, true): shared.moveVCPU(by: 1)
        case (.up, false): moveInTable(by: -1, &shared)
        case (.down, false): moveInTable(by: 1, &shared)
        case (.left, false): moveInTable(by: -step, &shared)
        case (.right, false): moveInTable(by: step, &shared)
        case (.pageUp, false): moveInTable(by: -layout.pageSize, &shared)
        case (.pageDown, false): moveInTable(by: layout.pageSize, &shared)
        }
    }

    /// Moves by so many lines of the table, in the order that it has.
    private func moveInTable(by distance: Int, _ shared: inout SharedState) {
        guard let id = shared.currentVCPU, let index = vcpus.firstIndex(of: id) else { return }
        shared.cursor.vcpu = vcpus[min(max(index + distance, 0), vcpus.count - 1)]
    }

    /// Moves by so many lines of the matrix, in the same column where the line has a vCPU there.
    private func moveLine(
        by distance: Int, _ layout: DetailLayout, _ shared: inout SharedState
    ) {
        guard let id = shared.currentVCPU,
            let line = layout.lines.firstIndex(of: id / layout.perLine)
        else { return }
        let target = min(max(line + distance, 0), layout.lines.count - 1)
        let first = layout.lines[target] * layout.perLine
        let wanted = first + id % layout.perLine
        let inLine = layout.ids.filter { (first..<first + layout.perLine).contains($0) }
        shared.cursor.vcpu = inLine.last { $0 <= wanted } ?? inLine.first ?? id
    }
}
