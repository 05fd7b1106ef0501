internal import CanvasKit
internal import GuestVCPU
internal import SafeText

/// Every source, and the guests that it leaves out: which, why, and what to type; where no guest is
/// listed, other commands that may list one.
struct SourcesPage: Page {
    var context: Context { .sources }
    var position = PagePosition()

    func content(_ frame: Frame, width: Int) -> PageContent {
        var body: [[StyledText]] = []
        func add(_ text: String, indent: Int, _ role: Style.Role) {
            let filler = String(repeating: " ", count: indent)
            body += text.printable(limit: 1_000)
                .wrapped(to: max(width - indent, 8), in: frame.glyphs)
                .map { [StyledText(filler), StyledText($0, role)] }
        }
        for source in frame.roster.sources {
            if !body.isEmpty { body.append([]) }
            add(source.name, indent: 0, .heading)
            switch source.status {
            case .pending: add("no answer yet", indent: 2, .faint)
            case .ok: add("answers", indent: 2, .good)
            case .failed(let reason): add("does not answer: \(reason)", indent: 2, .bad)
            }
            if let note = source.note { add(note, indent: 2, .warning) }
            for guest in source.leftOut {
                add(guest.summary, indent: 2, .text)
                if let help = guest.help { add(help, indent: 4, .key) }
            }
        }
        if body.isEmpty { body.append([StyledText("no source has answered yet", .faint)]) }
        if frame.roster.count == 0 {
            let search = frame.shared.options.search
            if !search.notes.isEmpty { body.append([]) }
            for note in search.notes { add(note, indent: 0, .text) }
            if !search.commands.isEmpty {
                body += [[], [StyledText("what to type, after q", .heading)]]
            }
            for command in search.commands {
                add(command.text, indent: 2, .key)
                add(command.purpose, indent: 4, .faint)
            }
        }
        return PageContent(title: "SOURCES", body: PageBody(body))
    }
}
