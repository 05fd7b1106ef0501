import GuestVCPU
import Testing

@testable import vcputop

@Suite("the table of list")
struct FleetTextTests {
    /// The fields of each line, for guests whose one vCPU may run on these CPUs.
    private func table(_ affinities: [[Int]?]) -> [[String]] {
        let cpus = (0..<4).map { PhysicalHostReading.CPU(id: $0) }
        let host = PhysicalHost(.local, PhysicalHostReading(cpus: cpus, readAt: .now))
        let guests = affinities.enumerated().map { number, cpus in
            let reading = HostReading(
                vcpus: [
                    HostVCPU(
                        index: 0, timeNanoseconds: nil, affinity: cpus.map { PhysicalCPUSet($0) })
                ], current: 1, maximum: 1, readAt: .now)
            return GuestState(
                id: GuestID(source: .agentSocket(path: "/run/\(number)"), name: "g\(number)"),
                runState: .running, agent: .pending, reading: nil,
                host: HostState(reading: reading, pairing: .unknown, shares: [:]),
                isWritable: false, hostID: .local)
        }
        let snapshot = FleetSnapshot(takenAt: .now, sources: [], guests: guests, hosts: [host])
        return FleetText.lines(snapshot, isMeasured: false).map { line in
            line.split(separator: " ").map(String.init)
        }
    }

    @Test("where a vCPU is pinned, a column says to which host CPUs")
    func pinned() {
        let lines = table([[1, 2], [0, 1, 2, 3], nil])
        #expect(Array(lines[0].suffix(3)) == ["HOST", "PINNED", "SOURCE"])
        #expect(lines.dropFirst().map { $0[$0.count - 2] } == ["1-2", "-", "?"])
    }

    @Test("where none is, there is no such column")
    func notPinned() {
        for affinities: [[Int]?] in [[[0, 1, 2, 3]], [nil], []] {
            #expect(!table(affinities)[0].contains("PINNED"), "\(affinities)")
        }
    }
}
