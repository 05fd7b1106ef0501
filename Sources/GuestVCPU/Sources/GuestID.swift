/// Which guest: a name within a source.
public struct GuestID: Hashable, Sendable {
    /// Where it comes from.
    public let source: SourceID
    /// The guest's name there, as it was given.
    public let name: String
    /// The guest's UUID, where it has one.
    public let uuid: String?

    /// Creates an id.
    public init(source: SourceID, name: String, uuid: String? = nil) {
        self.source = source
        self.name = name
        self.uuid = uuid
    }
}
