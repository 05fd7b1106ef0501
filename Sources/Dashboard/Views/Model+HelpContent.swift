internal import CanvasKit

extension Model {
    /// Every key by where it is in force, and the signs of the cells.
    func helpContent(scroll: Int, width: Int) -> DialogContent {
        var content = DialogContent(title: "HELP")
        content.scroll = scroll
        var body: [[StyledText]] = []
        func add(_ label: StyledText, _ text: String, _ role: Style.Role = .text) {
            let indent = Self.helpIndent
            let lines = text.wrapped(to: max(width - indent, 8), in: options.glyphs)
            let filler = String(
                repeating: " ", count: max(indent - label.text.columns(in: options.glyphs) - 2, 0))
            for (position, line) in lines.enumerated() {
                body.append(
                    position == 0
                        ? [StyledText("  "), label, StyledText(filler), StyledText(line, role)]
                        : [
                            StyledText(String(repeating: " ", count: indent)),
                            StyledText(line, role),
                        ])
            }
        }
        // Keys of the screen below the help are described as they work there.
        var below = self
        below.dialogs = []
        for (title, contexts) in Self.helpSections {
            if !body.isEmpty { body.append([]) }
            body.append([StyledText(title, .heading)])
            for binding in KeyTable.bindings where !binding.contexts.isDisjoint(with: contexts) {
                let isHere = shownDialog == 0 && contexts.contains(.fleet)
                let isOff = isHere && !binding.contexts.contains(below.context)
                let isAsked = isHere && !isOff || binding.needsWrite && options.isReadOnly
                let reason = isAsked ? below.reasonAgainst(binding.command) : nil
                let elsewhere =
                    binding.contexts.contains(.fleet)
                    ? " (in the list of guests)" : " (in the detail of a guest)"
                add(
                    StyledText(binding.label, isOff || reason != nil ? .faint : .key),
                    binding.help + (isOff ? elsewhere : reason.map { " (now: \($0))" } ?? ""),
                    isOff || reason != nil ? .faint : .text)
            }
        }
        body.append([])
        body.append([StyledText("From the terminal", .heading)])
        add(StyledText("^Z", .key), "suspend, when what is being changed has ended; fg comes back")
        add(
            StyledText("^C", .key),
            "end without asking; what is being changed is finished or undone")
        body.append([])
        body.append([StyledText("The signs of vCPUs", .heading)])
        for (sign, text) in signs { add(sign, text) }
        body.append([])
        body.append([StyledText("The columns", .heading)])
        for entry in ColumnHelp.all { add(StyledText(entry.label, .key), entry.text) }
        content.body = DialogBody(body)
        return content
    }

    private static let helpIndent = 12

    private static let helpSections: [(String, Set<Context>)] = [
        ("All guests, and one guest in detail", [.fleet, .detail]),
        ("The review", [.review]),
        ("The results", [.results]),
        ("This help, the log, and the sources", [.help, .log, .sources]),
        ("Where something is typed", [.search, .find, .filter, .count, .markList]),
    ]

    private var signs: [(StyledText, String)] {
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
            (StyledText(loads, .loadLow), "online: the share of a physical CPU that it uses"),
            (
                StyledText(glyphs.load(0.4).text, Style(.loadLow, isUnderlined: true)),
                "underlined: the guest cannot take it offline"
            ),
        ] + faces.map { (StyledText($0.0.glyph(in: glyphs).text, $0.0.role), $0.1) }
    }

    /// Everything that was sent, and what came of it; the oldest first.
    func logContent(scroll: Int, width: Int) -> DialogContent {
        var content = DialogContent(title: "LOG")
        content.scroll = scroll
        var body: [[StyledText]] = []
        for entry in log.entries {
            let lines = "\(entry.guest): \(entry.text)".wrapped(
                to: width - 10, in: options.glyphs)
            for (position, text) in lines.enumerated() {
                let clock = (position == 0 ? entry.clock : "").padded(to: 9, in: options.glyphs)
                body.append([StyledText("\(clock) ", .faint), StyledText(text, entry.role)])
            }
        }
        if body.isEmpty { body.append([StyledText("nothing was sent yet", .faint)]) }
        content.body = DialogBody(body)
        return content
    }
}
