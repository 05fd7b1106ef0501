/// The intervals of readings, and their timeout.
package struct PollPace: Hashable, Sendable {
    /// How long an agent may take to answer.
    package var timeout: Duration
    /// The time between two readings of the host.
    package var host: Duration
    /// The time between two readings of a guest on the screen.
    package var shown: Duration
    /// The time between two readings of any other guest.
    package var hidden: Duration
    /// The longest back-off for a guest that does not answer.
    package var longest: Duration

    /// Creates a pace; the defaults are the program's.
    package init(
        timeout: Duration = .seconds(5), host: Duration = .seconds(1),
        shown: Duration = .seconds(3), hidden: Duration = .seconds(15),
        longest: Duration = .seconds(60)
    ) {
        self.timeout = timeout
        self.host = host
        self.shown = shown
        self.hidden = hidden
        self.longest = longest
    }

    /// The pause before the next reading of a guest.
    ///
    /// - Parameters:
    ///   - isShown: Whether the guest is on the screen.
    ///   - failures: How many readings have failed since the last good one.
    func pause(isShown: Bool, failures: Int) -> Duration {
        let usual = isShown ? shown : hidden
        guard failures > 0 else { return usual }
        // Ten doublings exceed any sensible `longest`.
        return max(usual, min(longest, usual * (1 << min(failures, 10))))
    }
}
