/// How often things are asked for.
package struct PollPace: Hashable, Sendable {
    /// How long an agent may take to answer.
    package var timeout: Duration
    /// How often the host is asked.
    package var host: Duration
    /// How often a guest on the screen is asked.
    package var shown: Duration
    /// How often any other guest is asked.
    package var hidden: Duration
    /// The longest pause for a guest that does not answer.
    package var longest: Duration

    /// Creates a pace; what is not given is what suits people and guests.
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

    /// The pause before a guest is asked again.
    ///
    /// - Parameters:
    ///   - isShown: Whether it is on the screen.
    ///   - failures: How many readings have failed since the last that did not.
    func pause(isShown: Bool, failures: Int) -> Duration {
        let usual = isShown ? shown : hidden
        guard failures > 0 else { return usual }
        // Ten doublings are past any sensible `longest`.
        return max(usual, min(longest, usual * (1 << min(failures, 10))))
    }
}
