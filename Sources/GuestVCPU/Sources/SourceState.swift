/// A source in a snapshot.
public struct SourceState: Hashable, Sendable {
    /// Which source.
    public let id: SourceID
    /// Whether it answers.
    public let status: SourceStatus
    /// Guests that it found and does not list, nor does another source.
    public let leftOut: [LeftOutGuest]
    /// What else is to be known of its list and of its guests' host side.
    public let note: String?

    /// Creates a source's state.
    public init(
        id: SourceID, status: SourceStatus, leftOut: [LeftOutGuest] = [], note: String? = nil
    ) {
        self.id = id
        self.status = status
        self.leftOut = leftOut
        self.note = note
    }

    /// The source's name.
    public var name: String { id.name }
}
