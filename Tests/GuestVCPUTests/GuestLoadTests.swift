import GuestVCPU
import Testing

@Suite("what a guest as a whole uses of the host's CPUs, and how long it waits for them")
struct GuestLoadTests {
    private static let now = ContinuousClock.now

    /// - Parameter online: nil where the guest was never read.
    private static func load(
        plugged: Int, online: CPUMap?, _ shares: HostColumn<Double>,
        waits: HostColumn<Double> = [:]
    ) -> GuestLoad {
        let vcpus = (0..<plugged).map { HostVCPU(index: HostIndex($0), timeNanoseconds: 1) }
        let maps = online.map {
            GuestVCPUs(vcpus: CPUMap(0..<plugged), online: $0, offlinable: [], readAt: now)
        }
        return GuestLoad(
            of: GuestState(
                id: GuestID(source: .simulation, name: "g"), runState: .running, agent: .ok,
                reading: maps.map {
                    AgentReading(vcpus: $0, version: nil, setSupport: .available)
                },
                host: HostState(
                    reading: HostReading(
                        vcpus: vcpus, current: plugged, maximum: plugged, readAt: now),
                    pairing: .unknown, shares: shares, waitShares: waits), isWritable: true))
    }

    @Test("use is of what the online vCPUs could use, and never more than all of it")
    func use() {
        let cases: [(plugged: Int, online: CPUMap?, HostColumn<Double>, Double?)] = [
            (4, [0, 1, 2, 3], [0: 0.5, 1: 0.5, 2: 0, 3: 0], 25),
            // The offline vCPUs are idle, and no part of what could be used.
            (4, [0, 1], [0: 0.5, 1: 0.5, 2: 0, 3: 0], 50),
            (4, [0, 1], [0: 1, 1: 1, 2: 0.2, 3: 0], 100),
            // Never read: of those that are plugged.
            (4, nil, [0: 0.5, 1: 0.5, 2: 0, 3: 0], 25),
            // One was plugged between the readings, so nothing is known of it yet.
            (3, [0, 1, 2], [0: 0.5, 1: 0.25], 37.5),
            (2, [0, 1], [0: 0.3333, 1: 0.3333], 33.3),
            (2, [0, 1], [0: .nan, 1: 0.2], 20), (2, [0, 1], [0: .infinity], nil),
            (2, [], [0: 0.1, 1: 0.1], nil), (2, [0, 1], [:], nil), (0, [], [:], nil),
        ]
        for (plugged, online, shares, percent) in cases {
            let load = Self.load(plugged: plugged, online: online, shares)
            #expect(load.usePercent == percent, "\(plugged) \(String(describing: online))")
        }
    }

    @Test("the vCPU that waited most stands for the guest, and the mean is over the online ones")
    func wait() {
        let one = Self.load(plugged: 4, online: [0, 1], [:], waits: [0: 0.02, 1: 0.2204, 2: 0])
        #expect(one.longestWaitPercent == 22)
        #expect(one.meanWaitPercent == 12)
        #expect(one.cores == nil && one.usePercent == nil)
        let idle = Self.load(plugged: 2, online: [0, 1], [:], waits: [0: 0, 1: 0])
        #expect(idle.longestWaitPercent == 0 && idle.meanWaitPercent == 0)
        // Not counted is not the same as not waiting.
        #expect(Self.load(plugged: 2, online: [0, 1], [0: 1]).longestWaitPercent == nil)
        #expect(
            Self.load(plugged: 1, online: [0], [:], waits: [0: 7]).longestWaitPercent == 100)
    }
}
