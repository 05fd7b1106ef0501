extension Model {
    /// The keys that are in force below the help, then all others, then the signs of the cells.
    func helpContent(scroll: Int) -> DialogContent {
        var content = DialogContent(title: "HELP")
        content.scroll = scroll
        content.body.append([Span("Signs of the cells", .heading)])
        for (sign, text) in signs {
            content.body.append([Span("  \(sign.text)  ", sign.style), Span(text)])
        }
        for (title, contexts) in Self.helpSections {
            content.body.append([])
            content.body.append([Span(title, .heading)])
            for binding in KeyTable.bindings {
                guard let context = contexts.first(where: binding.contexts.contains) else {
                    continue
                }
                let isElsewhere =
                    contexts.count == 1 && context == .detail
                    && binding.contexts.contains(.fleet)
                guard !isElsewhere else { continue }
                content.body.append(line(of: binding))
            }
        }
        return content
    }

    private static let helpSections: [(String, [Context])] = [
        ("All guests, and one guest in detail", [.fleet, .detail]),
        ("The review", [.review]),
        ("The results", [.results]),
        ("Where something is typed", [.search, .count]),
    ]

    private func line(of binding: KeyBinding) -> [Span] {
        let label = binding.label.padded(to: 8, in: options.glyphs)
        var line = [Span("  \(label) ", .key), Span(binding.help)]
        if binding.needsWrite, options.isReadOnly { line.append(Span(" (read-only)", .warning)) }
        return line
    }

    private var signs: [(Span, String)] {
        let glyphs = options.glyphs
        let loads = glyphs == .ascii ? "0-9" : "·▁█"
        let faces: [(VCPUFace, String)] = [
            (.online, "online; what it uses is not known"),
            (.offline, "offline in the guest"),
            (.contradicted, "offline, says the guest, yet its thread uses a physical CPU"),
            (.toOnline, "marked to come online"),
            (.toOffline, "marked to go offline"),
            (.sending, "being changed"),
            (.failed, "the change failed; marked still"),
            (.unknown, "not known"),
        ]
        return [
            (Span(loads, .loadLow), "online: the share of a physical CPU that it uses"),
            (
                Span(glyphs.load(0.4), Style(.loadLow, isUnderlined: true)),
                "underlined: the guest cannot take it offline"
            ),
        ] + faces.map { (Span($0.0.sign(in: glyphs), $0.0.role), $0.1) }
    }

    /// Everything that was sent, and what came of it; the oldest first.
    func logContent(scroll: Int, width: Int) -> DialogContent {
        var content = DialogContent(title: "LOG")
        content.scroll = scroll
        for entry in log.entries {
            let lines = "\(entry.guest): \(entry.text)".wrapped(
                to: width - 10, in: options.glyphs)
            for (position, text) in lines.enumerated() {
                let clock = (position == 0 ? entry.clock : "").padded(to: 9, in: options.glyphs)
                content.body.append([Span("\(clock) ", .faint), Span(text, entry.role)])
            }
        }
        if content.body.isEmpty { content.body.append([Span("nothing was sent yet", .faint)]) }
        return content
    }
}
