/// A guest and the ways to its agent.
public struct Guest: Sendable {
    /// Which guest.
    public let id: GuestID
    /// The user that runs it, where it was found by its process; nil where the source was named or
    /// answers for its guests itself.
    public let owner: GuestOwner?
    /// Reads its vCPU state.
    public let reader: any GuestReader
    /// Changes its vCPU state; nil where that is not allowed.
    public let writer: (any GuestWriter)?

    /// Creates a guest.
    public init(
        id: GuestID, owner: GuestOwner? = nil, reader: any GuestReader,
        writer: (any GuestWriter)?
    ) {
        self.id = id
        self.owner = owner
        self.reader = reader
        self.writer = writer
    }
}
