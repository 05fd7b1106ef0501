internal import GuestVCPU
internal import Synchronization

/// Hands snapshots on: a few at once after a quiet while, and ten a second as long as they keep
/// coming, so that a large fleet whose guests answer one after the other is not put together and
/// drawn again for each.
final class SnapshotPublisher: Sendable {
    let snapshots: AsyncStream<FleetSnapshot>
    private let continuation: AsyncStream<FleetSnapshot>.Continuation
    private let clock: ContinuousClock
    private let state: Mutex<State>

    private struct State {
        /// When the next one would come if they came evenly.
        var due: ContinuousClock.Instant
        var isPending = false
    }

    private static let pause = Duration.milliseconds(100)
    /// How much before it is due a snapshot may come: the first three come at once.
    private static let lead = Duration.milliseconds(250)

    init(clock: ContinuousClock) {
        self.clock = clock
        (snapshots, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        state = Mutex(State(due: clock.now))
    }

    /// Publishes what `make` gives, soon; a call while another waits for its time adds nothing.
    func publish(_ make: @escaping @Sendable () async -> FleetSnapshot?) {
        let now = clock.now
        let start: ContinuousClock.Instant? = state.withLock { state in
            guard !state.isPending else { return nil }
            state.isPending = true
            return max(now, state.due - Self.lead)
        }
        guard let start else { return }
        Task {
            if start > now { try? await clock.sleep(until: start, tolerance: .milliseconds(10)) }
            state.withLock { state in
                state.due = max(state.due, clock.now) + Self.pause
                state.isPending = false
            }
            if let snapshot = await make() { continuation.yield(snapshot) }
        }
    }

    func finish() {
        continuation.finish()
    }
}
