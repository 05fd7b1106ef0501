internal import CanvasKit
internal import GuestVCPU

extension FleetScreen {
    /// The guest at a place of the screen, and the vCPU if its cell is there.
    func target(at place: Position, _ shared: SharedState, at moment: Moment) -> MouseTarget? {
        let pane = isTiled ? TilesLayout(shared).pane : FleetLayout(shared).pane
        if let pane, place.row >= pane.top { return pane.target(at: place, shared, at: moment) }
        return isTiled ? tile(at: place, shared) : row(at: place, shared)
    }

    private func row(at place: Position, _ shared: SharedState) -> MouseTarget? {
        let layout = FleetLayout(shared)
        let visibleRows = visibleRows(shared)
        let row = visibleRows.lowerBound + place.row - layout.headRow - 1
        guard visibleRows.contains(row) else { return nil }
        let guest = shared.roster.rows[row]
        guard let member = shared.roster[guest] else { return nil }
        let vcpus = member.state.vcpus?.vcpus ?? []
        let perCell = layout.row(of: member).perCell
        let ids = vcpus.filter { layout.column(ofCell: $0 / perCell) == place.column }
        return MouseTarget(guest: guest, vcpu: shared.clicked(ids, of: guest))
    }

    private func tile(at place: Position, _ shared: SharedState) -> MouseTarget? {
        let layout = TilesLayout(shared)
        let visibleRows = visibleRows(shared)
        for row in visibleRows {
            let corner = layout.place(row - visibleRows.lowerBound)
            let cells = layout.cellsColumn(corner.column)
            let end = layout.noteColumn(corner.column) + TilesLayout.noteWidth
            guard corner.row == place.row, (corner.column..<end).contains(place.column) else {
                continue
            }
            let guest = shared.roster.rows[row]
            let ids = Array(shared.roster[guest]?.state.vcpus?.vcpus ?? [])
            let sharing = layout.sharing(of: ids)
            let there = ids.indices.filter {
                sharing.offset(of: ids[$0], index: $0) == place.column - cells
            }.map { ids[$0] }
            return MouseTarget(guest: guest, vcpu: shared.clicked(there, of: guest))
        }
        return nil
    }
}

extension SharedState {
    /// Which of the vCPUs of a cell a click is about: the one that the cursor is on, if it is one
    /// of them, so that the second click marks it.
    fileprivate func clicked(_ ids: [Int], of guest: GuestID) -> Int? {
        let isOn = guest == cursor.guest && ids.contains(currentVCPU ?? -1)
        return isOn ? currentVCPU : ids.first
    }
}
