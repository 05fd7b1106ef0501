/// Everything that is known of all guests, at one moment.
public struct FleetSnapshot: Hashable, Sendable {
    /// When it was put together.
    public let takenAt: ContinuousClock.Instant
    /// The sources, in the order that they were given.
    public let sources: [SourceState]
    /// The guests, in the order of their sources; no id twice.
    public let guests: [GuestState]

    /// Creates a snapshot.
    public init(takenAt: ContinuousClock.Instant, sources: [SourceState], guests: [GuestState]) {
        self.takenAt = takenAt
        self.sources = sources
        self.guests = guests
    }
}

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

/// A guest in a snapshot: what it says, and what the host says.
public struct GuestState: Hashable, Sendable {
    /// Which guest.
    public package(set) var id: GuestID
    /// The user that runs it, where it was found by its process.
    public package(set) var owner: GuestOwner?
    /// What the machine as a whole is doing.
    public package(set) var runState: RunState
    /// How the last exchange with its agent went.
    public package(set) var agent: AgentStatus
    /// The last good answer of its agent, however old; nil before the first.
    public package(set) var reading: AgentReading?
    /// How long the last good exchange took.
    public package(set) var exchange: Duration?
    /// What the host says; nil where it cannot see the guest.
    public package(set) var host: HostState?
    /// Whether a change may be asked of it at all.
    public package(set) var isWritable: Bool
    /// Conclusions from the readings so far.
    public package(set) var judgement: GuestJudgement

    /// Creates a guest's state.
    public init(
        id: GuestID, owner: GuestOwner? = nil, runState: RunState, agent: AgentStatus,
        reading: AgentReading?, exchange: Duration? = nil, host: HostState?, isWritable: Bool,
        judgement: GuestJudgement = GuestJudgement()
    ) {
        self.id = id
        self.owner = owner
        self.runState = runState
        self.agent = agent
        self.reading = reading
        self.exchange = exchange
        self.host = host
        self.isWritable = isWritable
        self.judgement = judgement
    }

    /// The maps of the last good answer.
    public var vcpus: GuestVCPUs? { reading?.vcpus }
}

/// The host's side of a guest in a snapshot.
public struct HostState: Hashable, Sendable {
    /// The last reading.
    public let reading: HostReading
    /// Which guest vCPU each is.
    public package(set) var pairing: Pairing {
        didSet { positions = Self.positions(in: reading, by: pairing) }
    }
    /// The share of a physical CPU that each consumed between an earlier reading and this one, by
    /// `HostVCPU.index`; 0 is idle, 1 all of it; absent where two readings cannot be compared.
    public let shares: HostColumn<Double>
    /// When that earlier reading was made; nil where there is none.
    public let measuredFrom: ContinuousClock.Instant?
    /// The share of the same time that each was runnable and waited for a physical CPU, which the
    /// guest sees as steal, by `HostVCPU.index`; absent where the host does not count it.
    public let waitShares: HostColumn<Double>
    /// The shares of the last minute.
    public let history: LoadHistory
    /// Positions in `reading.vcpus`, by the guest's number; -1 where there is none.
    private var positions: [Int32]

    /// Creates the host's side.
    public init(
        reading: HostReading, pairing: Pairing, shares: HostColumn<Double>,
        measuredFrom: ContinuousClock.Instant? = nil, waitShares: HostColumn<Double> = [:],
        history: LoadHistory = LoadHistory()
    ) {
        self.reading = reading
        self.pairing = pairing
        self.shares = shares
        self.measuredFrom = measuredFrom
        self.waitShares = waitShares
        self.history = history
        positions = Self.positions(in: reading, by: pairing)
    }

    private static func positions(in reading: HostReading, by pairing: Pairing) -> [Int32] {
        var positions: [Int32] = []
        positions.reserveCapacity(reading.vcpus.count)
        for (position, vcpu) in reading.vcpus.enumerated() {
            guard let id = pairing.guestID(of: vcpu.index), CPUMap.idRange.contains(id) else {
                continue
            }
            while positions.count <= id { positions.append(-1) }
            positions[id] = Int32(position)
        }
        return positions
    }

    /// The host's view of the vCPU that the guest calls by this number; nil where the pairing
    /// does not tell.
    public func vcpu(guestID: Int) -> HostVCPU? {
        guard positions.indices.contains(guestID), positions[guestID] >= 0 else { return nil }
        return reading.vcpus[Int(positions[guestID])]
    }

    /// The share of the vCPU that the guest calls by this number.
    public func share(guestID: Int) -> Double? {
        vcpu(guestID: guestID).flatMap { shares[$0.index] }
    }

    /// The share of its time that the vCPU of this guest's number waited for a physical CPU.
    public func waitShare(guestID: Int) -> Double? {
        vcpu(guestID: guestID).flatMap { waitShares[$0.index] }
    }
}
