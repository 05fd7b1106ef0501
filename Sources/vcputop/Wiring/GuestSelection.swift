internal import GuestVCPU
internal import Synchronization

/// The guests that the command line names, out of all that the sources have.
struct GuestSelection {
    /// The sources, without the guests that nobody asked for.
    let sources: [any GuestSource]
    private let names: [String]
    private let foreign = ForeignGuests()

    /// Selects by name; every guest when no name is given.
    init(_ names: [String], of sources: [any GuestSource]) {
        self.names = names
        self.sources =
            names.isEmpty
            ? sources
            : sources.map { [foreign] in
                SelectedSource(source: $0, names: names, foreign: foreign)
            }
    }

    /// What of it could not be had: a source that does not answer, a name that nothing has.
    func failure(in snapshot: FleetSnapshot) -> CommandFailure? {
        var messages: [String] = snapshot.sources.compactMap { source in
            guard case .failed(let reason) = source.status else { return nil }
            return "cannot reach '\(source.name)': \(reason)"
        }
        // A guest that is missed may be where nobody answers.
        if messages.isEmpty {
            for name in names
            where !snapshot.guests.contains(where: {
                GuestLookup.matches($0.id, owner: $0.owner, name)
            }) {
                let found = foreign.names(of: name)
                messages.append(
                    found.isEmpty
                        ? "no guest is called '\(name)'" : GuestLookup.foreignText(name, found))
            }
        }
        guard !messages.isEmpty else { return nil }
        return CommandFailure(exitStatus: CommandFailure.Kind.unreachable.rawValue, messages)
    }
}

/// The guests that are left out although they have a wanted name: those of other users.
private final class ForeignGuests: Sendable {
    private let found = Mutex<[GuestID: GuestOwner?]>([:])

    func record(_ guests: [Guest]) {
        found.withLock { found in
            for guest in guests { found[guest.id] = .some(guest.owner) }
        }
    }

    /// The full names of those with this name.
    func names(of name: String) -> [String] {
        found.withLock { found in
            found.filter { $0.key.name == name }
                .map { GuestLookup.fullName($0.key, owner: $0.value) }.sorted()
        }
    }
}

/// A source of which only some guests are wanted; the others are never asked.
private struct SelectedSource: GuestSource {
    let source: any GuestSource
    let names: [String]
    let foreign: ForeignGuests

    var name: String { source.name }

    func listings() -> AsyncStream<SourceListing> {
        AsyncStream { continuation in
            let task = Task {
                for await listing in source.listings() {
                    var selected = listing
                    selected.guests.removeAll { guest in
                        !names.contains {
                            GuestLookup.matches(guest.id, owner: guest.owner, $0)
                        }
                    }
                    selected.leftOut.removeAll { !names.contains($0.name) }
                    foreign.record(listing.guests.filter { names.contains($0.id.name) })
                    continuation.yield(selected)
                }
                continuation.finish()
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    func readHost(timeout: Duration) async -> [GuestID: HostObservation] {
        await source.readHost(timeout: timeout)
    }
}
