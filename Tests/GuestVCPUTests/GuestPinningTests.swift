import Testing

@testable import GuestVCPU

@Suite("the CPUs that a guest's vCPUs are pinned to")
struct GuestPinningTests {
    /// Of a guest whose vCPUs may run on these CPUs, on a machine with CPUs 0 to 7 online.
    private func pinning(_ affinities: [[Int]?]) -> GuestPinning? {
        let vcpus = affinities.enumerated().map { number, cpus in
            HostVCPU(
                index: HostIndex(number), timeNanoseconds: nil,
                affinity: cpus.map { PhysicalCPUSet($0) })
        }
        let reading = HostReading(
            vcpus: vcpus, current: nil, maximum: nil, readAt: ContinuousClock.now)
        return GuestPinning(of: reading, online: PhysicalCPUSet(0..<8))
    }

    @Test("pinned vCPUs are counted, and their CPUs are one list")
    func cases() {
        let all = Array(0..<64)
        let cases: [([[Int]?], count: Int?, text: String?)] = [
            ([], nil, nil), ([nil, nil], nil, nil),
            ([all, all], 0, "-"), ([all, nil], 0, "-"), ([nil, Array(0..<8)], 0, "-"),
            ([[2], [2]], 2, "2"), ([[0, 1], [2, 3]], 2, "0-3"), ([[0], all, [5]], 2, "0,5"),
            ([all, [1, 2], [1, 2], nil, all], 2, "1-2"),
            // CPUs that are offline count for nothing.
            ([[7, 8, 9]], 1, "7"), ([[9]], 1, "none online"), ([[9], [3]], 2, "3"),
        ]
        for (affinities, count, text) in cases {
            let pinning = pinning(affinities)
            #expect(pinning?.count == count, "\(affinities)")
            #expect(pinning?.text == text, "\(affinities)")
        }
    }

    @Test("nothing is known without a reading, and without the machine's CPUs")
    func unknown() {
        #expect(GuestPinning(of: nil, online: PhysicalCPUSet(0..<8)) == nil)
        let reading = HostReading(
            vcpus: [HostVCPU(index: 0, timeNanoseconds: nil, affinity: PhysicalCPUSet([0]))],
            current: nil, maximum: nil, readAt: ContinuousClock.now)
        #expect(GuestPinning(of: reading, online: nil) == nil)
    }
}
