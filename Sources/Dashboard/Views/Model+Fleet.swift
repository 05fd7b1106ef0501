internal import GuestVCPU

extension Model {
    /// The rows of all guests.
    func drawFleet(on canvas: inout Canvas) {
        let layout = fleetLayout
        drawSummary(on: &canvas)
        if isTiled, !fleet.rows.isEmpty {
            drawTiles(on: &canvas)
            return
        }
        drawFleetHeads(layout, on: &canvas)
        guard !fleet.rows.isEmpty else {
            drawEmptiness(on: &canvas)
            return
        }
        let rows = visibleRows
        for row in rows {
            guard let member = fleet[fleet.rows[row]] else { continue }
            let line = FleetLayout.headRow + 1 + row - rows.lowerBound
            drawGuest(member, layout, line, on: &canvas)
        }
    }

    private func drawEmptiness(on canvas: inout Canvas) {
        if fleet.count > 0 {
            canvas.write(
                "none of \(fleet.count.counted("guest")) is like that; Esc lists all", column: 1,
                row: FleetLayout.headRow + 2, style: Style(.faint))
            return
        }
        let isWaiting = fleet.sources.isEmpty || fleet.sources.contains { $0.status == .pending }
        let text = isWaiting ? "looking for guests" : "no guest was found"
        canvas.write(text, column: 1, row: FleetLayout.headRow + 2, style: Style(.faint))
        var line = FleetLayout.headRow + 3
        for source in fleet.sources {
            guard line < size.rows - FleetLayout.footRows else { return }
            if case .failed(let reason) = source.status {
                let text = "\(source.name): \(reason)".printable(limit: 500)
                canvas.write(text, column: 1, row: line, style: Style(.bad))
                line += 1
            }
        }
    }

    /// The line that sums up the fleet.
    private func drawSummary(on canvas: inout Canvas) {
        let totals = fleet.totals
        guard totals.guests > 0 else { return }
        let troubled = totals.guests - totals.readable
        var pieces: [[Span]] = [
            [
                Span("\(totals.vcpus) vCPU: \(totals.online) on "),
                Span("\(totals.vcpus - totals.online) off", .offline),
            ]
        ]
        if !marks.isEmpty {
            let unlisted = marks.byGuest.keys.filter { fleet.row(of: $0) == nil }.count
            let text =
                "\(marks.count) marked in \(marks.byGuest.count.counted("guest"))"
                + (unlisted > 0 ? ", \(unlisted) not listed" : "")
            pieces.insert([Span(text, .warning)], at: 0)
        }
        if !book.inFlight.isEmpty {
            pieces.append([Span("changing \(book.inFlight.count)", .sending)])
        }
        if let cores = totals.cores { pieces.append([Span("host CPU \(cores.coresText)")]) }
        pieces.insert([Span(totals.guests.counted("guest"))], at: 0)
        if troubled > 0 { pieces.append([Span("\(troubled) not answering", .bad)]) }
        if totals.withUnused > 0 {
            pieces.append([Span("\(totals.withUnused) with unused vCPUs", .warning)])
        }
        pieces.append([Span("\(totals.fixed) fixed", .faint)])
        if sort != SortOrder() { pieces.append([Span("by \(sort.name)", .faint)]) }
        canvas.write(
            fitting: pieces, separator: Span(" \(options.glyphs.bar) ", .faint), column: 0, row: 1,
            width: size.columns)
    }

    private func drawFleetHeads(_ layout: FleetLayout, on canvas: inout Canvas) {
        let row = FleetLayout.headRow
        let style = Style(.heading)
        canvas.clear(
            Rectangle(column: 0, row: row, columns: size.columns, rows: 1), style: style)
        func head(_ text: String, _ field: FleetLayout.Field, _ alignment: Alignment = .left) {
            guard field.width > 0 else { return }
            canvas.write(
                text, column: field.column, row: row, width: field.width, alignment: alignment,
                style: style)
        }
        head("GUEST", layout.name)
        head("AGENT", layout.status)
        head("AGE", layout.age, .right)
        head(layout.online.width < 6 ? "ON/AL" : "ON/ALL", layout.online, .right)
        head("CPU", layout.cores, .right)
        if layout.note.width >= 4 { head("NOTE", layout.note) }
        for offset in stride(from: 0, to: layout.cellCount, by: FleetLayout.group) {
            guard let column = layout.column(of: offset, left: 0) else { continue }
            canvas.write(
                "\(offset)", column: column, row: row, width: FleetLayout.group,
                style: style)
        }
    }

