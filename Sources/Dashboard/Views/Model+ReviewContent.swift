internal import CanvasKit
internal import GuestVCPU

extension Model {
    /// The review: for each guest what will be sent, what those vCPUs do now, and the command
    /// that does the same.
    func content(of review: Review, width: Int) -> DialogContent {
        var content = DialogContent(title: "REVIEW: nothing has been sent yet")
        content.scroll = review.scroll
        let columns = columns(of: review, width: width)
        content.head = [[StyledText(columns.head(options.glyphs), .heading)]]
        let texts = review.entries.map { $0.text ?? text(of: $0, review.policy, columns) }
        content.body = DialogBody(blocks: texts.map(\.lines.count)) { block, line in
            let text = texts[block]
            return line == text.ageLine ? ageLine(text) : text.lines[line]
        }
        content.foot = foot(of: review, width: width)
        return content
    }

    /// Updates the cached texts of the open review's guests that have changed.
    mutating func settleReviewTexts() {
        guard let shownDialog, case .review(var review) = dialogs[shownDialog] else { return }
        let columns = columns(of: review, width: DialogContent.textColumns(in: size))
        let outdated = review.entries.indices.filter { position in
            let entry = review.entries[position]
            return entry.text?.stands(for: roster[entry.guest], review.policy, columns) != true
        }
        guard !outdated.isEmpty else { return }
        for position in outdated {
            let text = text(of: review.entries[position], review.policy, columns)
            review.keep(text, at: position)
        }
        dialogs[shownDialog] = .review(review)
    }

    private func columns(of review: Review, width: Int) -> ReviewColumns {
        let names = review.entries.map { label(of: $0.guest).columns }
        return ReviewColumns(width: width, longestName: names.max() ?? 0)
    }

    private func text(
        of entry: Review.Entry, _ policy: FailurePolicy, _ columns: ReviewColumns
    ) -> ReviewText {
        let member = roster[entry.guest]
        let (lines, ageLine) = lines(of: entry, policy, columns)
        return ReviewText(
            lines: lines, ageLine: ageLine, readAt: entry.plan?.before.readAt, member: member,
            policy: policy, columns: columns)
    }

    /// The age of the reading: it changes with time alone, so it is not cached.
    private func ageLine(_ text: ReviewText) -> [StyledText] {
        guard let readAt = text.readAt else { return [] }
        let age = age(of: readAt)
        let isDoubtful =
            age > Self.freshness || text.member?.isSourceDown == true
            || text.member?.state.agent.isFailed == true
        return [
            StyledText("    "),
            StyledText("read \(sinceText(age))", isDoubtful ? .warning : .faint),
        ]
    }

    private func lines(
        of entry: Review.Entry, _ policy: FailurePolicy, _ columns: ReviewColumns
    ) -> (lines: [[StyledText]], ageLine: Int?) {
        let glyphs = options.glyphs
        let role: Style.Role = entry.plan == nil ? .faint : .text
        let name = label(of: entry.guest).cut(to: columns.name, in: glyphs)
            .padded(to: columns.name, in: glyphs)
        let now = (roster[entry.guest]?.onlineText ?? "-").padded(to: columns.count, in: glyphs)
        let after = (entry.plan.map(countAfter) ?? "-").padded(to: columns.count, in: glyphs)
        let change = (entry.plan?.targets ?? entry.marks).description
            .wrapped(to: columns.rest, in: glyphs)
        var lines = [[StyledText("\(name) \(now) \(after) \(change.first ?? "")", role)]]
        let indent = String(repeating: " ", count: columns.indent)
        lines += change.dropFirst().map { [StyledText(indent + $0, role)] }
        for note in notes(on: entry) {
            lines += note.text.wrapped(to: columns.width - 4, in: glyphs)
                .map { [StyledText("    "), StyledText($0, note.style)] }
        }
        guard let plan = entry.plan else { return (lines, nil) }
        let ageLine = lines.count
        lines.append([])
        if let member = roster[entry.guest], member.isSourceDown || member.state.agent.isFailed {
            lines += "now \(agentText(member))".wrapped(to: columns.width - 4, in: glyphs)
                .map { [StyledText("    "), StyledText($0, .warning)] }
        }
        guard let command = SetCommandLine(entry.guest, plan, policy) else {
            return (lines, ageLine)
        }
        for (position, text) in command.lines(width: columns.width - 6, glyphs).enumerated() {
            lines.append([
                StyledText(position == 0 ? "    $ " : "      ", .faint), StyledText(text, .faint),
            ])
        }
        return (lines, ageLine)
    }

    private func countAfter(_ plan: ChangePlan) -> String {
        let online = plan.before.online.union(plan.targets.online).subtracting(plan.targets.offline)
        return "\(online.count)/\(plan.before.vcpus.count)"
    }

    /// What the vCPUs of a plan do now; or why it is not sent.
    private func notes(on entry: Review.Entry) -> [StyledText] {
        guard let plan = entry.plan, let member = roster[entry.guest] else {
            return [StyledText(obstacleText(entry), .warning)]
        }
        var notes: [StyledText] = []
        if !plan.targets.offline.isEmpty { notes.append(loadNote(plan.targets.offline, member)) }
        let moot = plan.request.targets.ids.subtracting(plan.targets.ids)
        if !moot.isEmpty { notes.append(StyledText("vCPU \(moot.list) as asked already", .faint)) }
        return notes
    }

