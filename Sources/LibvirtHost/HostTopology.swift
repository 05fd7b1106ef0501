internal import GuestVCPU

/// The CPUs of a host and their NUMA nodes, as libvirt tells them.
struct HostTopology: Hashable, Sendable {
    /// The CPUs, ascending; without times.
    let cpus: [PhysicalHostReading.CPU]

    /// The most statistics of a CPU that are asked for; libvirt has six.
    static let mostStatistics = 64
    private static let mostNodes = 1_024

    /// - Parameters:
    ///   - count: How many CPUs there are, online or not; more than there can be are left out.
    ///   - online: A bit for each CPU, the lowest first in each byte; a CPU without one is offline.
    ///   - nodes: The NUMA node of each CPU.
    init(count: Int, online: some RandomAccessCollection<UInt8>, nodes: [Int: Int]) {
        let online = Array(online)
        cpus = (0..<min(max(count, 0), PhysicalCPUSet.idRange.upperBound + 1)).map { id in
            let byte = id / 8 < online.count ? online[id / 8] : 0
            return PhysicalHostReading.CPU(
                id: id, node: nodes[id], isOnline: byte & (1 << UInt8(id % 8)) != 0)
        }
    }

    /// Reads the NUMA node of each CPU from the host's capabilities.
    ///
    /// - Returns: Nil where these are malformed.
    /// - Source: libvirt, `src/conf/capabilities.c`, `virCapabilitiesHostNUMAFormat`.
    static func nodes(capabilities xml: some Collection<UInt8>) -> [Int: Int]? {
        var nodes: [Int: Int] = [:]
        var node: Int?
        do throws(XMLTokenizer.Malformed) {
            var tokens = try XMLTokenizer(xml)
            var path: [String] = []
            while let token = try tokens.next() {
                guard case .start(let name, let attributes) = token else {
                    path.removeLast()
                    continue
                }
                path.append(name)
                let id = attributes["id"].flatMap { Int($0) }
                if path == cell {
                    node = id.flatMap { (0..<mostNodes).contains($0) ? $0 : nil }
                } else if path == cell + ["cpus", "cpu"], let id,
                    PhysicalCPUSet.idRange.contains(id), nodes[id] == nil
                {
                    nodes[id] = node
                }
            }
        } catch {
            return nil
        }
        return nodes
    }

    private static let cell = ["capabilities", "host", "topology", "cells", "cell"]
}

extension CPUTimes {
    /// Adds up libvirt's statistics, in nanoseconds.
    ///
    /// - Returns: Nil where the idle time or the time at work is missing, or a sum overflows.
    /// - Source: libvirt, `include/libvirt/libvirt-host.h`, `VIR_NODE_CPU_STATS_*`.
    init?(libvirt statistics: [(field: [UInt8], value: UInt64)]) {
        var busy: UInt64?
        var idle: UInt64?
        for (field, value) in statistics {
            func add(to sum: inout UInt64?) -> Bool {
                let (total, overflows) = (sum ?? 0).addingReportingOverflow(value)
                sum = total
                return !overflows
            }
            switch String(decoding: field, as: UTF8.self) {
            case "kernel", "user", "intr": guard add(to: &busy) else { return nil }
            case "idle", "iowait": guard add(to: &idle) else { return nil }
            default: break
            }
        }
        guard let busy, let idle else { return nil }
        self.init(busy: busy, idle: idle)
    }
}