    private func drawGuest(
        _ member: Fleet.Member, _ layout: FleetLayout, _ line: Int, on canvas: inout Canvas
    ) {
        let lens = lens(on: member)
        let isCurrent = cursor.guest == member.state.id
        func write(
            _ text: String, _ field: FleetLayout.Field, _ alignment: Alignment = .left,
            _ role: Style.Role = .text
        ) {
            guard field.width > 0 else { return }
            canvas.write(
                text, column: field.column, row: line, width: field.width, alignment: alignment,
                style: Style(role, isDimmed: lens.isStale))
        }
        if isCurrent { canvas.write(">", column: 0, row: line, style: Style(.key)) }
        write(member.name, layout.name)
        let isShort = layout.status.width < FleetLayout.fullStatus
        write(member.statusText(short: isShort), layout.status, .left, member.statusRole)
        write(ageText(member), layout.age, .right)
        write(member.onlineText, layout.online, .right, member.unused > 0 ? .warning : .text)
        write(member.cores?.coresText ?? "-", layout.cores, .right)
        let isDoubtful = marks.doubtful.contains(member.state.id)
        if let note = GuestNote(lens, isDoubtful: isDoubtful) {
            write(note.text(width: layout.note.width), layout.note, .left, note.role)
        }
        if isCurrent {
            let name = Rectangle(
                column: layout.name.column, row: line, columns: layout.name.width, rows: 1)
            canvas.restyle(name) { $0.emphasis = .selected }
        }
        drawCells(lens, layout, line, on: &canvas)
    }

    private func drawCells(
        _ lens: GuestLens, _ layout: FleetLayout, _ line: Int, on canvas: inout Canvas
    ) {
        guard let vcpus = lens.guest?.vcpus else {
            drawUnread(lens.member, layout, line, on: &canvas)
            return
        }
        // The row with the cursor alone follows it: the others keep to the ruler.
        let left = lens.cursor == nil ? 0 : viewport.left
        let shown = layout.shown(from: left)
        for id in shown where vcpus.contains(id) {
            guard let column = layout.column(of: id, left: left) else { continue }
            canvas.draw(id, lens, column: column, row: line)
        }
        if let highest = vcpus.max, highest >= shown.upperBound {
            canvas.write(
                ">", column: layout.cells.column + layout.cells.width - 1, row: line,
                style: Style(.faint))
        }
        guard left > 0 else { return }
        if layout.column(of: left, left: left) != layout.cells.column {
            canvas.write(
                "from \(left)", column: layout.cells.column, row: line, width: FleetLayout.group,
                style: Style(.heading))
        }
        canvas.write("<", column: layout.cells.column - 1, row: line, style: Style(.faint))
    }

    /// The cells of a guest that never answered: as many question marks as the host has vCPUs.
    private func drawUnread(
        _ member: Fleet.Member, _ layout: FleetLayout, _ line: Int, on canvas: inout Canvas
    ) {
        let count = member.plugged ?? 0
        for id in 0..<min(count, layout.cellCount) {
            guard let column = layout.column(of: id, left: 0) else { continue }
            canvas.write("?", column: column, row: line, style: Style(.unknown, isDimmed: true))
        }
    }

    func ageText(_ member: Fleet.Member) -> String {
        member.state.vcpus.map { age(of: $0.readAt).ageText } ?? "-"
    }
}

extension Canvas {
    /// Draws the cell of a vCPU.
    mutating func draw(_ id: Int, _ lens: GuestLens, column: Int, row: Int) {
        let face = lens.face(of: id)
        draw(face.glyph(in: glyphs), column: column, row: row, style: lens.style(of: id, face))
    }
}

extension GlyphSet {
    /// What stands between the parts of a line.
    var bar: String { self == .ascii ? "|" : "│" }
}
