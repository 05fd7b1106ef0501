internal import CanvasKit
internal import GuestVCPU
internal import SafeText

// What is said of the sources that have a trouble, above the guests.

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

    /// What a source says, in one sentence.
    func sourceText(_ source: SourceState) -> String {
        let name = source.name.printable(limit: 200)
        return switch source.status {
        case .pending: "\(name): no answer yet"
        case .ok: "\(name): \(source.note?.printable(limit: 300) ?? "answers, and lists no guest")"
        case .failed(let reason): "\(name) does not answer: \(reason.printable(limit: 300))"
        }
    }
}
