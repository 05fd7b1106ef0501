internal import CanvasKit
internal import GuestVCPU

extension Model {
    /// The review on top, if there is one.
    var currentReview: Review? {
        if case .review(let review) = dialogs.last { return review }
        return nil
    }

    /// Opens a review of what is marked.
    ///
    /// - Parameter scope: The guests that it is about; nil for all.
    mutating func openReview(scope: Set<GuestID>?) -> [Effect] {
        let guests = marks.byGuest.keys.filter { scope?.contains($0) ?? true }
            .map { (guest: $0, rank: rank($0)) }.sorted { $0.rank < $1.rank }.map(\.guest)
        let entries = guests.map { Review.Entry(guest: $0, marks: marks[$0], fate: fate(of: $0)) }
        anchor = nil
        dialogs.append(.review(Review(entries: entries)))
        return [.discardTypedInput, .refresh(guests)]
    }

    /// Where a guest comes in a list of guests; those without a row come last.
    func rank(_ guest: GuestID) -> (Int, String) {
        (roster.row(of: guest) ?? .max, guest.name)
    }

    /// What is to become of a guest's marks, as far as it is known now.
    private func fate(of guest: GuestID) -> Review.Entry.Fate {
        guard let member = roster[guest], !member.isGone else { return .hold(.gone) }
        if book.isLocked(guest) { return .hold(.locked) }
        if marks.doubtful.contains(guest) { return .hold(.doubtful) }
        guard member.state.isWritable else { return .hold(.notWritable) }
        guard let reading = member.state.reading else { return .hold(.neverRead) }
        let marks = marks[guest]
        guard
            let request = try? ChangeRequest(marks)
        else { return .hold(.alreadySo) }
        switch request.check(against: reading) {
        case .plan(let plan): return plan.targets.isEmpty ? .hold(.alreadySo) : .send(plan)
        case .refused(let reasons), .conflict(let reasons): return .hold(.refused(reasons))
        }
    }

    /// Checks an open review against the latest readings.
    ///
    /// A newer reading is fine, but what the user is looking at must not become another change.
    mutating func refreshReviews() {
        for position in dialogs.indices {
            guard case .review(var review) = dialogs[position] else { continue }
            review.replace(review.entries.map(refreshed))
            dialogs[position] = .review(review)
        }
    }

    private func refreshed(_ entry: Review.Entry) -> Review.Entry {
        // Most snapshots have news of a few guests alone.
        if let plan = entry.plan, let text = entry.text, let member = roster[entry.guest],
            text.member === member, plan.before == member.state.vcpus,
            !book.isLocked(entry.guest), !marks.doubtful.contains(entry.guest)
        {
            return entry
        }
        var entry = entry
        let new = fate(of: entry.guest)
        switch (entry.fate, new) {
        case (.send(let plan), .send), (.send(let plan), .hold(.alreadySo)),
            (.send(let plan), .hold(.refused)):
            let now = roster[entry.guest]?.state.vcpus
            let changed = plan.request.targets.ids.filter {
                now?.state(of: $0) != plan.before.state(of: $0)
            }
            entry.fate = changed.isEmpty ? new : .hold(.changed(CPUMap(changed)))
        case (.send, .hold): entry.fate = new
        // What was shown as not sent stays so: the user has not seen it as something to send.
        case (.hold, .send): break
        case (.hold(.changed), .hold): break
        case (.hold, .hold): entry.fate = new
        }
        return entry
    }

    mutating func switchPolicy() {
        editReview { $0.policy = $0.policy == .rollBack ? .keepGoing : .rollBack }
    }

    mutating func typeNumber(_ digit: Character) {
        editReview { if $0.typed.count < 5 { $0.typed.append(digit) } }
    }

    /// Takes the marks of guests that were away for what is wanted still.
    mutating func confirmDoubtful() {
        guard let review = currentReview else { return }
        for entry in review.entries where entry.fate == .hold(.doubtful) {
            marks.confirm(entry.guest)
        }
        let fates = review.entries.map {
            $0.fate == .hold(.doubtful) ? fate(of: $0.guest) : $0.fate
        }
        editReview {
            var entries = $0.entries
            for (position, fate) in fates.enumerated() { entries[position].fate = fate }
            $0.replace(entries)
            $0.typed = ""
        }
    }

    mutating func editReview(_ edit: (inout Review) -> Void) {
        guard case .review(var review) = dialogs.last else { return }
        edit(&review)
        dialogs[dialogs.count - 1] = .review(review)
    }

    /// Sends what the review shows: the one place where a change begins.
    mutating func send() -> [Effect] {
        guard let review = currentReview, reasonAgainst(.send) == nil else { return [] }
        var effects: [Effect] = []
        var commits: [Commit] = []
        for entry in review.entries {
            guard let plan = entry.plan else { continue }
            commits.append(
                Commit(
                    guest: entry.guest, request: plan.request, policy: review.policy,
                    begunAt: now))
            effects.append(
                .commit(
                    entry.guest, plan.request, reviewed: plan.before, policy: review.policy))
            marks.settle(entry.guest, VCPUTargets())
            log(entry.guest, "sent: \(plan.request.targets)\(review.policy.suffix)", .sending)
        }
        book.begin(commits)
        dialogs.removeLast()
        dialogs.removeAll { if case .results = $0 { true } else { false } }
        dialogs.append(.results(scroll: 0))
        return effects
    }

    mutating func log(_ guest: GuestID, _ text: String, _ role: Style.Role) {
        log.append(
            CommitLog.Entry(
                clock: clock, guest: label(of: guest).cut(to: 120, in: options.glyphs), text: text,
                role: role))
    }
}

extension FailurePolicy {
    fileprivate var suffix: String { self == .keepGoing ? " (keep going)" : "" }
}
