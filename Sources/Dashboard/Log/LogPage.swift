internal import CanvasKit

/// Everything that was sent, and what came of it; the oldest first.
struct LogPage: Page {
    var context: Context { .log }
    /// The end at first.
    var position = PagePosition(first: .max)
    var followsEnd: Bool { true }

    func content(_ frame: Frame, width: Int) -> PageContent {
        var body: [[StyledText]] = []
        for entry in frame.shared.log.entries {
            let lines = "\(entry.guest): \(entry.text)".wrapped(to: width - 10, in: frame.glyphs)
            for (position, text) in lines.enumerated() {
                let clock = (position == 0 ? entry.clock : "").padded(to: 9, in: frame.glyphs)
                body.append([StyledText("\(clock) ", .faint), StyledText(text, entry.role)])
            }
        }
        if body.isEmpty { body.append([StyledText("nothing was sent yet", .faint)]) }
        return PageContent(title: "LOG", body: PageBody(body))
    }
}
