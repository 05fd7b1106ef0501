internal import CanvasKit

/// What was sent, and what came of it.
struct CommitLog {
    /// One line of it.
    struct Entry: Hashable {
        /// The time of the wall clock.
        let clock: String
        let guest: String
        let text: String
        let role: Style.Role
    }

    /// How many entries are kept.
    static let limit = 1000

    private(set) var entries: [Entry] = []

    mutating func append(_ entry: Entry) {
        if entries.count >= Self.limit { entries.removeFirst(Self.limit / 10) }
        entries.append(entry)
    }
}
