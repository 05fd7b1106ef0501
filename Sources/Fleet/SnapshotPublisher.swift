internal import GuestVCPU
internal import Synchronization

/// Hands snapshots on, ten a second at the most, so that a large fleet whose guests answer one
/// after the other is not put together and drawn anew for each.
final class SnapshotPublisher: Sendable {
    let snapshots: AsyncStream<FleetSnapshot>
    private let continuation: AsyncStream<FleetSnapshot>.Continuation
    private let clock: ContinuousClock
    private let last: Mutex<(published: ContinuousClock.Instant?, isPending: Bool)>

    private static let shortest = Duration.milliseconds(100)

    init(clock: ContinuousClock) {
        self.clock = clock
        (snapshots, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        last = Mutex((nil, false))
    }

    /// Publishes what `make` gives, soon; a call while another waits for its time adds nothing.
    func publish(_ make: @escaping @Sendable () async -> FleetSnapshot?) {
        let now = clock.now
        let start: ContinuousClock.Instant? = last.withLock { last in
            guard !last.isPending else { return nil }
            last.isPending = true
            return max(now, last.published.map { $0 + Self.shortest } ?? now)
        }
        guard let start else { return }
        Task {
            if start > now { try? await clock.sleep(until: start, tolerance: .milliseconds(10)) }
            last.withLock { $0 = (clock.now, false) }
            if let snapshot = await make() { continuation.yield(snapshot) }
        }
    }

    func finish() {
        continuation.finish()
    }
}
