/// The share of its vCPUs that a guest as a whole used, in spans of time: what a row of the list and
/// the graph show of it.
struct RecentShares: Hashable {
    /// How many spans a row shows at the least, how many are kept, and how long each is.
    static let spans = 10
    static let kept = 150
    static let span: Duration = .seconds(spanSeconds)
    private static let spanSeconds: Int64 = 2

    private static let unknown = UInt8.max
    private static let steps = 200.0

    /// The shares of the spans, each at its number modulo `kept`; as many as there have been yet.
    private var shares: [UInt8] = []
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
            for skipped in 1...min(number - current, Self.kept) {
                set(Self.unknown, at: number - skipped + 1)
            }
            current = number
            sum = 0
            count = 0
        }
        sum += min(max(share, 0), 1)
        count += 1
        // Rounded to nearest: 0.1 must not be stored as a little less and drawn as 0.
        set(UInt8(sum / count * Self.steps + 0.5), at: current)
    }

    private mutating func set(_ share: UInt8, at number: Int) {
        let place = number % Self.kept
        while shares.count <= place { shares.append(Self.unknown) }
        shares[place] = share
    }

    /// The share of each of the last spans, the oldest first; nil where nothing is known of it.
    func values(_ count: Int) -> [Double?] {
        (0..<min(max(count, 0), Self.kept)).reversed().map { age in
            let number = current - age
            guard number >= 0, number % Self.kept < shares.count else { return nil }
            let share = shares[number % Self.kept]
            return share == Self.unknown ? nil : Double(share) / Self.steps
        }
    }
}
