internal import GuestVCPU
internal import Synchronization

/// All guests that the sources list, wanted or not.
///
/// A name that means none of the wanted ones is explained by what there is.
final class KnownGuests: Sendable {
    private let listed = Mutex<[(source: SourceID, guests: [Guest])]>([])

    func record(_ guests: [Guest], of source: SourceID) {
        listed.withLock { listed in
            listed.removeAll { $0.source == source }
            listed.append((source, guests))
        }
    }

    var all: [Guest] {
        listed.withLock { $0.sorted { $0.source.name < $1.source.name }.flatMap(\.guests) }
    }
}

/// A source whose guests are recorded as it lists them, and of which some can be left out.
struct RecordingSource: GuestSource {
    let source: any GuestSource
    let known: KnownGuests
    /// Changes a listing before it is handed on.
    var select: @Sendable (inout SourceListing) -> Void = { _ in }

    var id: SourceID { source.id }

    func listings() -> AsyncStream<SourceListing> {
        AsyncStream { continuation in
            let task = Task {
                for await listing in source.listings() {
                    known.record(listing.guests, of: source.id)
                    var selected = listing
                    select(&selected)
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
