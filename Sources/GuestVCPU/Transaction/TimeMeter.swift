/// Measures how much of the time that passes counts against a transaction's deadlines.
///
/// An action that ends late by more than it can itself ended while the program could not run:
/// stopped (Ctrl-Z), or on a machine that was suspended. Its time is not charged.
struct TimeMeter: Sendable {
    /// Time since the start, whatever it was spent on.
    private(set) var elapsed = Duration.zero
    private var charged = Duration.zero
    private var allowance = Duration.zero
    private var stops = 0

    /// How much an action may exceed its timeout, on a busy machine and where asking for the
    /// reason of a silence comes after it.
    private static let slack = Duration.seconds(2)
    /// How many actions go uncharged, so that a machine too slow for its timeouts comes to an end.
    private static let mostStops = 10

    /// Records that an action begins now.
    mutating func begin(_ action: TransactionStateMachine.Action) {
        switch action {
        case .open(let timeout), .read(let timeout), .set(_, let timeout), .wait(let timeout):
            allowance = timeout + Self.slack
        case .close, .finish:
            allowance = Self.slack
        }
    }

    /// Charges the action that ends now.
    ///
    /// - Parameter elapsed: Time since the start.
    /// - Returns: All time charged since the start.
    mutating func charge(upTo elapsed: Duration) -> Duration {
        let spent = max(.zero, elapsed - self.elapsed)
        self.elapsed = elapsed
        if spent <= allowance {
            charged += spent
        } else if stops < Self.mostStops {
            stops += 1
        } else {
            charged += allowance
        }
        return charged
    }
}
