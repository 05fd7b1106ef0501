/// The highest number of physical CPUs that a guest used over a few seconds, in the last minutes.
///
/// Small and without storage of its own, since there is one in every guest of every snapshot. It
/// does not grow with the time: it keeps the peak of each of 15 pieces of `reach`.
struct PeakUse: Hashable {
    /// How far back it reaches.
    static let reach: Duration = .seconds(pieces * pieceSeconds)
    /// The time over which use is averaged: a shorter burst is no peak.
    static let span: Duration = .seconds(spanSeconds)

    private static let pieces: Int64 = 15
    private static let pieceSeconds: Int64 = 20
    private static let spanSeconds: Int64 = 5

    /// The peak of each piece in tenths of a CPU, plus one, at the piece's number modulo 16; 0 where
    /// nothing was measured.
    private var peaks = SIMD16<UInt16>(repeating: 0)
    private var origin: ContinuousClock.Instant?
    /// The number of the piece that is not over, and of the span that is not over.
    private var piece = 0
    private var span = 0
    /// What was measured in the span.
    private var sum = 0.0
    private var count = 0.0

    /// Adds what was used up to an instant, later than that of the last time.
    mutating func append(_ cores: Double, at instant: ContinuousClock.Instant) {
        let origin = origin ?? instant
        guard cores.isFinite, instant >= origin else { return }
        self.origin = origin
        let elapsed = origin.duration(to: instant).components.seconds
        let span = Int(clamping: elapsed / Self.spanSeconds)
        let piece = Int(clamping: elapsed / Self.pieceSeconds)
        guard span >= self.span else { return }
        if span > self.span {
            peaks[self.piece & 15] = max(peaks[self.piece & 15], mean + 1)
            (self.span, sum, count) = (span, 0, 0)
        }
        for later in 0..<min(piece - self.piece, 16) { peaks[(piece - later) & 15] = 0 }
        self.piece = piece
        sum += max(cores, 0)
        count += 1
    }

    /// The mean of the span in tenths of a CPU; a guest has at most 4,096 vCPUs.
    private var mean: UInt16 { UInt16(min(sum / max(count, 1), 6000) * 10 + 0.5) }

    /// The fewest vCPUs that have as much CPU time as the guest used at its peak; nil where nothing
    /// was measured.
    ///
    /// Rounded up from tenths: a guest that keeps 4 vCPUs busy does not need 5 because of what a
    /// fifth did for some milliseconds.
    var need: Int? {
        guard origin != nil else { return nil }
        // Until a span is over, it is all that there is.
        let peak = peaks.max() > 0 ? peaks.max() - 1 : mean
        return max((Int(peak) + 9) / 10, 1)
    }
}
