internal import CanvasKit

/// Every key by where it is in force, and the signs of the cells.
struct HelpPage: Page {
    var context: Context { .help }
    var position = PagePosition()

    func content(_ frame: Frame, width: Int) -> PageContent {
        let glyphs = frame.glyphs
        var body: [[StyledText]] = []
        func add(_ label: StyledText, _ text: String, _ role: Style.Role = .text) {
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
        // Keys of the screen below the help are described as they work there.
        var below = frame.model
        below.dialogs = []
        let isOverScreen = frame.model.dialogs.first is HelpPage
        for section in KeySection.all {
            if !body.isEmpty { body.append([]) }
            body.append([StyledText(section.title, .heading)])
            for binding in section.bindings {
                let isHere = isOverScreen && section.contexts == Context.grids
                let isOff = isHere && !binding.contexts.contains(below.context)
                let isAsked =
                    isHere && !isOff || binding.mayWrite && below.shared.options.isReadOnly
                let reason = isAsked ? binding.reasonDisabled(in: below) : nil
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
        for (sign, text) in signs(glyphs) { add(sign, text) }
        body.append([])
        body.append([StyledText("The filter", .heading)])
        for entry in FilterHelp.all { add(StyledText(entry.label, .key), entry.text) }
        body.append([])
        body.append([StyledText("The columns", .heading)])
        for entry in ColumnHelp.all { add(StyledText(entry.label, .key), entry.text) }
        return PageContent(title: "HELP", body: PageBody(body))
    }

    private static let indent = 12

    private func signs(_ glyphs: GlyphSet) -> [(StyledText, String)] {
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
}
