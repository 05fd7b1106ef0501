internal import CLibvirt
internal import Glibc
internal import GuestVCPU

extension LibraryConnection {
    func hostTopology() throws(LibvirtError) -> HostTopology {
        try inTurn { () throws(LibvirtError) in
            var bytes: UnsafeMutablePointer<UInt8>?
            var online: UInt32 = 0
            let count = library.calls.virNodeGetCPUMap(handle, &bytes, &online, 0)
            guard count >= 0 else { throw library.lastError() }
            defer { free(bytes) }
            let map = UnsafeBufferPointer(
                start: bytes, count: bytes == nil ? 0 : (Int(count) + 7) / 8)
            return HostTopology(
                count: Int(count), online: map, nodes: library.numaNodes(handle) ?? [:])
        }
    }

    func hostTimes() throws(LibvirtError) -> CPUTimes {
        try inTurn { () throws(LibvirtError) in
            let expected = try hostStatisticsCount()
            guard (1...HostTopology.mostStatistics).contains(Int(expected)) else {
                throw LibvirtError(
                    code: LibvirtError.malformed, message: "\(expected) statistics of the CPUs")
            }
            var count = expected
            var statistics = Array(repeating: virNodeCPUStats(), count: Int(expected))
            guard
                library.calls.virNodeGetCPUStats(
                    handle, Int32(VIR_NODE_CPU_STATS_ALL_CPUS), &statistics, &count, 0) == 0
            else { throw library.lastError() }
            let named = statistics.prefix(Int(max(0, min(count, expected)))).map { entry in
                (withUnsafeBytes(of: entry.field) { Array($0.prefix { $0 != 0 }) }, entry.value)
            }
            guard let times = CPUTimes(libvirt: named) else {
                throw LibvirtError(
                    code: LibvirtError.malformed, message: "the times of the CPUs are incomplete")
            }
            return times
        }
    }
}
