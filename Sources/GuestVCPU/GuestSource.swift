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

/// Where guests come from: a libvirt connection, an agent socket, the simulated fleet.
public protocol GuestSource: Sendable {
    /// Which source.
    var id: SourceID { get }

    /// The whole list of guests, at once and again whenever it changes; ends with the source.
    func listings() -> AsyncStream<SourceListing>

    /// Reads what the host knows, for all guests of the source in one pass.
    ///
    /// - Parameter timeout: How long to wait; a guest that was not read by then is left out.
    /// - Returns: What was learned; a guest that nothing is known of is left out.
    func readHost(timeout: Duration) async -> [GuestID: HostObservation]
}

extension GuestSource {
    /// The name that errors, rows and JSON use.
    public var name: String { id.name }
}

/// What a source says of itself and of its guests.
public struct SourceListing: Sendable {
    /// Whether the source answers.
    public package(set) var status: SourceStatus
    /// Its guests, in the order to show them; the last known ones where it does not answer.
    public package(set) var guests: [Guest]
    /// Guests of which something was heard that makes a new reading worth while at once: their
    /// agent came or went, they began to run again.
    public package(set) var needingRefresh: Set<GuestID>
    /// Guests that were found and are not among these, with the reasons.
    public package(set) var leftOut: [LeftOutGuest]
    /// What else is to be known of the list, printable.
    public package(set) var note: String?

    /// Creates a listing.
    public init(
        status: SourceStatus, guests: [Guest], needingRefresh: Set<GuestID> = [],
        leftOut: [LeftOutGuest] = [], note: String? = nil
    ) {
        self.status = status
        self.guests = guests
        self.needingRefresh = needingRefresh
        self.leftOut = leftOut
        self.note = note
    }
}

/// Whether a source answers.
public enum SourceStatus: Hashable, Sendable {
    /// It has not answered yet.
    case pending
    /// It answers.
    case ok
    /// It cannot be reached; why, printable.
    case failed(String)
}

/// What the host knows of a guest.
public struct HostObservation: Hashable, Sendable {
    /// What the machine as a whole is doing.
    public package(set) var state: RunState
    /// Its vCPUs; nil where the host cannot see them.
    public package(set) var reading: HostReading?
    /// Why less is known than was asked for, printable; nil where nothing is in the way.
    public package(set) var note: String?

    /// Creates an observation.
    public init(state: RunState, reading: HostReading?, note: String? = nil) {
        self.state = state
        self.reading = reading
        self.note = note
    }
}
