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
    /// The CPUs on which the thread may run, as far as it was read of late; nil where that is not
    /// known.
    public package(set) var affinity: PhysicalCPUSet?
    /// What the thread is doing.
    public package(set) var state: HostVCPUState
    /// Its place in the order in which the vCPUs were plugged, from 1; 0 where it has been there
    /// since the machine began; nil where that is not known.
    public package(set) var plugOrder: Int?

    /// Creates the host's view of one vCPU.
    public init(
        index: HostIndex, timeNanoseconds: UInt64?, waitNanoseconds: UInt64? = nil,
        thread: Int? = nil,
        threadStart: UInt64? = nil, physicalCPU: Int? = nil,
        affinity: PhysicalCPUSet? = nil, state: HostVCPUState = .unknown, plugOrder: Int? = nil
    ) {
        self.index = index
        self.timeNanoseconds = timeNanoseconds
        self.waitNanoseconds = waitNanoseconds
        self.thread = thread
        self.threadStart = threadStart
        self.physicalCPU = physicalCPU
        self.affinity = affinity
        self.state = state
        self.plugOrder = plugOrder
    }

    /// Adds the thread that runs the vCPU, if it is unknown, with what the system says of the
    /// thread: its times are nanoseconds, where libvirt has ticks of 10 ms, and its state says
    /// whether it is runnable, where libvirt calls every thread running.
    ///
    /// The start belongs to the thread: it is never that of a thread with another number.
    package mutating func addThread(of other: HostVCPU?) {
        guard let other, let thread = other.thread, self.thread == nil || self.thread == thread
        else { return }
        self.thread = thread
        threadStart = threadStart ?? other.threadStart
        physicalCPU = physicalCPU ?? other.physicalCPU
        affinity = other.affinity ?? affinity
        if other.state != .unknown { state = other.state }
        timeNanoseconds = other.timeNanoseconds ?? timeNanoseconds
        waitNanoseconds = other.waitNanoseconds ?? waitNanoseconds
    }
}
