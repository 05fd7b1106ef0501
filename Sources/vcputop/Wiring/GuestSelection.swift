internal import GuestVCPU

/// The guests that the command line names, out of all that the sources have.
struct GuestSelection {
    /// The sources, without the guests that nobody asked for.
    let sources: [any GuestSource]
    private let names: [String]

    /// Selects by name; every guest when no name is given.
    init(_ names: [String], of sources: [any GuestSource]) {
        self.names = names
        self.sources =
            names.isEmpty ? sources : sources.map { SelectedSource(source: $0, names: names) }
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
            where !snapshot.guests.contains(where: { GuestLookup.matches($0.id, name) }) {
                messages.append("no guest is called '\(name)'")
            }
        }
        guard !messages.isEmpty else { return nil }
        return CommandFailure(exitStatus: CommandFailure.Kind.unreachable.rawValue, messages)
    }
}

/// A source of which only some guests are wanted; the others are never asked.
private struct SelectedSource: GuestSource {
    let source: any GuestSource
    let names: [String]

    var name: String { source.name }

    func listings() -> AsyncStream<SourceListing> {
        AsyncStream { continuation in
            let task = Task {
                for await listing in source.listings() {
                    var selected = listing
                    selected.guests.removeAll { guest in
                        !names.contains { GuestLookup.matches(guest.id, $0) }
                    }
                    selected.leftOut.removeAll { !names.contains($0.name) }
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
