internal import GuestVCPU

/// The guests as the dashboard holds them: in an order of rows that can be frozen, with those
/// that went away while they were still needed.
///
/// Everything is updated rather than computed: what an update costs grows with what it changes.
struct Roster {
    private(set) var sources: [SourceState] = []
    /// The sources to mention above the list: those that do not answer, then those that have a
    /// note and list guests.
    private(set) var troubledSources: [SourceState] = []
    private(set) var totals = FleetTotals()
    private var members: [GuestID: RosterGuest] = [:]
    private var labels = GuestLabels()
    /// The guests that sources list, in their order.
    private var listed: [GuestID] = []
    /// Guests that no source lists any more.
    private var ghosts: Set<GuestID> = []
    /// The sources that do not answer.
    private var down: Set<SourceID> = []
    /// The CPUs of each machine that are online.
    private var hostCPUs: [HostID: PhysicalCPUSet] = [:]
    private var order = RowOrder()
    /// What the transactions read, until an update has it too.
    private var lastReadings: [GuestID: GuestVCPUs] = [:]

    subscript(id: GuestID) -> RosterGuest? { members[id] }

    /// The guests in the order of their rows, without those that the filter keeps out.
    var rows: [GuestID] { order.rows }

    /// Which guests have a row.
    var filter: GuestFilter { order.filter }

    /// How many guests the sources found and do not list.
    var leftOutCount: Int { sources.reduce(0) { $0 + $1.leftOut.count } }

    /// How many guests there are, with those that the filter keeps out.
    var count: Int { members.count }

    /// The guests that are known.
    var ids: Dictionary<GuestID, RosterGuest>.Keys { members.keys }

    /// The row that a guest is in; nil too where the filter keeps it out.
    func row(of id: GuestID) -> Int? { order.row(of: id) }

    /// Applies an update.
    ///
    /// - Parameters:
    ///   - needed: Guests that stay listed even when no source lists them any more.
    ///   - watched: Guests of which it matters whether they are the machines that they were.
    ///   - sort: The order of the rows; nil leaves those that there are where they are.
    /// - Returns: The watched guests that went away, or are not the machines that they were.
    mutating func apply(
        _ update: FleetUpdate, needed: Set<GuestID>, watched: Set<GuestID>,
        sort: SortOrder<RosterGuest>?
    ) -> Set<GuestID> {
        var change = RosterChange()
        var states: [GuestID: GuestState] = [:]
        for state in update.guests where states[state.id] == nil { states[state.id] = state }
        if let new = update.order { relist(new, states, needed, &change) }
        for id in ghosts.subtracting(needed) where members[id]?.isGone == true {
            remove(id, &change)
        }
        let wasDown = down
        if update.sources != nil || update.order != nil { apply(update.sources ?? sources) }
        relabel(states, isRelisted: update.order != nil, &change)
        if down != wasDown {
            let affected = down.symmetricDifference(wasDown)
            for id in listed where affected.contains(id.source) { renew(id, states[id], &change) }
        }
        let resized = apply(update.hosts)
        if !resized.isEmpty {
            for id in listed where states[id] == nil {
                guard let host = members[id]?.state.hostID, resized.contains(host) else { continue }
                renew(id, nil, &change)
            }
        }
        for (id, state) in states { renew(id, state, &change) }
        order.apply(change, listed: listed, ghosts: ghosts, members, pinned: needed, sort)
        return watched.filter { id in
            guard let new = members[id], !new.isGone else { return true }
            return change.before[id]?.isSameMachine(as: new) == false
        }
    }

    /// Sorts the rows.
    mutating func arrange(by sort: SortOrder<RosterGuest>) {
        order.arrange(listed: listed, ghosts: ghosts, members, by: sort)
    }

    /// Changes which guests have a row; they stay in their order.
    mutating func apply(_ filter: GuestFilter, marked: Set<GuestID>) {
        order.apply(filter, members, marked: marked)
    }

    /// Shows what a transaction read, which is newer than the last update.
    ///
    /// - Returns: Whether the guest's ids mean the same vCPUs as before, as far as is known.
    mutating func show(_ reading: GuestVCPUs, of id: GuestID) -> Bool {
        lastReadings[id] = reading
        guard let was = members[id] else { return true }
        var change = RosterChange()
        let new = RosterGuest(
            withLastReading(was.state), label: was.label, on: was.hostCPUs, after: was,
            isGone: was.isGone, isSourceDown: was.isSourceDown)
        put(new, &change)
        order.needsArranging()
        return was.isGone || was.isSameMachine(as: new)
    }

