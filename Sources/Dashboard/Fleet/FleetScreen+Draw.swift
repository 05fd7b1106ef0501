internal import CanvasKit
internal import GuestVCPU
internal import SafeText

extension FleetScreen {
    /// What the header says.
    func title(_ frame: Frame) -> [Fact] {
        var facts = [Fact("vcputop", role: .title)]
        let filter = frame.roster.filter
        if !filter.isEmpty {
            let count = "\(frame.roster.rows.count) of \(frame.roster.count)"
            facts.append(Fact("\(filter.text) (\(count))", count, role: .warning))
        }
        return facts + [frame.sourceTitle]
    }

    /// Where the cursor is among the guests.
    func place(_ frame: Frame) -> String {
        guard let place = frame.shared.rowPlace else { return "" }
        guard isTiled else { return place.text }
        let size = TilesLayout(frame.shared).pageSize
        let pages = (place.count + size - 1) / size
        return pages > 1 ? "\(place.text) page \(place.row / size + 1)/\(pages)" : place.text
    }

    /// Draws the rows or the tiles.
    func draw(_ frame: Frame, on canvas: inout Canvas) {
        let roster = frame.roster
        drawSummary(frame, on: &canvas)
        frame.drawSourceLines(on: &canvas)
        if isTiled, !roster.rows.isEmpty {
            drawTiles(frame, on: &canvas)
            return
        }
        let layout = FleetLayout(frame.shared)
        drawHeads(frame, layout, on: &canvas)
        guard !roster.rows.isEmpty else {
            frame.drawEmptiness(from: layout.headRow + 2, on: &canvas)
            return
        }
        let rows = visibleRows(frame.shared)
        for row in rows {
            guard let member = roster[roster.rows[row]] else { continue }
            let line = layout.headRow + 1 + row - rows.lowerBound
            drawGuest(frame, member, layout, line, on: &canvas)
        }
    }

    /// The line that sums up the roster.
    private func drawSummary(_ frame: Frame, on canvas: inout Canvas) {
        let roster = frame.roster
        let marks = frame.shared.marks
        let size = frame.size
        let totals = roster.totals
        guard totals.guests > 0 else { return }
        let failing = totals.guests - totals.readable
        var pieces: [[StyledText]] = [[StyledText(totals.guests.counted("guest"))]]
        if !marks.isEmpty {
            let unlisted = marks.byGuest.keys.filter { roster.row(of: $0) == nil }.count
            let text =
                "\(marks.count) marked in \(marks.byGuest.count.counted("guest"))"
                + (unlisted > 0 ? ", \(unlisted) not listed" : "")
            pieces.append([StyledText(text, .warning)])
        }
        if !marks.doubtful.isEmpty {
            pieces.append([StyledText("\(marks.doubtful.count) to confirm again", .bad)])
        }
        if failing > 0 { pieces.append([StyledText("\(failing) failing", .bad)]) }
        let leftOut = roster.leftOutCount
        if leftOut > 0 { pieces.append([StyledText("\(leftOut) left out (i)", .warning)]) }
        pieces.append(
            size.columns < 60
                ? [StyledText("\(totals.online)/\(totals.vcpus) on")]
                : [
                    StyledText("\(totals.vcpus) vCPU: \(totals.online) on "),
                    StyledText("\(totals.vcpus - totals.online) off", .offline),
                ])
        let inFlight = frame.shared.commits.inFlight
        if !inFlight.isEmpty {
            pieces.append([StyledText("changing \(inFlight.count)", .sending)])
        }
        let fullness = frame.shared.fullness
        let isWide = size.columns >= 110
        for fact in [fullness?.busyFact, fullness?.ratioFact] {
            guard let form = isWide ? fact?.forms.first : fact?.forms.last else { continue }
            pieces.append([StyledText(form, fact?.role ?? .text)])
        }
        if let cores = totals.cores {
            let text = fullness == nil ? "host CPU" : "guests use"
            pieces.append([StyledText("\(text) \(cores.coresText)")])
        }
        if totals.withUnused > 0 {
            pieces.append([StyledText("\(totals.withUnused) with unused vCPUs", .warning)])
        }
        pieces.append([StyledText("\(totals.fixed) fixed", .faint)])
        if order != FleetColumns.initialOrder {
            pieces.append([StyledText("by \(order.name)", .faint)])
        }
        canvas.write(
            fitting: pieces, separator: StyledText(" \(frame.glyphs.bar) ", .faint), column: 0,
            row: 1, width: size.columns)
    }

