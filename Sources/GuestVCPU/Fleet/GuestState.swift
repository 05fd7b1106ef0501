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
    /// The machine that runs it; nil where that is not known.
    public package(set) var hostID: HostID?
    /// Conclusions from the readings so far.
    public package(set) var judgement: GuestJudgement

    /// Creates a guest's state.
    public init(
        id: GuestID, owner: GuestOwner? = nil, runState: RunState, agent: AgentStatus,
        reading: AgentReading?, exchange: Duration? = nil, host: HostState?, isWritable: Bool,
        hostID: HostID? = nil, judgement: GuestJudgement = GuestJudgement()
    ) {
        self.id = id
        self.owner = owner
        self.runState = runState
        self.agent = agent
        self.reading = reading
        self.exchange = exchange
        self.host = host
        self.isWritable = isWritable
        self.hostID = hostID
        self.judgement = judgement
    }

    /// The maps of the last good answer.
    public var vcpus: GuestVCPUs? { reading?.vcpus }
}
