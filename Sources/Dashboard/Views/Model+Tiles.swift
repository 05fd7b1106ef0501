internal import CanvasKit
internal import GuestVCPU

extension Model {
    var tilesLayout: TilesLayout {
        TilesLayout(
            size: size, totals: roster.totals, guests: roster.rows.count, sourceRows: sourceRows)
    }

    /// The guests as tiles, a page of them.
    func drawTiles(on canvas: inout Canvas) {
        let layout = tilesLayout
        let rows = visibleRows
        drawTileHeads(layout, count: rows.count, on: &canvas)
        for row in rows {
            guard let member = roster[roster.rows[row]] else { continue }
            drawTile(member, layout, at: layout.place(row - rows.lowerBound), on: &canvas)
        }
    }

    private func drawTileHeads(_ layout: TilesLayout, count: Int, on canvas: inout Canvas) {
        let row = layout.headRow
        let style = Style(.heading)
        canvas.clear(
            Rectangle(column: 0, row: row, columns: size.columns, rows: 1), style: style)
        for first in stride(from: 0, to: count, by: layout.rows) {
            let column = layout.place(first).column
            canvas.write(
                "GUEST", column: column + 1, row: row, width: layout.nameWidth, style: style)
            let cells = layout.cellsColumn(column)
            for offset in stride(from: 0, to: layout.room, by: FleetLayout.group) {
                canvas.write(
                    "\(offset)", column: cells + offset + offset / FleetLayout.group, row: row,
                    width: FleetLayout.group, style: style)
            }
            canvas.write(
                "CPU", column: layout.noteColumn(column), row: row, width: TilesLayout.noteWidth,
                alignment: .right, style: style)
        }
    }

    private func drawTile(
        _ member: RosterGuest, _ layout: TilesLayout, at place: Position,
        on canvas: inout Canvas
    ) {
        let lens = lens(on: member)
        let isCurrent = cursor.guest == member.state.id
        if isCurrent {
            canvas.write(">", column: place.column, row: place.row, style: Style(.key))
        }
        canvas.write(
            member.label.cut(to: layout.nameWidth, in: options.glyphs),
            column: place.column + 1, row: place.row, width: layout.nameWidth,
            style: Style(
                .text, isDimmed: lens.isStale, emphasis: isCurrent ? .selected : .none))
        let note = tileNote(lens)
        canvas.write(
            note.text, column: layout.noteColumn(place.column), row: place.row,
            width: TilesLayout.noteWidth, alignment: .right,
            style: Style(note.style.role, isDimmed: lens.isStale))
        drawTileCells(
            lens, layout, column: layout.cellsColumn(place.column), row: place.row, on: &canvas)
    }

    /// What is marked or being changed, else what is wrong with the agent, else what it uses.
    private func tileNote(_ lens: GuestLens) -> StyledText {
        let member = lens.member
        let isDoubtful = marks.doubtful.contains(member.state.id)
        if lens.locking != nil || !lens.marks.isEmpty,
            let note = GuestNote(lens, isDoubtful: isDoubtful)
        {
            return StyledText(
                note.text(width: TilesLayout.noteWidth, in: options.glyphs), note.role)
        }
        if case .failed = member.state.agent {
            return StyledText(member.statusText(short: true), member.statusRole)
        }
        if member.isGone { return StyledText(member.statusText(short: true), member.statusRole) }
        return StyledText(member.cores?.coresText ?? "-")
    }

    private func drawTileCells(
        _ lens: GuestLens, _ layout: TilesLayout, column: Int, row: Int, on canvas: inout Canvas
    ) {
        guard let vcpus = lens.guest?.vcpus else {
            let count = min(lens.member.plugged ?? 0, layout.room)
            for id in 0..<count {
                canvas.write(
                    "?", column: column + id + id / FleetLayout.group, row: row, width: 1,
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

extension GuestLens {
    /// How a cell looks that several vCPUs share: as the one that matters most, with the cursor
    /// or the range if it lies on any of them.
    func cell(of ids: ArraySlice<Int>) -> (face: VCPUFace, style: Style) {
        var face = VCPUFace.none
        var isFixed = true
        for id in ids {
            let other = self.face(of: id)
            if other.outweighs(face) { face = other }
            isFixed = isFixed && self.isFixed(id)
        }
        var emphasis = Style.Emphasis.none
        if let first = ids.first, let last = ids.last {
            if let cursor, (first...last).contains(cursor) {
                emphasis = .cursor
            } else if let range, range.overlaps(first...last) {
                emphasis = .selected
            }
        }
        let style = Style(
            face.role, isUnderlined: isFixed, isDimmed: isStale, emphasis: emphasis)
        return (face, style)
    }
}

extension VCPUFace {
    /// Whether this is what a cell shows that a vCPU like this shares with one like the other.
    func outweighs(_ other: VCPUFace) -> Bool {
        if case .load(let share) = self, case .load(let less) = other { return share > less }
        return weight > other.weight
    }

    /// What was asked for comes before what is, and of that what is out of the ordinary.
    var weight: Int {
        switch self {
        case .none: 0
        case .online: 1
        case .load: 2
        case .offline: 3
        case .contradicted: 4
        case .unknown: 5
        case .sending: 6
        case .toOnline: 7
        case .toOffline: 8
        case .failed: 9
        }
    }
}
