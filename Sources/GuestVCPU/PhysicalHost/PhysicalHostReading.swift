/// What a machine says of its CPUs: one reading.
public struct PhysicalHostReading: Hashable, Sendable {
    /// One CPU of the machine.
    public struct CPU: Hashable, Sendable {
        /// The number that the machine's kernel gives it, in `PhysicalCPUSet.idRange`.
        public package(set) var id: Int
        /// Its NUMA node; nil where that is not known.
        public package(set) var node: Int?
        /// Whether the machine's kernel schedules on it.
        public package(set) var isOnline: Bool
        /// What it did; nil where that is known of all CPUs together at most.
        public package(set) var times: CPUTimes?

        /// Creates a CPU.
        public init(id: Int, node: Int? = nil, isOnline: Bool = true, times: CPUTimes? = nil) {
            self.id = id
            self.node = node
            self.isOnline = isOnline
            self.times = times
        }
    }

    /// Each CPU that the machine has, ascending by number, no number twice.
    public let cpus: [CPU]
    /// What all CPUs did together, where that is read instead of each CPU's times.
    public let total: CPUTimes?
    /// When it was read.
    public let readAt: ContinuousClock.Instant

    /// Creates a reading.
    ///
    /// - Parameter cpus: In any order; numbers out of range are left out, and of two CPUs with the
    ///   same number the first counts.
    public init(cpus: [CPU], total: CPUTimes? = nil, readAt: ContinuousClock.Instant) {
        var seen = PhysicalCPUSet()
        self.cpus = cpus.filter { cpu in
            guard PhysicalCPUSet.idRange.contains(cpu.id), !seen.contains(cpu.id) else {
                return false
            }
            seen.insert(cpu.id)
            return true
        }.sorted { $0.id < $1.id }
        self.total = total
        self.readAt = readAt
    }
}
