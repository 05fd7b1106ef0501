import Synchronization

/// A clock that only moves when it is told to.
final class VirtualClock: Sendable {
    let start = ContinuousClock.Instant.now
    private let elapsed = Mutex(Duration.zero)

    var now: ContinuousClock.Instant { start + elapsed.withLock { $0 } }

    /// An instant this long after the start.
    func after(_ duration: Duration) -> ContinuousClock.Instant { start + duration }

    func advance(by duration: Duration) { elapsed.withLock { $0 += duration } }

    func advance(to instant: ContinuousClock.Instant) {
        elapsed.withLock { $0 = max($0, start.duration(to: instant)) }
    }
}
