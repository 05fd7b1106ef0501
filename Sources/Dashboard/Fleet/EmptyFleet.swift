internal import CanvasKit
internal import GuestVCPU
internal import SafeText

// The screen while no guest is listed: what was looked for, what was found and why it does not
// count, and what to type.

extension Frame {
    /// Whether a source may still list a guest.
    private var isLooking: Bool {
        roster.sources.isEmpty || roster.sources.contains { $0.status == .pending }
    }

    /// Draws the screen of a fleet without a guest, from a line on.
    func drawEmptyFleet(from top: Int, on canvas: inout Canvas) {
        let headline =
            isLooking ? "looking for guests (i: where)" : "no guest was found (i: why, what to do)"
        canvas.write(
            headline, column: 1, row: top, style: Style(isLooking ? .faint : .warning))
        let width = max(size.columns - 2, 1)
        let room = max(size.rows - FleetLayout.footRows - top - 1, 0)
        let commands = isLooking ? [] : commandLines(width: width, room: room)
        let reasons = reasonLines(width: width)
        let left = max(room - commands.count, 0)
        var lines = Array(reasons.prefix(left))
        if reasons.count > left, !lines.isEmpty {
            lines[lines.count - 1] = [StyledText("and more: i lists all", .faint)]
        }
        for (offset, line) in (lines + commands).enumerated() {
            canvas.write(line, column: 1, row: top + 1 + offset, width: width)
        }
    }

    /// What each source says, and the guests that it leaves out; whole, on as many lines as needed.
    private func reasonLines(width: Int) -> [[StyledText]] {
        var lines: [[StyledText]] = []
        func add(_ text: String, indent: Int = 0, _ role: Style.Role) {
            let filler = String(repeating: " ", count: indent)
            lines += text.wrapped(to: max(width - indent, 8), in: glyphs)
                .map { [StyledText(filler), StyledText($0, role)] }
        }
        for source in roster.sources {
            add(sourceText(source), source.status.isFailed ? .bad : .text)
            for guest in source.leftOut {
                add(guest.summary, .text)
                if let help = guest.help { add(help, indent: 2, .key) }
            }
        }
        for note in shared.options.search.notes { add(note, .text) }
        return lines
    }

    /// The commands below the reasons: under a heading where there is room, and never so many that
    /// no reason is seen.
    private func commandLines(width: Int, room: Int) -> [[StyledText]] {
        let lines = shared.options.search.lines(width: width, glyphs: glyphs)
        guard !lines.isEmpty else { return [] }
        guard room >= lines.count + 5 else { return Array(lines.prefix(room / 2)) }
        return [[], [StyledText("q leaves; then type one of these:", .heading)]] + lines
    }
}
