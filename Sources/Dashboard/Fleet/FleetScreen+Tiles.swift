internal import CanvasKit
internal import GuestVCPU

extension FleetScreen {
    /// The guests as tiles, a page of them.
    func drawTiles(_ frame: Frame, on canvas: inout Canvas) {
        let roster = frame.roster
        let layout = TilesLayout(frame.shared)
        let rows = visibleRows(frame.shared)
        drawTileHeads(layout, count: rows.count, on: &canvas)
        for row in rows {
            guard let member = roster[roster.rows[row]] else { continue }
            drawTile(frame, member, layout, at: layout.place(row - rows.lowerBound), on: &canvas)
        }
        layout.pane?.draw(frame, on: &canvas)
    }

    private func drawTileHeads(_ layout: TilesLayout, count: Int, on canvas: inout Canvas) {
        let row = layout.headRow
        let style = Style(.bar)
        canvas.clear(
            Rectangle(column: 0, row: row, columns: canvas.size.columns, rows: 1), style: style)
        for first in stride(from: 0, to: count, by: layout.rows) {
            let column = layout.place(first).column
            canvas.write(
                "GUEST", column: column + 1, row: row, width: layout.nameWidth, style: style)
            let cells = layout.cellsColumn(column)
            for offset in stride(from: 0, to: layout.room, by: CellGroups.size) {
                canvas.write(
                    "\(offset)", column: cells + CellGroups.offset(of: offset), row: row,
                    width: CellGroups.size, style: style)
            }
            canvas.write(
                "CPUs", column: layout.noteColumn(column), row: row, width: TilesLayout.noteWidth,
                alignment: .right, style: style)
        }
    }

    private func drawTile(
        _ frame: Frame, _ member: RosterGuest, _ layout: TilesLayout, at place: Position,
        on canvas: inout Canvas
    ) {
        let lens = frame.lens(on: member)
        let isCurrent = frame.shared.cursor.guest == member.state.id
        if isCurrent {
            canvas.write(">", column: place.column, row: place.row, style: Style(.key))
        }
        canvas.write(
            member.label.cut(to: layout.nameWidth, in: frame.glyphs),
            column: place.column + 1, row: place.row, width: layout.nameWidth,
            style: Style(
                .text, isDimmed: lens.isStale, emphasis: isCurrent ? .selected : .none))
        let note = tileNote(lens, frame.glyphs)
        canvas.write(
            note.text, column: layout.noteColumn(place.column), row: place.row,
            width: TilesLayout.noteWidth, alignment: .right,
            // Its numbers are old; what is wrong with it is not.
            style: Style(note.style.role, isDimmed: lens.isStale && !member.isUnreadable))
        drawTileCells(
            lens, layout, column: layout.cellsColumn(place.column), row: place.row, on: &canvas)
        guard isCurrent else { return }
        let end = layout.noteColumn(place.column) + TilesLayout.noteWidth
        let tile = Rectangle(
            column: place.column, row: place.row, columns: end - place.column, rows: 1)
        canvas.restyle(tile) { if $0.emphasis == .none { $0.emphasis = .lit } }
    }

    /// What is marked or being changed, else why it cannot be read, else what it uses.
    private func tileNote(_ lens: GuestLens, _ glyphs: GlyphSet) -> StyledText {
        let member = lens.member
        if lens.locking != nil || !lens.marks.isEmpty, let note = GuestNote(lens) {
            return StyledText(note.text(width: TilesLayout.noteWidth, in: glyphs), note.role)
        }
        if member.isUnreadable {
            return StyledText(member.statusText(short: true), member.statusRole)
        }
        return StyledText(member.cores?.coresText ?? "-")
    }

    private func drawTileCells(
        _ lens: GuestLens, _ layout: TilesLayout, column: Int, row: Int, on canvas: inout Canvas
    ) {
        guard let vcpus = lens.present else {
            let count = min(lens.member.state.plugged ?? 0, layout.room)
            for id in 0..<count {
                canvas.write(
                    "?", column: column + CellGroups.offset(of: id), row: row, width: 1,
                    style: Style(.unknown, isDimmed: true))
            }
            return
        }
        let ids = Array(vcpus)
        let cells = layout.sharing(of: ids)
        for start in stride(from: 0, to: ids.count, by: cells.perCell) {
            let shared = ids[start..<min(start + cells.perCell, ids.count)]
            let offset = cells.offset(of: ids[start], index: start)
            let (face, style) = lens.cell(of: shared)
            canvas.draw(
                face.glyph(in: canvas.glyphs), column: column + offset, row: row, style: style)
        }
        guard cells.perCell > 1 else { return }
        canvas.write(
            "x\(cells.perCell)", column: column, row: row, width: layout.cellsWidth,
            alignment: .right, style: Style(.faint))
    }
}
