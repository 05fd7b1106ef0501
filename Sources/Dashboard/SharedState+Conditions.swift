internal import GuestVCPU

extension SharedState {
    /// All that there is to say of a guest, in order.
    func conditions(of member: RosterGuest) -> [Condition] {
        let guest = member.state.id
        var own: [Condition] = []
        if let id = commits.failed[guest]?.min { own.append(.failed(id)) }
        if let locking = lockingCondition(of: guest) { own.append(locking) }
        if marks.doubtful.contains(guest) { own.append(.doubtful) }
        return own.isEmpty ? member.conditions : (own + member.conditions).sorted()
    }

    /// Whether nothing is marked, and something is wrong with a listed guest.
    var needsAttention: Bool {
        // Every frame asks: of a fleet without any trouble no guest is looked at.
        let mayBe =
            roster.totals.withProblem > 0 || !commits.failed.isEmpty || !commits.locked.isEmpty
        guard marks.isEmpty, mayBe else { return false }
        return roster.rows.contains { guest in
            roster[guest].map { conditions(of: $0).contains(where: \.isProblem) } ?? false
        }
    }

    /// Why the guest's marks must not be touched; nil where they may be.
    func lockingCondition(of guest: GuestID) -> Condition? {
        guard let commit = commits[guest], commit.isLocking else { return nil }
        return commit.result == nil ? .changing : .outcomeUnknown
    }
}
