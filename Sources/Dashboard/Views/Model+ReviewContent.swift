internal import GuestVCPU

extension Model {
    /// The review: for each guest what will be sent, what those vCPUs do now, and the command
    /// that does the same.
    func content(of review: Review, width: Int) -> DialogContent {
        let columns = ReviewColumns(width: width)
        var content = DialogContent(title: "REVIEW: nothing has been sent yet")
        content.scroll = review.scroll
        content.head = [[Span(columns.head(options.glyphs), .heading)]]
        for entry in review.entries { content.body += lines(of: entry, review, columns) }
        content.foot = foot(of: review, width: width)
        return content
    }

    private func lines(
        of entry: Review.Entry, _ review: Review, _ columns: ReviewColumns
    ) -> [[Span]] {
        let glyphs = options.glyphs
        let name = entry.guest.name.printable(limit: 200).padded(to: columns.name, in: glyphs)
        let now = (fleet[entry.guest]?.onlineText ?? "-").padded(to: columns.count, in: glyphs)
        let isSent = entry.plan != nil
        let after = (entry.plan.map(countAfter) ?? "-").padded(to: columns.count, in: glyphs)
        let change = entry.plan?.words ?? entry.marks.words
        var lines: [[Span]] = []
        let changeLines = change.wrapped(to: columns.rest, in: glyphs)
        lines.append([
            Span("\(name) \(now) \(after) ", isSent ? .text : .faint),
            Span(changeLines.first ?? "", isSent ? .text : .faint),
        ])
        for more in changeLines.dropFirst() {
            lines.append([Span(columns.indent + more, isSent ? .text : .faint)])
        }
        let notes = isSent ? notes(on: entry) : [Span(obstacleText(entry), .warning)]
        for note in notes {
            for text in note.text.wrapped(to: columns.rest, in: glyphs) {
                lines.append([Span(columns.indent), Span(text, note.style)])
            }
        }
        if let plan = entry.plan {
            let command = entry.guest.command(for: plan, policy: review.policy)
            let wrapped = command.wrapped(to: columns.width - 4, in: glyphs)
            for (position, text) in wrapped.enumerated() {
                lines.append([Span(position == 0 ? "  $ " : "    ", .faint), Span(text, .faint)])
            }
        }
        return lines
    }

    private func countAfter(_ plan: ChangePlan) -> String {
        let online = plan.before.online.union(plan.onlining).subtracting(plan.offlining)
        return "\(online.count)/\(plan.before.vcpus.count)"
    }

    /// What the vCPUs of a plan do now, and how old the reading is.
    private func notes(on entry: Review.Entry) -> [Span] {
        guard let plan = entry.plan, let member = fleet[entry.guest] else { return [] }
        var notes: [Span] = []
        let busy = plan.offlining.compactMap { id in
            member.state.host?.share(guestID: id).map { (id: id, share: $0) }
        }.filter { $0.share >= 0.1 }.sorted { $0.share > $1.share }
        if !busy.isEmpty {
            let texts = busy.prefix(4).map { "\($0.id) is \($0.share.percentText)% busy" }
            let others = busy.count > 4 ? ", \(busy.count - 4) more are" : ""
            notes.append(Span(texts.joined(separator: ", ") + others, .warning))
        }
        let moot = plan.request.named.subtracting(plan.ids)
        if !moot.isEmpty { notes.append(Span("\(moot.list) as asked already", .faint)) }
        let age = age(of: plan.before.readAt)
        let isOld = age > Self.freshness
        if case .failed(let error) = member.state.agent {
            notes.append(Span("read \(age.ageText) ago; now \(error.summary)", .warning))
        } else {
            notes.append(Span("read \(age.ageText) ago", isOld ? .warning : .faint))
        }
        return notes
    }

    private func obstacleText(_ entry: Review.Entry) -> String {
        guard case .hold(let obstacle) = entry.fate else { return "" }
        let reason =
            switch obstacle {
            case .gone: "no source lists the guest any more"
            case .doubtful:
                "the guest was away since it was marked, and its ids may mean other vCPUs now; "
                    + "a confirms its marks"
            case .neverRead: "its vCPUs were never read"
            case .locked: "an earlier change of it is not settled"
            case .notWritable: "it may only be watched"
            case .alreadySo: "it is so already"
            case .changed(let ids): "\(ids.list) changed while this was open; review it again"
            case .refused(let reasons): reasons.words
            }
        return "NOT SENT: \(reason)"
    }

