internal import CanvasKit
internal import GuestVCPU

extension Model {
    /// Lines that one turn of the wheel moves by.
    private static let wheelStep = 3

    /// Handles an action of the mouse.
    mutating func handle(_ action: MouseAction, at place: Position) {
        guard usesMouse, !isLeaving, !isTiny else { return }
        switch action {
        case .wheelUp, .wheelDown:
            let command: Command = action == .wheelUp ? .up : .down
            for _ in 0..<Self.wheelStep {
                if dialogs.isEmpty { move(command) } else { scroll(command) }
            }
        case .press: if dialogs.isEmpty { click(place) }
        }
    }

    /// Goes to what was clicked; where the cursor is there already, marks it as Space would.
    private mutating func click(_ place: Position) {
        notice = nil
        guard let target = target(at: place) else { return }
        guard let vcpu = target.vcpu else {
            cursor.guest = target.guest
            return
        }
        let clicked = Cursor(guest: target.guest, vcpu: vcpu)
        guard clicked == cursorOnVCPU else {
            cursor = clicked
            return
        }
        if let reason = reasonAgainst(.toggleMark) {
            notice = Notice(text: reason, role: .warning)
        } else {
            toggleMarks(of: selection)
        }
    }

    /// The guest at a place of the screen, and the vCPU if its cell or its line is there.
    private func target(at place: Position) -> (guest: GuestID, vcpu: Int?)? {
        switch screen {
        case .fleet: isTiled ? tile(at: place) : row(at: place)
        case .detail(let guest): vcpu(at: place, of: guest).map { (guest, $0) }
        }
    }

    private func row(at place: Position) -> (guest: GuestID, vcpu: Int?)? {
        let layout = fleetLayout
        let row = visibleRows.lowerBound + place.row - layout.headRow - 1
        guard visibleRows.contains(row) else { return nil }
        let guest = roster.rows[row]
        let vcpus = roster[guest]?.state.vcpus?.vcpus ?? []
        let perCell = layout.perCell(highestID: vcpus.max ?? 0)
        return (
            guest,
            clicked(vcpus.filter { layout.column(ofCell: $0 / perCell) == place.column }, of: guest)
        )
    }

    private func tile(at place: Position) -> (guest: GuestID, vcpu: Int?)? {
        let layout = tilesLayout
        for row in visibleRows {
            let corner = layout.place(row - visibleRows.lowerBound)
            let cells = layout.cellsColumn(corner.column)
            let end = layout.noteColumn(corner.column) + TilesLayout.noteWidth
            guard corner.row == place.row, (corner.column..<end).contains(place.column) else {
                continue
            }
            let guest = roster.rows[row]
            let ids = Array(roster[guest]?.state.vcpus?.vcpus ?? [])
            let sharing = layout.sharing(of: ids)
            let there = ids.indices.filter {
                sharing.offset(of: ids[$0], index: $0) == place.column - cells
            }.map { ids[$0] }
            return (guest, clicked(there, of: guest))
        }
        return nil
    }

    /// Which of the vCPUs of a cell a click is about: the one that the cursor is on, if it is one
    /// of them, so that the second click marks it.
    private func clicked(_ ids: [Int], of guest: GuestID) -> Int? {
        let isOn = guest == cursor.guest && ids.contains(currentVCPU ?? -1)
        return isOn ? currentVCPU : ids.first
    }

    private func vcpu(at place: Position, of guest: GuestID) -> Int? {
        let layout = detailLayout(guest)
        let line = place.row - layout.tableTop - 1
        if !layout.isMatrix, (0..<layout.tableRows).contains(line) {
            let column = place.column / layout.pitch
            let index = viewport.detailTop + column * layout.tableRows + line
            let isShown = column < layout.tableColumns && detailOrder.indices.contains(index)
            return isShown ? detailOrder[index] : nil
        }
        let gridLine = place.row - layout.top - 1
        let index = layout.gridTop(showing: currentVCPU ?? 0) + gridLine
        guard (0..<layout.gridRows).contains(gridLine), layout.lines.indices.contains(index)
        else { return nil }
        let first = layout.lines[index] * layout.perLine
        return (first..<first + layout.perLine).first {
            layout.index(of: $0) != nil && layout.gridColumn($0 - first) == place.column
        }
    }
}
