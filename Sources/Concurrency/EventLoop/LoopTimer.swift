/// Work that an event loop runs at an instant, unless it is cancelled before.
///
/// Only the loop's thread uses what changes.
package final class LoopTimer: @unchecked Sendable {
    let instant: ContinuousClock.Instant
    /// Nil once it has run or was cancelled.
    var work: LoopWork?
    /// The order of insertion, for timers of the same instant.
    var number: UInt64 = 0
    /// Whether it is in a queue, cancelled or not.
    var isQueued = false

    init(at instant: ContinuousClock.Instant, _ work: LoopWork) {
        self.instant = instant
        self.work = work
    }
}
