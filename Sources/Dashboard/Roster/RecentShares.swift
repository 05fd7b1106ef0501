/// The share of its vCPUs that a guest as a whole used, in a few spans of time: what a row of the
/// list shows of it.
///
/// Small and without storage of its own, since there is one in every guest of every snapshot.
struct RecentShares: Hashable {
    /// How many spans are kept, and how long each is.
    static let spans = 10
    static let span: Duration = .seconds(spanSeconds)
    private static let spanSeconds: Int64 = 2

    private static let unknown = UInt8.max
    private static let steps = 200.0

    /// The shares of the spans, each at its number modulo 16.
    private var shares = SIMD16<UInt8>(repeating: unknown)
    private var origin: ContinuousClock.Instant?
    /// The number of the span that is not over, and what was measured in it.
    private var current = 0
    private var sum = 0.0
    private var count = 0.0

    /// Takes in what was measured up to an instant, later than that of the last time.
    mutating func append(_ share: Double, at instant: ContinuousClock.Instant) {
        let origin = origin ?? instant
        guard share.isFinite, instant >= origin else { return }
        self.origin = origin
        let elapsed = origin.duration(to: instant)
        let number = Int(clamping: elapsed.components.seconds / Self.spanSeconds)
        guard number >= current else { return }
        if number > current {
            for skipped in 1...min(number - current, Self.spans) {
                shares[(current + skipped) & 15] = Self.unknown
            }
            current = number
            sum = 0
            count = 0
        }
        sum += min(max(share, 0), 1)
        count += 1
        // Rounded to nearest: 0.1 must not be stored as a little less and drawn as 0.
        shares[current & 15] = UInt8(sum / count * Self.steps + 0.5)
    }

    /// The share of each span, the oldest first; nil where nothing is known of it.
    var values: [Double?] {
        (0..<Self.spans).map { position in
            let number = current - Self.spans + 1 + position
            guard number >= 0, shares[number & 15] != Self.unknown else { return nil }
            return Double(shares[number & 15]) / Self.steps
        }
    }
}
