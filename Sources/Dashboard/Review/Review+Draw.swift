internal import CanvasKit
internal import GuestVCPU

extension Review {
    func content(_ frame: Frame, width: Int) -> PageContent {
        let writer = ReviewWriter(self, frame.shared)
        let texts = entries.map { $0.text ?? writer.text(of: $0) }
        return PageContent(
            title: "REVIEW: nothing has been sent yet",
            head: [[StyledText(writer.columns.head(frame.glyphs), .heading)]],
            body: PageBody(blocks: texts.map(\.lines.count)) { block, line in
                let text = texts[block]
                return line == text.ageLine ? ageLine(text, frame) : text.lines[line]
            },
            foot: foot(frame, width: width))
    }

    /// Updates the cached texts of the guests that have changed.
    mutating func updateTexts(_ shared: SharedState) {
        let writer = ReviewWriter(self, shared)
        let outdated = entries.indices.filter { position in
            let entry = entries[position]
            let isCurrent = entry.text?.isCurrent(
                for: shared.roster[entry.guest], policy, writer.columns)
            return isCurrent != true
        }
        for position in outdated { keep(writer.text(of: entries[position]), at: position) }
    }

    /// The age of the reading: it changes with time alone, so it is not cached.
    private func ageLine(_ text: ReviewText, _ frame: Frame) -> [StyledText] {
        guard let readAt = text.readAt else { return [] }
        let age = frame.age(of: readAt)
        let isOld = age > RosterGuest.freshness || text.member?.isUnreadable == true
        return [
            StyledText("    "),
            StyledText("read \(frame.sinceText(age))", isOld ? .warning : .faint),
        ]
    }

    private func foot(_ frame: Frame, width: Int) -> [[StyledText]] {
        let glyphs = frame.glyphs
        let size = frame.size
        var lines: [[StyledText]] = size.rows < 16 ? [] : [[]]
        if size.rows >= 20 {
            let text =
                "Each guest is read again first, and nothing is sent to one that changed since. "
                + "An agent works through its list in order and can stop half-way."
            lines += text.wrapped(to: width, in: glyphs).map { [StyledText($0, .faint)] }
        }
        let isRollBack = policy == .rollBack
        let (rollBack, keep) =
            width < 60 ? ("roll back", "keep") : ("roll that guest back", "keep what worked")
        lines.append([
            StyledText("Tab", .key), StyledText(width < 60 ? " failing: " : " if an entry fails: "),
            StyledText(
                "\(isRollBack ? "(*)" : "( )") \(rollBack)  \(isRollBack ? "( )" : "(*)") \(keep)"),
        ])
        if let trouble = frame.shared.trail.trouble {
            lines += "No journal: \(trouble).".wrapped(to: width, in: glyphs)
                .map { [StyledText($0, .warning)] }
            lines.append([
                StyledText("u", .key), StyledText(" \(isUnrecordedAllowed ? "(*)" : "( )") "),
                StyledText("send without a record"),
            ])
        }
        let held = entries.count - guestCount
        lines.append([
            StyledText("y", .key),
            StyledText(" sends \(changeCount.counted("change"))"),
            StyledText(" to \(guestCount.counted("guest"))"),
            StyledText(held > 0 ? "; \(held) not sent" : "", .warning),
        ])
        if let largeness = largeness?.words(frame.shared) {
            let text = "Large change: \(largeness). Type \(changeCount) to confirm: "
            var asked = text.wrapped(to: width - 6, in: glyphs)
            let last = asked.popLast() ?? ""
            let role: Style.Role = needsConfirmation ? .warning : .good
            lines += asked.map { [StyledText($0, role)] }
            lines.append([StyledText("\(last) ", role), StyledText("\(typed)_")])
        }
        return lines
    }
}

extension Review.Largeness {
    /// What makes a change large, in words.
    func words(_ shared: SharedState) -> String {
        let share = shared.options.confirmation.shareText
        switch self {
        case .share(let guest):
            let name = shared.label(of: guest).cut(to: 40, in: shared.options.glyphs)
            return "more than \(share) of \(name) goes offline"
        case .shares(let count):
            return "more than \(share) of each of \(count) guests goes offline"
        case .guests(let count): return count.counted("guest")
        }
    }
}
