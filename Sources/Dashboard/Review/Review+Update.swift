internal import CanvasKit
internal import GuestVCPU

extension Review {
    /// Checks the review against the latest readings.
    ///
    /// A newer reading is fine, but what the user is looking at must not become another change.
    mutating func follow(_ shared: SharedState) {
        let new = entries.map { refreshed($0, shared) }
        if zip(new, entries).contains(where: { $0.fate != $1.fate }) { replace(new) }
        updateTexts(shared)
    }

    private func refreshed(_ entry: Entry, _ shared: SharedState) -> Entry {
        // Most snapshots have news of a few guests alone.
        if let plan = entry.plan, let text = entry.text, let member = shared.roster[entry.guest],
            text.member === member, plan.before == member.state.vcpus,
            !shared.commits.isLocked(entry.guest), !shared.marks.doubtful.contains(entry.guest)
        {
            return entry
        }
        var entry = entry
        let new = shared.fate(of: entry.guest)
        switch (entry.fate, new) {
        case (.send(let plan), .send), (.send(let plan), .hold(.alreadySo)),
            (.send(let plan), .hold(.refused)):
            let now = shared.roster[entry.guest]?.state.vcpus
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
}

extension SharedState {
    /// What is to become of a guest's marks, as far as it is known now.
    func fate(of guest: GuestID) -> Review.Entry.Fate {
        guard let member = roster[guest] else { return .hold(.condition(.gone)) }
        if let obstacle = conditions(of: member).first(where: \.preventsSending) {
            return .hold(.condition(obstacle))
        }
        guard let reading = member.state.reading else { return .hold(.condition(.neverRead)) }
        guard let request = try? ChangeRequest(marks[guest]) else { return .hold(.alreadySo) }
        switch request.check(against: reading) {
        case .plan(let plan): return plan.targets.isEmpty ? .hold(.alreadySo) : .send(plan)
        case .refused(let reasons), .conflict(let reasons): return .hold(.refused(reasons))
        }
    }
}

extension Model {
    /// The review on top, if there is one.
    var currentReview: Review? { dialogs.last as? Review }

    /// Opens a review of what is marked.
    ///
    /// - Parameters:
    ///   - scope: The guests that it is about; nil for all.
    ///   - marks: What is marked again of guests to which nothing is sent.
    ///   - reverted: The changes that it takes back, by their guests.
    mutating func openReview(
        scope: Set<GuestID>?, restoring marks: [GuestID: VCPUTargets] = [:],
        reverting reverted: [GuestID: ChangeID] = [:]
    ) -> [Effect] {
        let guests = shared.marks.byGuest.keys.filter { scope?.contains($0) ?? true }
            .map { (guest: $0, rank: shared.rank($0)) }.sorted { $0.rank < $1.rank }
            .map(\.guest)
        let entries = guests.map {
            Review.Entry(guest: $0, marks: shared.marks[$0], fate: shared.fate(of: $0))
        }
        shared.anchor = nil
        dialogs.append(
            Review(
                entries: entries, marksBefore: marks, reverted: reverted,
                limits: shared.options.confirmation))
        return [.discardTypedInput, .refresh(guests), .readTrail(beforeChange: true)]
    }

    /// Leaves a review without sending: marks that were made for it alone do not stay.
    mutating func leave(_ review: Review) {
        guard !review.marksBefore.isEmpty else { return }
        shared.marks.substitute(review.marksBefore)
        shared.notice = Notice(text: "not sent: the marks are as before", role: .text)
    }

    /// Changes the review on top.
    mutating func editReview(_ edit: (inout Review) -> Void) {
        guard var review = currentReview else { return }
        // One copy of the entries is enough: the edit changes it in place.
        dialogs.removeLast()
        edit(&review)
        dialogs.append(review)
    }

    /// Takes the marks of guests that were away for what is wanted still.
    mutating func confirmDoubtful() {
        guard let review = currentReview else { return }
        let guests = review.entries.filter { $0.fate == .hold(.condition(.doubtful)) }
            .map(\.guest)
        for guest in guests { shared.marks.confirm(guest) }
        let shared = shared
        editReview { $0.redecide(Set(guests), shared) }
    }

    /// Sends what the review shows: the one place where a change begins.
    mutating func send(at moment: Moment) -> [Effect] {
        guard let review = currentReview, review.reasonAgainstSending(shared) == nil else {
            return []
        }
        shared.marks.substitute(review.marksBefore)
        var effects: [Effect] = []
        var commits: [Commit] = []
        for entry in review.entries {
            guard let plan = entry.plan else { continue }
            commits.append(
                Commit(
                    guest: entry.guest, request: plan.request, policy: review.policy,
                    begunAt: moment.instant,
                    ownMarks: review.marksBefore[entry.guest] ?? VCPUTargets()))
            effects.append(
                .commit(
                    ChangeOrder(
                        guest: entry.guest, request: plan.request, reviewed: plan.before,
                        policy: review.policy, isRecorded: shared.trail.trouble == nil,
                        reverts: review.reverted[entry.guest])))
            shared.marks.settle(entry.guest, VCPUTargets())
            shared.log(
                entry.guest, "sent: \(plan.request.targets)\(review.policy.suffix)", .sending,
                at: moment)
        }
        shared.commits.begin(commits)
        dialogs.removeLast()
        dialogs.removeAll { $0 is ResultsPage }
        dialogs.append(ResultsPage())
        return effects
    }
}

extension FailurePolicy {
    fileprivate var suffix: String { self == .keepGoing ? " (keep going)" : "" }
}
