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
        drawRows(frame, on: &canvas)
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
        if failing > 0 { pieces.append([StyledText("\(failing.counted("agent")) unread", .bad)]) }
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
        if totals.withLeftOffline > 0 {
            pieces.append([
                StyledText(
                    "\(totals.withLeftOffline.counted("guest")) with plugged vCPUs offline",
                    .warning)
            ])
        }
        pieces.append([StyledText("\(totals.fixed) not offlinable", .faint)])
        if order != FleetColumns.initialOrder {
            pieces.append([StyledText("by \(order.name)", .faint)])
        }
        canvas.write(
            fitting: pieces, separator: StyledText(" \(frame.glyphs.bar) ", .faint), column: 0,
            row: 1, width: size.columns)
    }
}

extension GlyphSet {
    /// What stands between the parts of a line.
    var bar: String { self == .ascii ? "|" : "│" }
}
