internal import CanvasKit
internal import GuestVCPU

extension FleetScreen {
    /// A line for each guest, below the heads.
    func drawRows(_ frame: Frame, on canvas: inout Canvas) {
        let roster = frame.roster
        let layout = FleetLayout(frame.shared)
        guard roster.count > 0 else {
            frame.drawEmptyFleet(from: layout.headRow, on: &canvas)
            return
        }
        drawHeads(layout, on: &canvas)
        guard !roster.rows.isEmpty else {
            canvas.write(
                "no guest matches; Esc shows all \(roster.count)", column: 1,
                row: layout.headRow + 2, style: Style(.faint))
            return
        }
        let rows = visibleRows(frame.shared)
        for row in rows {
            guard let member = roster[roster.rows[row]] else { continue }
            let line = layout.headRow + 1 + row - rows.lowerBound
            drawGuest(frame, member, layout, line, on: &canvas)
        }
        layout.pane?.draw(frame, on: &canvas)
    }

    private func drawHeads(_ layout: FleetLayout, on canvas: inout Canvas) {
        let row = layout.headRow
        let style = Style(.bar)
        canvas.clear(
            Rectangle(column: 0, row: row, columns: canvas.size.columns, rows: 1), style: style)
        // Notes have no place of their own.
        for (column, field) in zip(FleetColumns.all, layout.fields)
        where field.width > 0 && column != FleetColumns.note {
            let head =
                column == FleetColumns.history
                ? FleetColumns.historyHead(width: field.width) : column.head(width: field.width)
            canvas.write(
                head, column: field.column, row: row, width: field.width,
                alignment: column.alignment, style: style)
        }
        for offset in stride(from: 0, to: layout.cellCount, by: CellGroups.size) {
            canvas.write(
                "\(offset)", column: layout.column(ofCell: offset), row: row,
                width: CellGroups.size, style: style)
        }
        for (column, field) in zip(FleetColumns.all, layout.fields)
        where field.width > 0 && column != FleetColumns.note
            && column.sortKeys.contains(order.key)
        {
            canvas.drawArrow(
                of: order, in: column, width: field.width, column: field.column, row: row)
        }
    }

    private func drawGuest(
        _ frame: Frame, _ member: RosterGuest, _ layout: FleetLayout, _ line: Int,
        on canvas: inout Canvas
    ) {
        let lens = frame.lens(on: member)
        let isCurrent = frame.shared.cursor.guest == member.state.id
        if isCurrent { canvas.write(">", column: 0, row: line, style: Style(.key)) }
        let row = layout.row(of: member)
        var context = frame.textContext
        for (column, field) in zip(FleetColumns.all, layout.fields) where field.width > 0 {
            context.width = field.width
            canvas.write(
                column, of: member, context, column: field.column, line: line,
                // Its numbers are old; what is wrong with it is not.
                isDimmed: lens.isStale && column != FleetColumns.agent)
        }
        drawNote(lens, row, line, on: &canvas)
        drawCells(lens, layout, row, line, on: &canvas)
        guard isCurrent else { return }
        let name = Rectangle(
            column: layout.name.column, row: line, columns: layout.name.width, rows: 1)
        canvas.restyle(name) { $0.emphasis = .selected }
        let whole = Rectangle(column: 0, row: line, columns: canvas.size.columns, rows: 1)
        canvas.restyle(whole) { if $0.emphasis == .none { $0.emphasis = .lit } }
    }

    /// How many vCPUs share a cell, and the most urgent thing to say of the guest.
    private func drawNote(
        _ lens: GuestLens, _ row: FleetRow, _ line: Int, on canvas: inout Canvas
    ) {
        var column = row.note.column
        var width = row.note.width
        if row.perCell > 1 {
            let sign = "x\(row.perCell)"
            canvas.write(sign, column: column, row: line, width: width, style: Style(.faint))
            column += sign.utf8.count + 1
            width -= sign.utf8.count + 1
        }
        guard width > 0, let note = GuestNote(lens) else { return }
        canvas.write(
            note.text(width: width, in: canvas.glyphs), column: column, row: line, width: width,
            style: Style(note.role))
    }

    private func drawCells(
        _ lens: GuestLens, _ layout: FleetLayout, _ row: FleetRow, _ line: Int,
        on canvas: inout Canvas
    ) {
        guard let vcpus = lens.present else {
            drawUnread(lens.member, layout, row, line, on: &canvas)
            return
        }
        let perCell = row.perCell
        guard perCell > 1 else {
            for id in vcpus {
                canvas.draw(id, lens, column: layout.column(ofCell: id), row: line)
            }
            return
        }
        let ids = Array(vcpus)
        var rest = ids[...]
        while let first = rest.first {
            let shared = rest.prefix { $0 / perCell == first / perCell }
            let (face, style) = lens.cell(of: shared)
            canvas.draw(
                face.glyph(in: canvas.glyphs), column: layout.column(ofCell: first / perCell),
                row: line, style: style)
            rest = rest.dropFirst(shared.count)
        }
    }

    /// The cells of a guest that never answered: as many question marks as the host has vCPUs.
    private func drawUnread(
        _ member: RosterGuest, _ layout: FleetLayout, _ row: FleetRow, _ line: Int,
        on canvas: inout Canvas
    ) {
        guard let count = member.state.plugged, count > 0 else { return }
        for cell in 0...(count - 1) / row.perCell {
            canvas.write(
                "?", column: layout.column(ofCell: cell), row: line, width: 1,
                style: Style(.unknown, isDimmed: true))
        }
    }
}
