/// What the host knows of a guest's vCPUs: one reading.
///
/// To change a member, copy the value and set it: a copy made member by member forgets those that
/// are added later.
public struct HostReading: Hashable, Sendable {
    /// Each vCPU that the hypervisor has plugged, ascending by `HostVCPU.index`, no index twice.
    public package(set) var vcpus: [HostVCPU]
    /// How many are plugged; nil where that is not known.
    public package(set) var current: Int?
    /// How many could be plugged; nil where that is not known.
    public package(set) var maximum: Int?
    /// When it was read.
    public package(set) var readAt: ContinuousClock.Instant
    /// A number that changes whenever the guest's ids may mean other vCPUs than before: after a
    /// reset, a stop or a migration.
    public package(set) var incarnation: UInt64
    /// Whether every plugging and unplugging since the guest's kernel began was watched, so that
    /// `HostVCPU.plugOrder` is also the order in which the guest gave its numbers.
    public package(set) var isPlugOrderWatched: Bool
    /// Whether the machine began as a saved or migrated one; nil where that is not known.
    ///
    /// Its guest numbered the vCPUs before the threads were made that run them now, so neither the
    /// threads' order nor the indices say how: only the guest's firmware does. False also where a
    /// source knows that no vCPU was ever plugged, so that only one numbering is possible.
    public package(set) var isRestored: Bool?

    /// Creates a reading.
    public init(
        vcpus: [HostVCPU], current: Int?, maximum: Int?, readAt: ContinuousClock.Instant,
        incarnation: UInt64 = 0, isPlugOrderWatched: Bool = false, isRestored: Bool? = nil
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
    /// The hypervisor's index of it.
    public package(set) var index: HostIndex
    /// CPU time consumed since the thread began; nil where it cannot be told apart from others'.
    public package(set) var timeNanoseconds: UInt64?
    /// Time spent runnable and waiting for a physical CPU; nil where the host does not count it.
    public package(set) var waitNanoseconds: UInt64?
    /// The thread that runs it.
    public package(set) var thread: Int?
    /// When the thread began, in a unit of the source's own; with its number, which thread it is.
    public package(set) var threadStart: UInt64?
    /// The physical CPU that the thread ran on last.
    public package(set) var physicalCPU: Int?
    /// What the thread is doing.
    public package(set) var state: HostVCPUState
    /// Its place in the order in which the vCPUs were plugged, from 1; 0 where it has been there
    /// since the machine began; nil where that is not known.
    public package(set) var plugOrder: Int?

    /// Creates the host's view of one vCPU.
    public init(
        index: HostIndex, timeNanoseconds: UInt64?, waitNanoseconds: UInt64? = nil,
        thread: Int? = nil,
        threadStart: UInt64? = nil, physicalCPU: Int? = nil, state: HostVCPUState = .unknown,
        plugOrder: Int? = nil
    ) {
        self.index = index
        self.timeNanoseconds = timeNanoseconds
        self.waitNanoseconds = waitNanoseconds
        self.thread = thread
        self.threadStart = threadStart
        self.physicalCPU = physicalCPU
        self.state = state
        self.plugOrder = plugOrder
    }

    /// Adds the thread that runs the vCPU, if it is unknown, with the times that the system counts
    /// for the thread: they are nanoseconds, where libvirt has ticks of 10 ms.
    ///
    /// The start belongs to the thread: it is never that of a thread with another number.
    package mutating func addThread(of other: HostVCPU?) {
        guard let other, let thread = other.thread, self.thread == nil || self.thread == thread
        else { return }
        self.thread = thread
        threadStart = threadStart ?? other.threadStart
        physicalCPU = physicalCPU ?? other.physicalCPU
        timeNanoseconds = other.timeNanoseconds ?? timeNanoseconds
        waitNanoseconds = other.waitNanoseconds ?? waitNanoseconds
    }
}

/// What a vCPU's thread is doing.
public enum HostVCPUState: String, Hashable, Sendable, CaseIterable {
    /// On a physical CPU, or waiting for one.
    case running
    /// Asleep, as a halted vCPU is.
    case blocked
    /// Plugged out, or stopped.
    case offline
    /// Not known.
    case unknown
}

/// What a virtual machine as a whole is doing.
public enum RunState: String, Hashable, Sendable, CaseIterable {
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
    /// Not known.
    case unknown
}
