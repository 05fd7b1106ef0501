internal import GuestVCPU

/// The guests as the dashboard holds them: in an order of rows that can be frozen, with those
/// that went away while they were still needed.
struct Roster {
    private(set) var sources: [SourceState] = []
    /// The sources that do not answer, and after them those that list guests and have a note.
    ///
    /// The note of a source without a guest says only that there is none, or is read with `i`.
    private(set) var troubledSources: [SourceState] = []
    /// The guests in the order of their rows, without those that the filter keeps out.
    private(set) var rows: [GuestID] = []
    /// Which guests have a row.
    private(set) var filter = GuestFilter.none
    private(set) var totals = FleetTotals()
    private var members: [GuestID: RosterGuest] = [:]
    private var labels = GuestLabels()
    /// All guests in their order, and those of them that the filter keeps out.
    private var order: [GuestID] = []
    private var hidden: Set<GuestID> = []
    private var positions: [GuestID: Int] = [:]
    /// What the transactions read, until a snapshot has it too.
    private var lastReadings: [GuestID: GuestVCPUs] = [:]

    subscript(id: GuestID) -> RosterGuest? { members[id] }

    /// How many guests the sources found and do not list.
    var leftOutCount: Int { sources.reduce(0) { $0 + $1.leftOut.count } }

    /// How many guests there are, with those that the filter keeps out.
    var count: Int { order.count }

    /// The row that a guest is in; nil too where the filter keeps it out.
    func row(of id: GuestID) -> Int? { positions[id] }

    /// Applies a snapshot.
    ///
    /// - Parameters:
    ///   - needed: Guests that stay listed even when the snapshot lacks them.
    ///   - watched: Guests of which it matters whether they are the machines that they were.
    ///   - sort: The order of the rows; nil leaves those that there are where they are.
    /// - Returns: The watched guests that went away, or are not the machines that they were.
    mutating func apply(
        _ snapshot: FleetSnapshot, needed: Set<GuestID>, watched: Set<GuestID>,
        sort: SortOrder<RosterGuest>?
    ) -> Set<GuestID> {
        let old = members
        sources = snapshot.sources
        members.removeAll(keepingCapacity: true)
        var listed: [GuestID] = []
        let failed = sources.filter(\.status.isFailed)
        let down = Set(failed.map(\.id))
        troubledSources =
            failed
            + sources.filter { source in
                source.status == .ok && source.note != nil
                    && snapshot.guests.contains { $0.id.source == source.id }
            }
        labels.update(snapshot.guests)
        // A guest that was listed twice all the same would have two rows and one mark.
        for (place, state) in snapshot.guests.enumerated() where members[state.id] == nil {
            listed.append(state.id)
            let earlier = old[state.id]
            let isDown = !down.isEmpty && down.contains(state.id.source)
            let current = withLastReading(state)
            let label = labels[state.id]
            if let earlier,
                earlier.stands(
                    for: current, place: place, isSourceDown: isDown, label: label)
            {
                members[state.id] = earlier
            } else {
                members[state.id] = RosterGuest(
                    current, label: label, place: place, after: earlier, isSourceDown: isDown)
            }
        }
        lastReadings = lastReadings.filter { members[$0.key] != nil }
        let lost = watched.filter { id in
            guard let new = members[id] else { return true }
            return old[id]?.isSameMachine(as: new) == false
        }
        for id in needed where members[id] == nil {
            guard let gone = old[id] else { continue }
            members[id] = RosterGuest(
                gone.state, label: gone.label, place: gone.place, after: gone, isGone: true)
        }
        totals = FleetTotals(members.values)
        arrange(listed: listed, sort: sort, pinned: needed)
        return lost
    }

    /// Sorts the rows.
    mutating func arrange(by sort: SortOrder<RosterGuest>) {
        let listed = members.values.sorted { $0.place < $1.place }.map(\.state.id)
        arrange(listed: listed, sort: sort)
    }

    /// Changes which guests have a row; they stay in their order.
    mutating func apply(_ filter: GuestFilter) {
        self.filter = filter
        hidden = filteredOut(order)
        listRows()
    }

    /// Shows what a transaction read, which is newer than the last snapshot.
    ///
    /// - Returns: Whether the guest's ids mean the same vCPUs as before, as far as is known.
    mutating func show(_ reading: GuestVCPUs, of id: GuestID) -> Bool {
        lastReadings[id] = reading
        guard let was = members[id] else { return true }
        let new = RosterGuest(
            withLastReading(was.state), label: was.label, place: was.place, after: was,
            isGone: was.isGone, isSourceDown: was.isSourceDown)
        members[id] = new
        return was.isGone || was.isSameMachine(as: new)
    }

    /// Puts the guests in order.
    ///
    /// - Parameter pinned: Guests that keep their rows whatever the filter says.
    private mutating func arrange(
        listed: [GuestID], sort: SortOrder<RosterGuest>?, pinned: Set<GuestID> = []
    ) {
        if let sort {
            // Ghosts come last: they have no place in the listing.
            let gone = order.filter { members[$0]?.isGone == true }
            let here = listed.filter { members[$0]?.isGone == false }
            order = sort.sorted(here) { members[$0] } + gone
            hidden = filteredOut(order).subtracting(pinned)
        } else {
            order.removeAll { members[$0] == nil }
            let known = Set(order)
            let new = listed.filter { !known.contains($0) }
            order += new
            // A row that has stopped to match stays: rows must not move now.
            hidden = hidden.filter { members[$0] != nil }.union(filteredOut(new))
        }
        listRows()
    }

    private func filteredOut(_ guests: [GuestID]) -> Set<GuestID> {
        guard !filter.isEmpty else { return [] }
        return Set(guests.filter { members[$0].map { !filter.matches($0) } ?? true })
    }

    private mutating func listRows() {
        rows = hidden.isEmpty ? order : order.filter { !hidden.contains($0) }
        positions.removeAll(keepingCapacity: true)
        for (row, id) in rows.enumerated() { positions[id] = row }
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