    private func foot(of review: Review, width: Int) -> [[Span]] {
        let glyphs = options.glyphs
        var lines: [[Span]] = [[]]
        if size.rows >= 20 {
            let text =
                "Each guest is read again first, and nothing is sent to one that changed since. "
                + "An agent works through its list in order and can stop half-way."
            lines += text.wrapped(to: width, in: glyphs).map { [Span($0, .faint)] }
        }
        let isRollBack = review.policy == .rollBack
        lines.append([
            Span("If an entry fails: "),
            Span(isRollBack ? "(*)" : "( )"), Span(" roll that guest back  "),
            Span(isRollBack ? "( )" : "(*)"), Span(" keep what worked   "), Span("Tab", .key),
        ])
        let guests = review.plans.count
        let held = review.entries.count - guests
        var sum =
            "\(review.changeCount) \(review.changeCount == 1 ? "change" : "changes")"
            + " in \(guests) \(guests == 1 ? "guest" : "guests")"
        if held > 0 { sum += ", \(held) not sent" }
        lines.append([
            Span("\(sum).  "), Span("y", .key), Span(" sends, "), Span("Esc", .key),
            Span(" goes back"),
        ])
        if let largeness = review.largeness {
            let isTyped = !review.needsConfirmation
            lines.append([
                Span(
                    "Large: \(largeness). Type \(review.changeCount) to allow y: ",
                    isTyped ? .good : .warning),
                Span("\(review.typed)_"),
            ])
        }
        return lines
    }
}

/// The columns of the review, by the width of its lines.
private struct ReviewColumns {
    let width: Int
    let name: Int
    let count: Int

    init(width: Int) {
        self.width = width
        name = width < 60 ? 10 : width < 100 ? 14 : 28
        count = width < 60 ? 5 : 9
    }

    var rest: Int { max(width - indent.utf8.count, 8) }
    var indent: String { String(repeating: " ", count: name + 2 * count + 3) }

    func head(_ glyphs: GlyphSet) -> String {
        "GUEST".padded(to: name, in: glyphs) + " " + "NOW".padded(to: count, in: glyphs) + " "
            + "AFTER".padded(to: count, in: glyphs) + " CHANGE"
    }
}

extension ChangePlan {
    fileprivate var words: String {
        GuestMarks(toOnline: onlining, toOffline: offlining).words
    }
}

extension GuestMarks {
    /// The marks in words: `online 61-63, offline 3`.
    fileprivate var words: String {
        (try? ChangeRequest(online: toOnline, offline: toOffline))?.words ?? "nothing"
    }
}

extension [Refusal] {
    /// Every reason with the vCPUs that it holds for.
    var words: String {
        var parts: [String] = []
        for code in map(\.code) where !parts.contains(where: { $0.hasSuffix(code.words) }) {
            let ids = CPUMap(validating: filter { $0.code == code }.compactMap(\.vcpu)) ?? []
            parts.append(ids.isEmpty ? code.words : "\(ids.list): \(code.words)")
        }
        return parts.joined(separator: "; ")
    }
}

extension GuestID {
    /// The command that makes the same change.
    fileprivate func command(for plan: ChangePlan, policy: FailurePolicy) -> String {
        var words = ["vcputop", "set", name.shellWord]
        if source.hasPrefix("agent:") {
            words += ["--agent", "\(name)=\(source.dropFirst(6))".shellWord]
        } else if source.contains("://") {
            words += ["-c", source.shellWord]
        }
        if !plan.onlining.isEmpty { words += ["--online", plan.onlining.list] }
        if !plan.offlining.isEmpty { words += ["--offline", plan.offlining.list] }
        if policy == .keepGoing { words.append("--keep-going") }
        return words.joined(separator: " ")
    }
}

extension String {
    /// The text as one word of a POSIX shell.
    fileprivate var shellWord: String {
        let printable = printable()
        let isPlain =
            !isEmpty
            && printable.unicodeScalars.allSatisfy {
                $0.properties.isAlphabetic || ("0"..."9").contains($0)
                    || "-_./:=+@,".unicodeScalars.contains($0)
            }
        if isPlain { return printable }
        return "'"
            + printable.split(separator: "'", omittingEmptySubsequences: false)
            .joined(separator: "'\\''") + "'"
    }
}
