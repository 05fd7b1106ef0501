internal import GuestVCPU

/// The guests that the command line names, by names and globs, out of all that the sources have.
struct GuestSelection {
    /// The sources, with the guests that were asked for alone.
    let sources: [any GuestSource]
    private let names: [String]
    private let known = KnownGuests()

    /// Selects by name; every guest when no name is given.
    init(_ names: [String], of sources: [any GuestSource]) {
        self.names = names
        guard !names.isEmpty else {
            self.sources = sources
            return
        }
        let patterns = names.map(GuestPattern.init)
        self.sources = sources.map { [known] source in
            RecordingSource(source: source, known: known) { Self.select(patterns, from: &$0) }
        }
    }

    /// Leaves the guests that are meant; the others are never asked.
    private static func select(_ patterns: [GuestPattern], from listing: inout SourceListing) {
        let wanted = Set(
            patterns.flatMap { [guests = listing.guests] in $0.guests(of: guests) }.map(\.id))
        listing.guests.removeAll { !wanted.contains($0.id) }
        listing.leftOut.removeAll { guest in !patterns.contains { $0.matches(guest) } }
    }

    /// What of it could not be had: a source that does not answer, a name that nothing has.
    ///
    /// - Parameter isLeftOutSaid: Whether it was said already which guests are left out, and why.
    func failure(in snapshot: FleetSnapshot, isLeftOutSaid: Bool) -> CommandFailure? {
        var messages: [String] = snapshot.sources.compactMap { source in
            guard case .failed(let reason) = source.status else { return nil }
            return "cannot reach '\(source.name)': \(reason)"
        }
        // A guest that is not found may belong to a source that does not answer.
        var isComplete = messages.isEmpty
        if isComplete {
            for miss in misses(in: snapshot) {
                isComplete = false
                if case .leftOut = miss.reason, isLeftOutSaid { continue }
                messages.append(miss.reason.message)
            }
        }
        guard !isComplete else { return nil }
        return CommandFailure(exitStatus: CommandFailure.Kind.unreachable.rawValue, messages)
    }

    /// The names that mean none of the guests, and why.
    func misses(in snapshot: FleetSnapshot) -> [(name: String, reason: GuestLookupError)] {
        let leftOut = snapshot.sources.flatMap(\.leftOut)
        return names.filter { name in
            !snapshot.guests.contains {
                GuestPattern(name).matches($0.id, owner: $0.owner)
            }
        }.map { ($0, GuestLookup.miss($0, among: known.all, leftOut: leftOut)) }
    }

    /// Whether names are given and none is a glob, which could mean more guests.
    var isExact: Bool { !names.isEmpty && !names.contains { GuestPattern($0).isGlob } }
}
