internal import Synchronization

/// Limits the rate of updates: after a quiet time the first three changes are reported at once, and
/// then ten a second.
///
/// Without a limit, a large fleet whose guests answer one by one would be drawn for each answer.
final class UpdatePublisher: Sendable {
    let changes: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation
    private let clock: ContinuousClock
    private let state: Mutex<State>

    private struct State {
        /// When the next update would be due at an even rate.
        var due: ContinuousClock.Instant
        var isPending = false
    }

    private static let pause = Duration.milliseconds(100)
    /// How much earlier than due an update may come, so that the first three come at once.
    private static let lead = Duration.milliseconds(250)

    init(clock: ContinuousClock) {
        self.clock = clock
        (changes, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        state = Mutex(State(due: clock.now))
    }

    /// Reports a change, soon; a call while another one waits has no effect.
    func publish() {
        let now = clock.now
        let start: ContinuousClock.Instant? = state.withLock { state in
            guard !state.isPending else { return nil }
            let start = max(now, state.due - Self.lead)
            state.isPending = start > now
            if !state.isPending { state.due = max(state.due, now) + Self.pause }
            return start
        }
        guard let start else { return }
        guard start > now else {
            continuation.yield()
            return
        }
        Task {
            try? await clock.sleep(until: start, tolerance: .milliseconds(10))
            state.withLock { state in
                state.due = max(state.due, clock.now) + Self.pause
                state.isPending = false
            }
            continuation.yield()
        }
    }

    func finish() {
        continuation.finish()
    }
}
