internal import GuestVCPU

// What is said of the sources themselves: those that do not answer, and where guests were
// looked for when there are none.

extension Model {
    /// How many lines above the guests say which sources do not answer.
    var sourceRows: Int {
        guard fleet.count > 0 else { return 0 }
        return min(fleet.failedSources.count, max(size.rows / 8, 1))
    }

    /// A line for each source that does not answer; the last one stands for those that there is
    /// no room for.
    func drawSourceLines(on canvas: inout Canvas) {
        let rows = sourceRows
        let failed = fleet.failedSources
        for line in 0..<rows {
            let isLast = line == rows - 1 && failed.count > rows
            let text =
                isLast
                ? "\(line > 0 ? "and " : "")\(failed.count - line) \(line > 0 ? "more " : "")"
                    + "sources do not answer"
                : sourceText(failed[line])
            canvas.write(
                [Fact(sentence: text, role: .bad)], column: 0, row: FleetLayout.topRows + line,
                width: size.columns)
        }
    }

    /// What there is to say where no guest is listed.
    func drawEmptiness(from top: Int, on canvas: inout Canvas) {
        if fleet.count > 0 {
            canvas.write(
                "none of \(fleet.count.counted("guest")) is like that; Esc lists all", column: 1,
                row: top, style: Style(.faint))
            return
        }
        let isWaiting = fleet.sources.isEmpty || fleet.sources.contains { $0.status == .pending }
        canvas.write(
            isWaiting ? "looking for guests" : "no guest was found", column: 1, row: top,
            style: Style(isWaiting ? .faint : .warning))
        var lines: [(text: String, role: Style.Role)] = []
        for source in fleet.sources {
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

extension SourceStatus {
    var isFailed: Bool {
        if case .failed = self { return true }
        return false
    }
}
