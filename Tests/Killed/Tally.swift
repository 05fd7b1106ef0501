/// What became of many kills.
struct Tally: Sendable {
    var kills = 0
    /// Changes whose end is recorded.
    var ended = 0
    /// Changes whose program was killed in the middle of them.
    var died = 0
    /// Those that had changed nothing yet, or put it back.
    var diedUnchanged = 0
    /// Those that had done a part.
    var diedPartWay = 0
    /// Changes that rotation took before they were checked.
    var gaps = 0
    /// The most lines that a reading skipped.
    var skippedLines = 0
    var lies: [String] = []

    mutating func add(_ other: Tally) {
        kills += other.kills
        ended += other.ended
        died += other.died
        diedUnchanged += other.diedUnchanged
        diedPartWay += other.diedPartWay
        gaps += other.gaps
        skippedLines = max(skippedLines, other.skippedLines)
        lies += other.lies
    }

    var text: String {
        "\(kills) kills; \(ended) changes ended and \(died) died, \(diedUnchanged) of them without "
            + "a change and \(diedPartWay) part-way; \(gaps) gaps, \(skippedLines) lines skipped; "
            + "\(lies.count) lies"
    }
}