    // MARK: - Parts of an update

    private mutating func relist(
        _ order: [GuestID], _ states: [GuestID: GuestState], _ needed: Set<GuestID>,
        _ change: inout RosterChange
    ) {
        var seen: Set<GuestID> = []
        let new = order.filter { id in
            // A duplicate in a listing is ignored: it would have two rows and one mark.
            (members[id]?.isGone == false || states[id] != nil) && seen.insert(id).inserted
        }
        if new != listed { change.isRelisted = true }
        change.listed = seen
        for id in listed where !seen.contains(id) {
            guard let gone = members[id] else { continue }
            if needed.contains(id) {
                let ghost = RosterGuest(
                    gone.state, label: gone.label, on: gone.hostCPUs, after: gone, isGone: true)
                put(ghost, &change)
                ghosts.insert(id)
            } else {
                remove(id, &change)
            }
        }
        listed = new
        ghosts.subtract(seen)
    }

    private mutating func apply(_ sources: [SourceState]) {
        self.sources = sources
        let failed = sources.filter(\.status.isFailed)
        down = Set(failed.map(\.id))
        let withGuests = Set(listed.map(\.source))
        troubledSources =
            failed
            + sources.filter {
                $0.status == .ok && $0.note != nil && withGuests.contains($0.id)
            }
    }

    /// - Returns: The machines that have other CPUs online than before.
    private mutating func apply(_ hosts: [PhysicalHost]) -> Set<HostID> {
        var resized: Set<HostID> = []
        for host in hosts where hostCPUs[host.id] != host.online {
            hostCPUs[host.id] = host.online
            resized.insert(host.id)
        }
        return resized
    }

    /// Labels depend on all guests, but only on which there are.
    private mutating func relabel(
        _ states: [GuestID: GuestState], isRelisted: Bool, _ change: inout RosterChange
    ) {
        let isOwnerNew = states.values.contains { $0.owner != members[$0.id]?.state.owner }
        guard isRelisted || isOwnerNew else { return }
        labels.update(listed.compactMap { states[$0] ?? members[$0]?.state })
        for id in listed where members[id].map({ $0.label != labels[id] }) ?? false {
            renew(id, states[id], &change)
        }
    }

    /// Replaces a listed guest if its state, its label or its source's status has changed.
    ///
    /// - Parameter state: The new state; nil keeps the state and recomputes the rest.
    private mutating func renew(
        _ id: GuestID, _ state: GuestState?, _ change: inout RosterChange
    ) {
        let earlier = members[id]
        guard let state = state ?? earlier?.state,
            earlier.map({ !$0.isGone }) ?? false || change.listed.contains(id)
        else { return }
        let current = withLastReading(state)
        let label = labels[id]
        let isDown = down.contains(id.source)
        let cpus = current.hostID.flatMap { hostCPUs[$0] }
        if let earlier,
            earlier.isCurrent(for: current, isSourceDown: isDown, label: label, on: cpus)
        {
            return
        }
        let new = RosterGuest(
            current, label: label, on: cpus, after: earlier, isSourceDown: isDown)
        put(new, &change)
    }

    private mutating func put(_ member: RosterGuest, _ change: inout RosterChange) {
        let id = member.state.id
        if let old = members.updateValue(member, forKey: id) {
            totals.remove(old)
            if change.before[id] == nil { change.before[id] = old }
        } else {
            change.isRelisted = true
        }
        totals.add(member)
        change.changed.insert(id)
    }

    private mutating func remove(_ id: GuestID, _ change: inout RosterChange) {
        if let old = members.removeValue(forKey: id) { totals.remove(old) }
        ghosts.remove(id)
        lastReadings[id] = nil
        change.isRelisted = true
    }

    private mutating func withLastReading(_ state: GuestState) -> GuestState {
        guard let last = lastReadings[state.id] else { return state }
        if let reading = state.reading, reading.vcpus.readAt >= last.readAt {
            lastReadings[state.id] = nil
            return state
        }
        return state.with(last)
    }
}

/// What an update has changed in the roster.
struct RosterChange {
    /// Whether guests came or went, or their order in the sources changed.
    var isRelisted = false
    /// The guests that sources list, where that was said.
    var listed: Set<GuestID> = []
    /// The guests that are new or not as before.
    var changed: Set<GuestID> = []
    /// The guests that were replaced, as they were before.
    var before: [GuestID: RosterGuest] = [:]
}
