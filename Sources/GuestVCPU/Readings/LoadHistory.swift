/// What a guest's vCPUs did in the last minute: the share of a physical CPU that each used.
///
/// Kept small, since there is one for every guest: shares are rounded to half a per cent, and
/// readings closer than a second are kept as one.
public struct LoadHistory: Hashable, Sendable {
    /// How far back it reaches.
    public static let span = Duration.seconds(60)

    /// What was measured between two readings.
    fileprivate struct Sample: Hashable {
        var start: ContinuousClock.Instant
        var end: ContinuousClock.Instant
        /// By `HostIndex.number`; `unknown` where nothing is known.
        var shares: [UInt8]
    }

    fileprivate static let unknown = UInt8.max
    fileprivate static let steps = 200.0
    /// Samples are joined until they are as long as this.
    private static let resolution = Duration.seconds(1)

    private var samples: [Sample] = []

    /// Creates a history that knows nothing.
    public init() {}

    /// Adds what was measured between two readings.
    ///
    /// - Parameters:
    ///   - shares: By `HostVCPU.index`; one that is no number is left out.
    ///   - start: The earlier reading's time.
    ///   - end: The later reading's time; what ended a minute before it is forgotten.
    public mutating func append(
        _ shares: HostColumn<Double>, from start: ContinuousClock.Instant,
        to end: ContinuousClock.Instant
    ) {
        samples.removeAll { $0.end < end - Self.span }
        guard start < end else { return }
        let count = (shares.lastIndex?.number ?? -1) + 1
        var bytes = [UInt8](repeating: Self.unknown, count: count)
        for (index, share) in shares where share.isFinite {
            bytes[index.number] = Self.rounded(min(max(share, 0), 1))
        }
        let sample = Sample(start: start, end: end, shares: bytes)
        if let last = samples.last, last.end == start,
            last.start.duration(to: end) <= Self.resolution
        {
            samples[samples.count - 1] = last.joined(with: sample)
        } else {
            samples.append(sample)
        }
    }

    /// - Parameter share: 0 to 1.
    fileprivate static func rounded(_ share: Double) -> UInt8 {
        UInt8(share * steps + 0.5)
    }

    /// The mean share of one vCPU in each of several spans of equal length, the oldest first.
    ///
    /// - Parameters:
    ///   - index: `HostVCPU.index`.
    ///   - count: How many spans, at least 1.
    ///   - length: How long each is; the last one ends with the last reading.
    /// - Returns: As many as were asked for; nil where nothing is known of a span.
    public func shares(of index: HostIndex, spans count: Int, of length: Duration) -> [Double?] {
        guard let end = samples.last?.end, length > .zero else {
            return [Double?](repeating: nil, count: max(count, 0))
        }
        return (0..<max(count, 0)).map { position in
            let until = end - length * (count - 1 - position)
            return mean(of: index, from: until - length, to: until)
        }
    }

    private func mean(
        of index: HostIndex, from start: ContinuousClock.Instant, to end: ContinuousClock.Instant
    ) -> Double? {
        var sum = 0.0
        var weight = 0.0
        for sample in samples where sample.end > start && sample.start < end {
            guard let share = sample.share(at: index.number) else { continue }
            let overlap = max(sample.start, start).duration(to: min(sample.end, end))
            sum += share * (overlap / .seconds(1))
            weight += overlap / .seconds(1)
        }
        return weight > 0 ? sum / weight : nil
    }
}

extension LoadHistory.Sample {
    fileprivate func share(at position: Int) -> Double? {
        guard shares.indices.contains(position), shares[position] != LoadHistory.unknown else {
            return nil
        }
        return Double(shares[position]) / LoadHistory.steps
    }

    /// Both as one sample; a vCPU that only one of them has counts as in that one.
    fileprivate func joined(with later: Self) -> Self {
        let first = start.duration(to: end) / .seconds(1)
        let second = later.start.duration(to: later.end) / .seconds(1)
        let count = max(shares.count, later.shares.count)
        let joined = (0..<count).map { position -> UInt8 in
            switch (share(at: position), later.share(at: position)) {
            case (let old?, let new?):
                LoadHistory.rounded((old * first + new * second) / (first + second))
            case (let share?, nil), (nil, let share?): LoadHistory.rounded(share)
            case (nil, nil): LoadHistory.unknown
            }
        }
        return Self(start: start, end: later.end, shares: joined)
    }
}
