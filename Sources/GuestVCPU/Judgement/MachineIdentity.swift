/// What tells a machine, and a boot of it, from another of the same name.
public struct MachineIdentity: Hashable, Sendable {
    /// `HostReading.incarnation`.
    private var incarnation: UInt64?
    /// The thread of the first vCPU, and when it began.
    private var thread: Int?
    private var threadStart: UInt64?
    /// The boot that the agent answered from.
    private var boot = GuestBoot.unknown
    /// Whether the machine ends, or has ended.
    private var isEnding = false

    /// Creates an identity without any facts.
    public init() {}

    /// Updates the identity from a state.
    ///
    /// Facts that the state lacks stay as they were, so that a machine that restarts while no
    /// source sees it is noticed when one sees it again.
    mutating func update(runState: RunState, guest: GuestVCPUs?, host: HostReading?) {
        switch runState {
        case .shutdown, .crashed: isEnding = true
        case .running, .paused, .suspended, .unknown: isEnding = false
        }
        incarnation = host?.incarnation ?? incarnation
        if let first = host?.vcpus.first, let thread = first.thread {
            if thread != self.thread || first.threadStart != nil { threadStart = first.threadStart }
            self.thread = thread
        }
        boot = GuestBoot(
            id: guest?.boot.id ?? boot.id, incarnation: guest?.boot.incarnation ?? boot.incarnation)
    }

    /// Whether vCPU ids of the one may mean other vCPUs in the later one: the machine ended or was
    /// rebooted, or another thread runs its first vCPU, so that it is another process.
    public func differs(from later: MachineIdentity) -> Bool {
        func differ<Value: Equatable>(_ one: Value?, _ two: Value?) -> Bool {
            one != nil && two != nil && one != two
        }
        return later.isEnding || differ(incarnation, later.incarnation)
            || differ(thread, later.thread) || differ(threadStart, later.threadStart)
            || boot.differs(from: later.boot)
    }
}
