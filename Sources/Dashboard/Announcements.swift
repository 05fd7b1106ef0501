internal import GuestVCPU

/// The values that the last effects carried: an effect is returned only on a change.
struct Announcements: Hashable {
    /// The guests that `Effect.setVisible` named.
    var visible: [GuestID] = []
    /// The guests that are marked.
    var marked: Set<GuestID> = []
    /// What `Effect.setTicking` said.
    var isTicking = false
}

extension Model {
    /// Adds the effects that follow from what the model has become.
    mutating func announce(_ effects: inout [Effect]) {
        announceVisible(&effects)
        announceMarked(&effects)
        announceTicking(&effects)
    }

    private mutating func announceVisible(_ effects: inout [Effect]) {
        let visible = wantedGuests
        guard visible != announced.visible else { return }
        announced.visible = visible
        effects.append(.setVisible(visible))
    }

    /// Reads guests with their boot when they get their first mark: a reboot between the mark and
    /// the change is only noticed where both boots are known.
    private mutating func announceMarked(_ effects: inout [Effect]) {
        let marked = Set(shared.marks.byGuest.keys)
        guard marked != announced.marked else { return }
        let new = marked.subtracting(announced.marked)
        announced.marked = marked
        guard !new.isEmpty else { return }
        effects.append(.refresh(new.sorted { shared.rank($0) < shared.rank($1) }))
    }

    /// Asks for ticks while changes are under way: the screen shows how long they take.
    private mutating func announceTicking(_ effects: inout [Effect]) {
        let isTicking = !shared.commits.inFlight.isEmpty
        guard isTicking != announced.isTicking, !isLeaving else { return }
        announced.isTicking = isTicking
        effects.append(.setTicking(isTicking))
    }

    /// The guests on the screen, then those that are marked or being changed.
    private var wantedGuests: [GuestID] {
        let roster = shared.roster
        var wanted =
            guestInDetail.map { [$0] }
            ?? (host == nil ? Array(roster.rows[fleet.visibleRows(shared)]) : [])
        if shared.marks.isEmpty, shared.commits.locked.isEmpty { return wanted }
        let others = Set(shared.marks.byGuest.keys).union(shared.commits.locked)
            .subtracting(wanted)
        let ranked = others.map { (guest: $0, rank: shared.rank($0)) }
            .sorted { $0.rank < $1.rank }
        wanted += ranked.map(\.guest)
        return wanted.filter { roster[$0]?.isGone == false }
    }
}