    private func drawHeads(_ frame: Frame, _ layout: FleetLayout, on canvas: inout Canvas) {
        let row = layout.headRow
        let style = Style(.heading)
        canvas.clear(
            Rectangle(column: 0, row: row, columns: canvas.size.columns, rows: 1), style: style)
        for (column, field) in zip(FleetColumns.all, layout.fields) where field.width > 0 {
            canvas.write(
                column.head(width: field.width), column: field.column, row: row,
                width: field.width, alignment: column.alignment, style: style)
        }
        for offset in stride(from: 0, to: layout.cellCount, by: CellGroups.size) {
            canvas.write(
                "\(offset)", column: layout.column(ofCell: offset), row: row,
                width: CellGroups.size, style: style)
        }
        for (column, field) in zip(FleetColumns.all, layout.fields)
        where field.width > 0 && column.sortKeys.contains(order.key) {
            canvas.write(
                order.arrow(in: frame.glyphs),
                column: field.column + column.arrowOffset(width: field.width), row: row,
                style: style)
        }
    }

    private func drawGuest(
        _ frame: Frame, _ member: RosterGuest, _ layout: FleetLayout, _ line: Int,
        on canvas: inout Canvas
    ) {
        let lens = frame.lens(on: member)
        let isCurrent = frame.shared.cursor.guest == member.state.id
        if isCurrent { canvas.write(">", column: 0, row: line, style: Style(.key)) }
        var context = frame.textContext
        for (column, field) in zip(FleetColumns.all, layout.fields) where field.width > 0 {
            context.width = field.width
            canvas.write(
                column, of: member, context, column: field.column, line: line,
                isDimmed: lens.isStale)
        }
        drawNote(lens, layout, line, on: &canvas)
        if isCurrent {
            let name = Rectangle(
                column: layout.name.column, row: line, columns: layout.name.width, rows: 1)
            canvas.restyle(name) { $0.emphasis = .selected }
        }
        drawCells(lens, layout, line, on: &canvas)
    }

    /// How many vCPUs share a cell, and the most urgent thing to say of the guest.
    private func drawNote(
        _ lens: GuestLens, _ layout: FleetLayout, _ line: Int, on canvas: inout Canvas
    ) {
        var column = layout.note.column
        var width = layout.note.width
        let highest = lens.guest?.vcpus.max ?? max((lens.member.state.plugged ?? 0) - 1, 0)
        let perCell = layout.perCell(highestID: highest)
        if perCell > 1 {
            let sign = "x\(perCell)"
            canvas.write(sign, column: column, row: line, width: width, style: Style(.faint))
            column += sign.utf8.count + 1
            width -= sign.utf8.count + 1
        }
        guard width > 0, let note = GuestNote(lens) else { return }
        canvas.write(
            note.text(width: width, in: canvas.glyphs), column: column, row: line, width: width,
            style: Style(note.role, isDimmed: lens.isStale))
    }

    private func drawCells(
        _ lens: GuestLens, _ layout: FleetLayout, _ line: Int, on canvas: inout Canvas
    ) {
        guard let vcpus = lens.guest?.vcpus else {
            drawUnread(lens.member, layout, line, on: &canvas)
            return
        }
        let perCell = layout.perCell(highestID: vcpus.max ?? 0)
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
        _ member: RosterGuest, _ layout: FleetLayout, _ line: Int, on canvas: inout Canvas
    ) {
        guard let count = member.state.plugged, count > 0 else { return }
        let perCell = layout.perCell(highestID: count - 1)
        for cell in 0...(count - 1) / perCell {
            canvas.write(
                "?", column: layout.column(ofCell: cell), row: line, width: 1,
                style: Style(.unknown, isDimmed: true))
        }
    }
}

extension GlyphSet {
    /// What stands between the parts of a line.
    var bar: String { self == .ascii ? "|" : "│" }
}
