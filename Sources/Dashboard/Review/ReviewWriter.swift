internal import CanvasKit
internal import GuestVCPU

/// Writes what a review says of each guest: what will be sent, what those vCPUs do now, and the
/// command that does the same.
struct ReviewWriter {
    let shared: SharedState
    let policy: FailurePolicy
    let columns: ReviewColumns

    init(_ review: Review, _ shared: SharedState) {
        self.shared = shared
        policy = review.policy
        let names = review.entries.map { shared.label(of: $0.guest).columns }
        columns = ReviewColumns(
            width: PageView.textColumns(in: shared.size), longestName: names.max() ?? 0)
    }

    func text(of entry: Review.Entry) -> ReviewText {
        let (lines, ageLine) = lines(of: entry)
        return ReviewText(
            lines: lines, ageLine: ageLine, readAt: entry.plan?.before.readAt,
            member: shared.roster[entry.guest], policy: policy, columns: columns)
    }

    private func lines(of entry: Review.Entry) -> (lines: [[StyledText]], ageLine: Int?) {
        let glyphs = shared.options.glyphs
        let role: Style.Role = entry.plan == nil ? .faint : .text
        let name = shared.label(of: entry.guest).cut(to: columns.name, in: glyphs)
            .padded(to: columns.name, in: glyphs)
        let now = (shared.roster[entry.guest]?.onlineText ?? "-").padded(
            to: columns.count, in: glyphs)
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
        if let member = shared.roster[entry.guest], member.isUnreadable {
            lines += "now \(member.statusSentence)".wrapped(to: columns.width - 4, in: glyphs)
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
        let online = plan.targets.onlineAfterwards(of: plan.before)
        return "\(online.count)/\(plan.before.vcpus.count)"
    }

    /// What the vCPUs of a plan do now; or why it is not sent.
    private func notes(on entry: Review.Entry) -> [StyledText] {
        guard let plan = entry.plan, let member = shared.roster[entry.guest] else {
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
            case .condition(.doubtful):
                "\(Condition.doubtful.sentence), and its ids may mean other vCPUs now; a confirms "
                    + "its marks"
            case .condition(let condition): condition.sentence
            case .alreadySo: "already so"
            case .changed(let ids): "vCPU \(ids.list) changed while this was open; review it again"
            case .refused(let reasons): reasons.texts.joined(separator: "; ")
            }
        return "NOT SENT: \(reason)"
    }
}
