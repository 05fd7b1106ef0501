internal import CanvasKit
internal import SafeText

/// Everything that was sent, by other runs and then by this one, and what came of it; the oldest
/// first.
struct LogPage: Page {
    var context: Context { .log }
    /// The end at first.
    var position = PagePosition(first: .max)
    var followsEnd: Bool { true }

    func content(_ frame: Frame, width: Int) -> PageContent {
        var body = pastLines(frame, width: width)
        for entry in frame.shared.log.entries {
            let lines = "\(entry.guest): \(entry.text)".wrapped(to: width - 10, in: frame.glyphs)
            for (position, text) in lines.enumerated() {
                let clock = (position == 0 ? entry.clock : "").padded(to: 9, in: frame.glyphs)
                body.append([StyledText("\(clock) ", .faint), StyledText(text, entry.role)])
            }
        }
        if let note = frame.shared.trail.trail?.note {
            body += note.wrapped(to: width, in: frame.glyphs).map { [StyledText($0, .warning)] }
        }
        if body.isEmpty { body.append([StyledText("nothing was sent yet", .faint)]) }
        return PageContent(title: "LOG", body: PageBody(body))
    }

    /// The changes of other runs, below a head of their own.
    private func pastLines(_ frame: Frame, width: Int) -> [[StyledText]] {
        guard let changes = frame.shared.trail.trail?.changes, !changes.isEmpty else { return [] }
        var lines = [[StyledText("sent by other runs", .heading)]]
        let sources = Dictionary(grouping: changes, by: \.guest)
            .mapValues { Set($0.map(\.source)).count }
        for change in changes {
            // Guests of several sources can have one name.
            let isAmbiguous = sources[change.guest, default: 1] > 1
            let name = isAmbiguous ? "\(change.source)/\(change.guest)" : change.guest
            let text =
                "\(name.printable(limit: 120)): \(change.planned) -> \(change.outcome) "
                + "(\(change.author))"
            let role: Style.Role =
                change.isUnsettled ? .bad : change.isAsAsked == false ? .warning : .text
            for (position, line) in text.wrapped(to: width - 20, in: frame.glyphs).enumerated() {
                let time = (position == 0 ? change.time : "").padded(to: 19, in: frame.glyphs)
                lines.append([StyledText("\(time) ", .faint), StyledText(line, role)])
            }
        }
        lines.append([StyledText("sent by this run", .heading)])
        return lines
    }
}
