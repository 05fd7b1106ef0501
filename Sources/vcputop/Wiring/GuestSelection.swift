internal import GuestVCPU
internal import Synchronization

/// The guests that the command line names, out of all that the sources have.
struct GuestSelection {
    /// The sources, with the guests that were asked for alone.
    let sources: [any GuestSource]
    private let names: [String]
    private let known = KnownGuests()

    /// Selects by name; every guest when no name is given.
    init(_ names: [String], of sources: [any GuestSource]) {
        self.names = names
        self.sources =
            names.isEmpty
            ? sources
            : sources.map { [known] in
                SelectedSource(source: $0, names: names, known: known)
            }
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
            let leftOut = snapshot.sources.flatMap(\.leftOut)
            for name in names
            where !snapshot.guests.contains(where: {
                GuestLookup.matches($0.id, owner: $0.owner, name)
            }) {
                isComplete = false
                let miss = GuestLookup.miss(name, among: known.all, leftOut: leftOut)
                if case .leftOut = miss, isLeftOutSaid { continue }
                messages.append(miss.message)
            }
        }
        guard !isComplete else { return nil }
        return CommandFailure(exitStatus: CommandFailure.Kind.unreachable.rawValue, messages)
    }
}

/// All guests that the sources list, wanted or not: a name that means none of them is explained
/// by what there is.
private final class KnownGuests: Sendable {
    private let listed = Mutex<[SourceID: [Guest]]>([:])

    func record(_ guests: [Guest], of source: SourceID) {
        listed.withLock { $0[source] = guests }
    }

    var all: [Guest] {
        listed.withLock { $0.sorted { $0.key.name < $1.key.name }.flatMap(\.value) }
    }
}

/// A source of which only some guests are wanted; the others are never asked.
private struct SelectedSource: GuestSource {
    let source: any GuestSource
    let names: [String]
    let known: KnownGuests

    var id: SourceID { source.id }

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
                    selected.leftOut.removeAll { guest in
                        !names.contains { GuestLookup.matches(guest, $0) }
                    }
                    known.record(listing.guests, of: source.id)
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

    var hostID: HostID? { source.hostID }

    func readPhysicalHost() async -> PhysicalHostReading? { await source.readPhysicalHost() }
}
