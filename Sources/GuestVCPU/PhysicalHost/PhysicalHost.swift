/// A machine that runs guests: its CPUs, and how busy they are.
public struct PhysicalHost: Hashable, Sendable {
    /// One CPU of the machine.
    public struct CPU: Hashable, Sendable {
        /// The number that the machine's kernel gives it.
        public let id: Int
        /// Its NUMA node; nil where that is not known.
        public let node: Int?
        /// Whether the machine's kernel schedules on it.
        public let isOnline: Bool
        /// The share of the last interval that it was at work, 0 to 1; nil where that is not known.
        public let busyShare: Double?

        /// Creates a CPU.
        public init(id: Int, node: Int?, isOnline: Bool, busyShare: Double?) {
            self.id = id
            self.node = node
            self.isOnline = isOnline
            self.busyShare = busyShare
        }
    }

    /// Which machine.
    public let id: HostID
    /// Each CPU that it has, ascending by number, no number twice.
    public let cpus: [CPU]
    /// The CPUs on which its kernel schedules.
    public let online: PhysicalCPUSet
    /// How many CPUs' worth of work was done in the last interval, 0 to the number of online ones;
    /// nil where that is not known.
    public let busyCPUs: Double?
    /// When it was read.
    public let readAt: ContinuousClock.Instant

    /// Creates the state of a machine from its last two readings.
    ///
    /// - Parameter earlier: The reading from which the interval counts; nil where there is none.
    public init(
        _ id: HostID, _ reading: PhysicalHostReading, since earlier: PhysicalHostReading? = nil
    ) {
        let before = Dictionary(
            (earlier?.cpus ?? []).map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let cpus = reading.cpus.map { cpu in
            var share: Double?
            if cpu.isOnline, let now = cpu.times, let old = before[cpu.id]?.times {
                share = now.busyShare(since: old)
            }
            return CPU(id: cpu.id, node: cpu.node, isOnline: cpu.isOnline, busyShare: share)
        }
        let online = cpus.filter(\.isOnline)
        let shares = online.compactMap(\.busyShare)
        if let total = reading.total {
            busyCPUs = earlier?.total.flatMap(total.busyShare).map { $0 * Double(online.count) }
        } else if shares.isEmpty {
            busyCPUs = nil
        } else {
            // A CPU whose counter went back counts as the others do.
            busyCPUs = shares.reduce(0, +) * Double(online.count) / Double(shares.count)
        }
        self.id = id
        self.cpus = cpus
        self.online = PhysicalCPUSet(online.map(\.id))
        readAt = reading.readAt
    }

    /// The CPUs to which a thread is pinned; nil where it may run on every CPU that is online.
    ///
    /// - Parameter affinity: The CPUs on which the thread may run, offline ones included.
    public func pinning(of affinity: PhysicalCPUSet) -> PhysicalCPUSet? {
        affinity.pinning(online: online)
    }
}

extension PhysicalCPUSet {
    /// The CPUs to which a thread with this affinity is pinned; nil where it may run on every CPU
    /// that is online.
    func pinning(online: PhysicalCPUSet) -> PhysicalCPUSet? {
        let possible = intersection(online)
        return possible == online ? nil : possible
    }
}
