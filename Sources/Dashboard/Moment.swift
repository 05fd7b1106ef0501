/// The time of an event or of a frame.
package struct Moment: Hashable, Sendable {
    /// On the monotonic clock.
    package let instant: ContinuousClock.Instant
    /// As the wall clock shows it, printable: `12:41:09`; empty where it is not known.
    package let clock: String

    package init(_ instant: ContinuousClock.Instant, clock: String) {
        self.instant = instant
        self.clock = clock
    }

    /// The time that has passed since an instant; zero where that lies ahead.
    func age(of earlier: ContinuousClock.Instant) -> Duration { max(instant - earlier, .zero) }
}
