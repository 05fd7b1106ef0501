internal import Glibc
package import GuestVCPU
internal import UnixSockets

/// The CPUs of the machine that this program runs on.
///
/// Files are read on the queue of the processes' reader, since reading blocks.
package actor LocalHost {
    /// This machine.
    package static let system = LocalHost(
        statistics: "/proc/stat", folder: "/sys/devices/system", reader: .system)

    package nonisolated var unownedExecutor: UnownedSerialExecutor { reader.unownedExecutor }

    private let statistics: String
    private let folder: String
    private let reader: ProcessReader
    private var topology: Topology?

    /// Which CPUs there are, and where.
    private struct Topology {
        var present: PhysicalCPUSet
        /// The NUMA node of each CPU; a CPU stays where it was once seen.
        var nodes: [Int: Int]
        /// The CPUs that were online when it was read.
        var online: PhysicalCPUSet
        var validUntil: ContinuousClock.Instant
    }

    /// The most bytes of a CPU list: every second of 8,192 CPUs, each with a comma.
    private static let longestList = 32_768
    /// The most NUMA nodes: Linux has room for 1,024.
    private static let mostNodes = 1_024
    /// How long the topology holds while the same CPUs are online.
    private static let validity = Duration.seconds(60)

    /// - Parameters:
    ///   - statistics: The path of `/proc/stat`, or of a file that looks like it.
    ///   - folder: The folder with the folders `cpu` and `node`.
    init(statistics: String, folder: String, reader: ProcessReader) {
        self.statistics = statistics
        self.folder = folder
        self.reader = reader
    }

    /// Reads the CPUs and their times.
    ///
    /// - Returns: Nil where the files cannot be read, or the system names no CPU.
    package func read() -> PhysicalHostReading? {
        let now = ContinuousClock.now
        let highest = topology?.present.max ?? PhysicalCPUSet.idRange.upperBound
        // The lines of CPUs come first, and those after them can be long.
        let limit = ProcessorTimes.longestLine * (highest + 2)
        guard let bytes = contents(statistics, limit: limit) else { return nil }
        let times = ProcessorTimes(parsing: bytes).cpus
        guard !times.isEmpty else { return nil }
        let online = PhysicalCPUSet(times.keys)
        let topology = topology(online: online, at: now)
        let all = topology.present.union(online)
        return PhysicalHostReading(
            cpus: all.ids.map { id in
                PhysicalHostReading.CPU(
                    id: id, node: topology.nodes[id], isOnline: online.contains(id),
                    times: times[id])
            }, readAt: now)
    }

    private func topology(
        online: PhysicalCPUSet, at now: ContinuousClock.Instant
    ) -> Topology {
        if let topology, topology.online == online, now < topology.validUntil { return topology }
        var nodes = topology?.nodes ?? [:]
        for node in nodeNumbers() {
            for id in list("node/node\(node)/cpulist")?.ids ?? [] { nodes[id] = node }
        }
        let new = Topology(
            present: list("cpu/present") ?? online, nodes: nodes, online: online,
            validUntil: now + Self.validity)
        topology = new
        return new
    }

    /// The numbers of the NUMA nodes; none where the kernel has no NUMA.
    private func nodeNumbers() -> [Int] {
        // `has_cpu` lists the nodes with CPUs in the format of a CPU list.
        (list("node/has_cpu") ?? PhysicalCPUSet()).ids.filter { $0 < Self.mostNodes }
    }

    private func list(_ path: String) -> PhysicalCPUSet? {
        contents("\(folder)/\(path)", limit: Self.longestList)
            .flatMap { PhysicalCPUSet(list: $0) }
    }

    /// - Returns: Nil also for a shortage of ours: the machine then looks unknown for an interval.
    private func contents(_ path: String, limit: Int) -> [UInt8]? {
        (try? ProcFile.contents(path, limit: limit)) ?? nil
    }
}
