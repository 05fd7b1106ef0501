internal import GuestVCPU

/// The rows of the roster: the guests in an order, without those that the filter keeps out.
struct RowOrder {
    /// The guests that have a row.
    private(set) var rows: [GuestID] = []
    private(set) var filter = GuestFilter.none
    /// All guests in order.
    private var all: [GuestID] = []
    /// Those that the filter keeps out.
    private var hidden: Set<GuestID> = []
    private var positions: [GuestID: Int] = [:]
    /// The guests that have a row whatever the filter says.
    private var pinned: Set<GuestID> = []
    /// The order that `all` is in; nil while rows have to stay where they are.
    private var arranged: SortOrder<RosterGuest>?

    func row(of id: GuestID) -> Int? { positions[id] }

    /// Follows a change of the roster.
    ///
    /// - Parameters:
    ///   - pinned: Guests that keep their rows whatever the filter says.
    ///   - sort: The order; nil leaves the rows that there are where they are.
    mutating func apply(
        _ change: RosterChange, listed: [GuestID], ghosts: Set<GuestID>,
        _ members: [GuestID: RosterGuest], pinned: Set<GuestID>, _ sort: SortOrder<RosterGuest>?
    ) {
        guard let sort else {
            holdRows(change, listed: listed, members)
            return
        }
        if change.isRelisted || arranged != sort || pinned != self.pinned
            || isReordered(change, members, by: sort)
        {
            arrange(listed: listed, ghosts: ghosts, members, by: sort, pinned: pinned)
        } else {
            hide(change.changed, members)
        }
    }

    /// Has the rows sorted and filtered as soon as they may move: a guest has changed.
    mutating func needsArranging() { arranged = nil }

    /// Sorts the rows.
    mutating func arrange(
        listed: [GuestID], ghosts: Set<GuestID>, _ members: [GuestID: RosterGuest],
        by sort: SortOrder<RosterGuest>, pinned: Set<GuestID> = []
    ) {
        // Guests that are gone come last: they have no place in the listing.
        let gone = all.filter(ghosts.contains)
        all = sort.sorted(listed) { members[$0] } + gone
        arranged = sort
        self.pinned = pinned
        hidden = filteredOut(all, members).subtracting(pinned)
        listRows()
    }

    /// Changes which guests have a row; they stay in their order.
    ///
    /// - Parameter marked: The guests that are marked. It matters here alone: while something is
    ///   marked, rows stay where they are, and the filter is only applied to new guests.
    mutating func apply(
        _ filter: GuestFilter, _ members: [GuestID: RosterGuest], marked: Set<GuestID>
    ) {
        self.filter = filter
        hidden = filteredOut(all, members, marked: marked)
        listRows()
    }

    /// Keeps the rows where they are; new guests come last.
    private mutating func holdRows(
        _ change: RosterChange, listed: [GuestID], _ members: [GuestID: RosterGuest]
    ) {
        arranged = nil
        guard change.isRelisted else { return }
        all.removeAll { members[$0] == nil }
        let known = Set(all)
        let new = listed.filter { !known.contains($0) }
        all += new
        // A row that no longer matches the filter stays: rows must not move now.
        hidden = hidden.filter { members[$0] != nil }.union(filteredOut(new, members))
        listRows()
    }

    /// Whether a guest's value of the order has changed.
    private func isReordered(
        _ change: RosterChange, _ members: [GuestID: RosterGuest], by sort: SortOrder<RosterGuest>
    ) -> Bool {
        guard let value = sort.key.value else { return false }
        return change.before.contains { id, old in members[id].flatMap(value) != value(old) }
    }

    private mutating func hide(_ changed: Set<GuestID>, _ members: [GuestID: RosterGuest]) {
        guard !filter.isEmpty else { return }
        let out = filteredOut(Array(changed), members).subtracting(pinned)
        let new = hidden.subtracting(changed).union(out)
        guard new != hidden else { return }
        hidden = new
        listRows()
    }

    private func filteredOut(
        _ guests: [GuestID], _ members: [GuestID: RosterGuest], marked: Set<GuestID> = []
    ) -> Set<GuestID> {
        guard !filter.isEmpty else { return [] }
        return Set(
            guests.filter { id in
                members[id].map { !filter.matches($0, isMarked: marked.contains(id)) } ?? true
            })
    }

    private mutating func listRows() {
        rows = hidden.isEmpty ? all : all.filter { !hidden.contains($0) }
        positions.removeAll(keepingCapacity: true)
        for (row, id) in rows.enumerated() { positions[id] = row }
    }
}
