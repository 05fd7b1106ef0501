/// The filters that were applied, for as long as the dashboard runs.
struct FilterHistory: Hashable, Sendable {
    /// The latest last; none twice.
    private(set) var texts: [String] = []

    /// How many are kept.
    private static let limit = 50

    /// Adds a filter that was applied.
    mutating func append(_ text: String) {
        guard !text.isEmpty else { return }
        texts.removeAll { $0 == text }
        texts.append(text)
        if texts.count > Self.limit { texts.removeFirst() }
    }
}
