/// What the host knows of a guest's vCPUs: one reading.
public struct HostReading: Hashable, Sendable {
    /// Each vCPU that the hypervisor has plugged, ascending by `HostVCPU.id`, no id twice.
    public let vcpus: [HostVCPU]
    /// How many are plugged; nil where nobody says.
    public let current: Int?
    /// How many could be plugged; nil where nobody says.
    public let maximum: Int?
    /// When it was read.
    public let readAt: ContinuousClock.Instant
    /// A number that changes whenever the guest's ids may mean other vCPUs than before: after a
    /// reset, a stop or a migration.
    public let incarnation: UInt64
    /// Whether every plugging and unplugging since the guest's kernel began was watched, so that
    /// `HostVCPU.plugOrder` is also the order in which the guest gave its numbers.
    public let isPlugOrderWatched: Bool
    /// Whether the machine may have begun as a saved or migrated one.
    ///
    /// Its hypervisor then makes all threads at once, so neither their order nor the indices say
    /// how the guest numbered its vCPUs: only the guest's firmware does.
    public let isRestored: Bool

    /// Creates a reading.
    public init(
        vcpus: [HostVCPU], current: Int?, maximum: Int?, readAt: ContinuousClock.Instant,
        incarnation: UInt64 = 0, isPlugOrderWatched: Bool = false, isRestored: Bool = false
    ) {
        self.vcpus = vcpus
        self.current = current
        self.maximum = maximum
        self.readAt = readAt
        self.incarnation = incarnation
        self.isPlugOrderWatched = isPlugOrderWatched
        self.isRestored = isRestored
    }
}

/// What the host knows of one vCPU.
public struct HostVCPU: Hashable, Sendable {
    /// The hypervisor's index, 0 to 4095: not the guest's number of the same vCPU.
    public let id: Int
    /// CPU time consumed since the thread began; nil where it cannot be told apart from others'.
    public let timeNanoseconds: UInt64?
    /// Time spent runnable and waiting for a physical CPU; nil where the host does not count it.
    public let waitNanoseconds: UInt64?
    /// The thread that runs it.
    public let thread: Int?
    /// When the thread began, in a unit of the source's own; with its number, which thread it is.
    public let threadStart: UInt64?
    /// The physical CPU that the thread ran on last.
    public let physicalCPU: Int?
    /// What the thread is doing.
    public let state: HostVCPUState
    /// Its place in the order in which the vCPUs were plugged, from 1; 0 where it has been there
    /// since the machine began; nil where nobody says.
    public let plugOrder: Int?

    /// Creates the host's view of one vCPU.
    public init(
        id: Int, timeNanoseconds: UInt64?, waitNanoseconds: UInt64? = nil, thread: Int? = nil,
        threadStart: UInt64? = nil, physicalCPU: Int? = nil, state: HostVCPUState = .unknown,
        plugOrder: Int? = nil
    ) {
        self.id = id
        self.timeNanoseconds = timeNanoseconds
        self.waitNanoseconds = waitNanoseconds
        self.thread = thread
        self.threadStart = threadStart
        self.physicalCPU = physicalCPU
        self.state = state
        self.plugOrder = plugOrder
    }
}

/// What a vCPU's thread is doing.
public enum HostVCPUState: String, Hashable, Sendable {
    /// On a physical CPU, or waiting for one.
    case running
    /// Asleep, as a halted vCPU is.
    case blocked
    /// Plugged out, or stopped.
    case offline
    /// Nobody says.
    case unknown
}

/// What a virtual machine as a whole is doing.
public enum RunState: String, Hashable, Sendable {
    /// Its vCPUs run.
    case running
    /// Stopped for a while; its agent cannot answer.
    case paused
    /// Asleep, by its own wish.
    case suspended
    /// Being shut down, or shut off.
    case shutdown
    /// Crashed.
    case crashed
    /// Nobody says.
    case unknown
}
