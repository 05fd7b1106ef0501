internal import CanvasKit
internal import GuestVCPU
internal import SafeText

// What is said of the sources themselves: those with a trouble, and where guests were looked for
// when there are none.

extension SharedState {
    /// How many lines above the guests say which sources have a trouble.
    var sourceRows: Int {
        guard roster.count > 0 else { return 0 }
        return min(roster.troubledSources.count, max(size.rows / 8, 1))
    }

}

extension Frame {
    /// A line for each source with a trouble; the last one stands for those that there is no room
    /// for.
    func drawSourceLines(on canvas: inout Canvas) {
        let rows = shared.sourceRows
        let troubled = roster.troubledSources
        for line in 0..<rows {
            let isLast = line == rows - 1 && troubled.count > rows
            let text = isLast ? restText(troubled, from: line) : sourceText(troubled[line])
            canvas.write(
                [Fact(sentence: text, role: troubled[line].status.isFailed ? .bad : .warning)],
                column: 0, row: FleetLayout.topRows + line, width: size.columns)
        }
    }

    private func restText(_ troubled: [SourceState], from line: Int) -> String {
        let rest = troubled[line...]
        let count = line > 0 ? "and \(rest.count) more sources" : "\(rest.count) sources"
        let areDown = rest.allSatisfy(\.status.isFailed)
        return "\(count) \(areDown ? "do not answer" : "have a problem: i lists them")"
    }

    /// What there is to say where no guest is listed.
    func drawEmptiness(from top: Int, on canvas: inout Canvas) {
        if roster.count > 0 {
            canvas.write(
                "no guest matches; Esc shows all \(roster.count)", column: 1,
                row: top, style: Style(.faint))
            return
        }
        let isWaiting = roster.sources.isEmpty || roster.sources.contains { $0.status == .pending }
        canvas.write(
            isWaiting ? "looking for guests" : "no guest was found", column: 1, row: top,
            style: Style(isWaiting ? .faint : .warning))
        var lines: [(text: String, role: Style.Role)] = []
        for source in roster.sources {
            lines.append((sourceText(source), source.status.isFailed ? .bad : .faint))
            for guest in source.leftOut {
                lines.append((guest.summary, .text))
                if let help = guest.help { lines.append(("  \(help)", .key)) }
            }
        }
        let room = size.rows - FleetLayout.footRows - top - 1
        for (position, line) in lines.prefix(max(room, 0)).enumerated() {
            let isLast = position == room - 1 && lines.count > room
            canvas.write(
                isLast ? "and more: i lists all" : line.text, column: 1, row: top + 1 + position,
                style: Style(isLast ? .faint : line.role))
        }
    }

    private func sourceText(_ source: SourceState) -> String {
        let name = source.name.printable(limit: 200)
        return switch source.status {
        case .pending: "\(name): no answer yet"
        case .ok: "\(name): \(source.note?.printable(limit: 300) ?? "answers, and lists no guest")"
        case .failed(let reason): "\(name) does not answer: \(reason.printable(limit: 300))"
        }
    }
}