    /// What the vCPUs that go offline do now: the busiest of them.
    private func loadNote(_ ids: CPUMap, _ member: RosterGuest) -> StyledText {
        let known = ids.compactMap { id in
            member.state.share(guestID: id).map { (id: id, share: $0) }
        }.sorted { $0.share > $1.share }
        guard let busiest = known.first else {
            return StyledText("what they do now is not known", .faint)
        }
        let texts = known.prefix(4).map { "vCPU \($0.id) uses \($0.share.percentText)%" }
        let others = ids.count - texts.count
        let rest = others > 0 ? ", and \(others) more no more than that or not known" : ""
        return StyledText(
            "now: \(texts.joined(separator: ", "))\(rest)",
            busiest.share >= Self.busyShare ? .warning : .faint)
    }

    /// A vCPU that uses this much of a physical CPU is worth a warning before it goes offline.
    private static let busyShare = 0.1

    private func obstacleText(_ entry: Review.Entry) -> String {
        guard case .hold(let obstacle) = entry.fate else { return "" }
        let reason =
            switch obstacle {
            case .gone: Problem.gone.sentence
            case .doubtful:
                "the guest was away since it was marked, and its ids may mean other vCPUs now; "
                    + "a confirms its marks"
            case .neverRead: "its vCPUs were never read"
            case .locked: "an earlier change of it is not settled"
            case .notWritable: "it may only be watched"
            case .alreadySo: "already so"
            case .changed(let ids): "vCPU \(ids.list) changed while this was open; review it again"
            case .refused(let reasons): reasons.words
            }
        return "NOT SENT: \(reason)"
    }

    /// What makes a change large, in words.
    func words(for largeness: Review.Largeness) -> String {
        switch largeness {
        case .half(let guest):
            let name = label(of: guest).cut(to: 40, in: options.glyphs)
            return "more than half of \(name) goes offline"
        case .halves(let count): return "more than half of \(count) guests goes offline"
        case .guests(let count): return "it touches \(count) guests"
        }
    }

    private func foot(of review: Review, width: Int) -> [[StyledText]] {
        let glyphs = options.glyphs
        var lines: [[StyledText]] = size.rows < 16 ? [] : [[]]
        if size.rows >= 20 {
            let text =
                "Each guest is read again first, and nothing is sent to one that changed since. "
                + "An agent works through its list in order and can stop half-way."
            lines += text.wrapped(to: width, in: glyphs).map { [StyledText($0, .faint)] }
        }
        let isRollBack = review.policy == .rollBack
        let (rollBack, keep) =
            width < 60 ? ("roll back", "keep") : ("roll that guest back", "keep what worked")
        lines.append([
            StyledText("Tab", .key), StyledText(width < 60 ? " failing: " : " if an entry fails: "),
            StyledText(
                "\(isRollBack ? "(*)" : "( )") \(rollBack)  \(isRollBack ? "( )" : "(*)") \(keep)"),
        ])
        let held = review.entries.count - review.guestCount
        lines.append([
            StyledText("y", .key),
            StyledText(" sends \(review.changeCount.counted("change"))"),
            StyledText(" to \(review.guestCount.counted("guest"))"),
            StyledText(held > 0 ? "; \(held) not sent" : "", .warning),
        ])
        if let largeness = review.largeness.map(words(for:)) {
            let text = "Large: \(largeness). Type \(review.changeCount) to allow y: "
            var asked = text.wrapped(to: width - 6, in: glyphs)
            let last = asked.popLast() ?? ""
            let role: Style.Role = review.needsConfirmation ? .warning : .good
            lines += asked.map { [StyledText($0, role)] }
            lines.append([StyledText("\(last) ", role), StyledText("\(review.typed)_")])
        }
        return lines
    }
}

/// The columns of the review, by the width of its lines.
struct ReviewColumns: Hashable {
    let width: Int
    let name: Int
    let count: Int

    /// - Parameter longestName: Cells that the longest name takes: names get what is free beside
    ///   a change of usual length. Longer changes go on in the next line.
    init(width: Int, longestName: Int) {
        self.width = width
        let usual = width < 60 ? 10 : width < 100 ? 14 : 28
        count = width < 60 ? 5 : 9
        let free = width - (2 * count + 3) - Self.usualChange
        name = max(usual, min(longestName, free))
    }

    /// The width of `online 61-63, offline 4-7`.
    static let usualChange = 26

    /// Where the change stands, and how wide it may be.
    var indent: Int { name + 2 * count + 3 }
    var rest: Int { max(width - indent, 8) }

    func head(_ glyphs: GlyphSet) -> String {
        "GUEST".padded(to: name, in: glyphs) + " " + "NOW".padded(to: count, in: glyphs) + " "
            + "AFTER".padded(to: count, in: glyphs) + " CHANGE"
    }
}

extension [Refusal] {
    /// Every reason with the vCPUs that it holds for.
    var words: String {
        var parts: [String] = []
        for code in map(\.code) where !parts.contains(where: { $0.hasSuffix(code.words) }) {
            let ids = CPUMap(validating: filter { $0.code == code }.compactMap(\.vcpu)) ?? []
            parts.append(ids.isEmpty ? code.words : "vCPU \(ids.list): \(code.words)")
        }
        return parts.joined(separator: "; ")
    }
}
