internal import CanvasKit
internal import GuestVCPU

/// What the dashboard knows of the journal.
struct TrailState: Sendable {
    /// What the journal says; nil where there is none, as for simulated guests.
    var trail: Trail?
    /// Changes of which it is not known what they did, with the moment when that was learned: a reading that was made
    /// later settles them.
    var unsettled: [ChangeID: ContinuousClock.Instant] = [:]
    /// Those of them that the user was told about.
    var reported: Set<ChangeID> = []

    /// The listed guests of the changes that matter: those of `unsettled`, and `revertible`.
    fileprivate(set) var guests: [ChangeID: GuestID] = [:]
    /// The last change of another run that did something to a listed guest.
    fileprivate(set) var revertible: PastChange?

    /// Why a change cannot be recorded; nil where it can be, or need not be.
    var trouble: String? {
        if case .impossible(let reason) = trail?.recording { return reason }
        return nil
    }
}

extension SharedState {
    /// Takes news of the journal.
    mutating func apply(_ trail: Trail, at moment: Moment) {
        let known = self.trail.trail?.recording
        self.trail.trail = trail
        if trail.recording == .notTried, let known { self.trail.trail?.recording = known }
        for change in trail.changes where change.isUnsettled {
            if self.trail.unsettled[change.id] == nil, !self.trail.reported.contains(change.id) {
                self.trail.unsettled[change.id] = moment.instant
            }
        }
        locatePastChanges()
    }

    /// Finds the listed guests that the journal's changes were sent to.
    mutating func locatePastChanges() {
        trail.guests = [:]
        trail.revertible = nil
        guard let changes = trail.trail?.changes, !changes.isEmpty else { return }
        let index = RecordedGuestIndex(roster.ids.map { ($0, roster[$0]?.state.owner) })
        trail.revertible = changes.last { change in
            !change.reversal.isEmpty && index.guest(of: change) != nil
        }
        for change in changes where trail.unsettled[change.id] != nil {
            trail.guests[change.id] = index.guest(of: change)
        }
        if let change = trail.revertible { trail.guests[change.id] = index.guest(of: change) }
    }

    /// Reports the changes of which it is not known what they did, and settles those whose guests were read since.
    ///
    /// - Returns: What has to be done: the guests are read, and what was found is recorded.
    mutating func settleTrail(at moment: Moment) -> [Effect] {
        guard !trail.unsettled.isEmpty, let changes = trail.trail?.changes else { return [] }
        var effects: [Effect] = []
        for change in changes where trail.unsettled[change.id] != nil {
            guard let guest = trail.guests[change.id], let member = roster[guest] else { continue }
            if trail.reported.insert(change.id).inserted {
                let what =
                    change.hasDied
                    ? "its program died while it changed" : "it is not known what came of"
                let text = "\(what) \(change.planned) (\(change.author), \(change.time))"
                log(guest, text, .warning, at: moment)
                warn("\(shortName(of: guest)): \(text); it is read again")
                effects.append(.refresh([guest]))
            }
            guard let learned = trail.unsettled[change.id], !commits.isLocked(guest),
                let reading = member.state.vcpus, reading.readAt > learned
            else { continue }
            trail.unsettled[change.id] = nil
            let found = change.planned.progress(in: reading)
            let text =
                change.hasDied
                ? "the change whose program died is found \(found)"
                : "\(change.planned), whose outcome was unknown, is found \(found)"
            log(guest, text, .warning, at: moment)
            warn("\(shortName(of: guest)): \(text)")
            // A dashboard that may not change anything writes nothing either.
            if !options.isReadOnly { effects.append(.recordFound(change.id, reading)) }
        }
        return effects
    }

    /// The last change of another run that can be taken back, and its guest; nil where this run has
    /// sent one, or there is none.
    var revertiblePast: (change: PastChange, guest: GuestID)? {
        guard commits.commits.isEmpty, let change = trail.revertible,
            let guest = trail.guests[change.id]
        else { return nil }
        return (change, guest)
    }

    /// Why that change cannot be taken back; nil where it can.
    func conflict(of change: PastChange, on guest: GuestID) -> String? {
        let name = shortName(of: guest)
        guard let now = roster[guest]?.state.vcpus, let after = change.after else {
            return "\(name) was not read yet"
        }
        if now.boot.differs(from: after.boot) { return "\(name) was rebooted since" }
        let changed = change.reversal.ids.filter { now.state(of: $0) != after.state(of: $0) }
        guard let map = CPUMap(validating: changed), !map.isEmpty else { return nil }
        return "vCPU \(map) of \(name) changed since"
    }
}

extension RecordedGuestIndex {
    /// The guest that a change was sent to.
    fileprivate func guest(of change: PastChange) -> GuestID? {
        guest(named: change.guest, source: change.source, uuid: change.uuid)
    }
}
