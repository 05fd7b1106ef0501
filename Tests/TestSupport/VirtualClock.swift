import Synchronization

/// A clock that only moves when it is told to.
package final class VirtualClock: Sendable {
    package let start = ContinuousClock.Instant.now
    private let elapsed = Mutex(Duration.zero)

    package init() {}

    package var now: ContinuousClock.Instant { start + elapsed.withLock { $0 } }

    /// An instant this long after the start.
    package func after(_ duration: Duration) -> ContinuousClock.Instant { start + duration }

    package func advance(by duration: Duration) { elapsed.withLock { $0 += duration } }

    package func advance(to instant: ContinuousClock.Instant) {
        elapsed.withLock { $0 = max($0, start.duration(to: instant)) }
    }
}
