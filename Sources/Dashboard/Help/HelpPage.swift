internal import CanvasKit

/// The keys by task, those that work on the screen below first; the signs, the filter and the
/// columns.
struct HelpPage: Page {
    var context: Context { .help }
    var position = PagePosition()

    func content(_ frame: Frame, width: Int) -> PageContent {
        var lines = HelpLines(width: width, glyphs: frame.glyphs)
        // Keys are described as they work below the help.
        var below = frame.model
        if let place = below.dialogs.lastIndex(where: { $0 is HelpPage }) {
            below.dialogs.removeSubrange(place...)
        }
        let here = below.context
        for section in KeySection.sections({ $0.contexts.contains(here) }) {
            lines.head(section.title)
            for binding in section.bindings {
                let reason = binding.reasonDisabled(in: below)
                lines.add(
                    StyledText(binding.label, reason == nil ? .key : .faint),
                    binding.help + (reason.map { " (now: \($0))" } ?? ""),
                    reason == nil ? .text : .faint)
            }
        }
        lines.head("From the terminal")
        for entry in KeySection.terminal { lines.add(StyledText(entry.label, .key), entry.help) }
        lines.head("The signs")
        for entry in SignHelp.all(frame.glyphs) { lines.add(entry.sign, entry.text) }
        lines.head("The columns")
        for entry in ColumnHelp.all { lines.add(StyledText(entry.label, .key), entry.text) }
        lines.head("The filter")
        for entry in FilterHelp.all { lines.add(StyledText(entry.label, .key), entry.text) }
        for section in KeySection.sections({ !$0.contexts.contains(here) }) {
            lines.head("Elsewhere: \(section.title.lowercased())")
            for entry in section.keys { lines.add(StyledText(entry.label, .faint), entry.help) }
        }
        let place = here.place.map { ": what works in \($0)" } ?? ""
        return PageContent(title: "HELP\(place)", body: PageBody(lines.body))
    }
}

/// The lines of the help, of a width.
private struct HelpLines {
    let width: Int
    let glyphs: GlyphSet
    private(set) var body: [[StyledText]] = []

    init(width: Int, glyphs: GlyphSet) {
        self.width = width
        self.glyphs = glyphs
    }

    private static let indent = 12

    mutating func head(_ title: String) {
        if !body.isEmpty { body.append([]) }
        body.append([StyledText(title, .heading)])
    }

    mutating func add(_ label: StyledText, _ text: String, _ role: Style.Role = .text) {
        if label.text.columns(in: glyphs) > Self.indent - 3 {
            body += label.text.wrapped(to: max(width - 2, 8), in: glyphs)
                .map { [StyledText("  "), StyledText($0, label.style)] }
            add(StyledText(""), text, role)
            return
        }
        let lines = text.wrapped(to: max(width - Self.indent, 8), in: glyphs)
        let filler = String(
            repeating: " ", count: max(Self.indent - label.text.columns(in: glyphs) - 2, 0))
        for (position, line) in lines.enumerated() {
            body.append(
                position == 0
                    ? [StyledText("  "), label, StyledText(filler), StyledText(line, role)]
                    : [
                        StyledText(String(repeating: " ", count: Self.indent)),
                        StyledText(line, role),
                    ])
        }
    }
}
