import GuestVCPU
import Testing

@Suite("Which guest vCPU a host vCPU is")
struct PairingTests {
    private func hosts(_ indices: [HostIndex]) -> [HostVCPU] {
        indices.map { HostVCPU(index: $0, timeNanoseconds: 0) }
    }

    /// The hypervisor's vCPUs, by their places in the order of plugging.
    private func hosts(order: [(index: HostIndex, place: Int)]) -> [HostVCPU] {
        order.map { HostVCPU(index: $0.index, timeNanoseconds: 0, plugOrder: $0.place) }
    }

    /// The guest's number of each index that is paired.
    private func pairs(_ pairing: Pairing) -> [HostIndex: Int] {
        Dictionary(
            (0...9).map { HostIndex($0) }.compactMap { index in
                pairing.guestID(of: index).map { (index, $0) }
            },
            uniquingKeysWith: { $1 })
    }

    @Test("CPUs of the boot pair by number, as an inference")
    func dense() {
        let pairing = Pairing.infer(guest: [0, 1, 2], host: hosts([0, 1, 2]))
        #expect(pairing.confidence == .inferred)
        #expect(pairs(pairing) == [0: 0, 1: 1, 2: 2])
    }

    @Test(
        "anything else is unknown, and no row is attributed",
        arguments: [
            ([0, 1, 2, 3], [0, 1, 3, 5]), ([0, 1, 3], [0, 1, 3]), ([0, 1], [0, 1, 2]),
            ([0, 1, 2], [0, 1]), ([0, 1], [1, 1]), ([], []),
        ] as [([Int], [HostIndex])])
    func unknown(guest: [Int], host: [HostIndex]) {
        let pairing = Pairing.infer(guest: CPUMap(guest), host: hosts(host))
        #expect(pairing == .unknown)
        #expect(host.allSatisfy { pairing.guestID(of: $0) == nil })
    }

    @Test("of a restored machine only the firmware tells, whatever the order of its threads")
    func restored() {
        for host in [hosts([0, 1, 2]), hosts(order: [(0, 0), (1, 0), (2, 0)])] {
            func pairing(isRestored: Bool, firmware: [Int: HostIndex] = [:]) -> Pairing {
                Pairing(
                    guest: AgentReading(
                        vcpus: GuestVCPUs(
                            vcpus: [0, 1, 2], online: [0], offlinable: [], readAt: .now),
                        version: nil, setSupport: .unknown, firmwareIndices: firmware),
                    host: HostReading(
                        vcpus: host, current: 3, maximum: nil, readAt: .now,
                        isPlugOrderWatched: true, isRestored: isRestored))
            }
            #expect(pairing(isRestored: false).confidence == .inferred)
            #expect(pairing(isRestored: true) == .unknown)
            let told = pairing(isRestored: true, firmware: [0: 0, 1: 2, 2: 1])
            #expect(told.confidence == .confirmed && told.guestID(of: 2) == 1)
        }
    }

    @Test("numbers pair only where the threads were made in the same order")
    func threads() {
        func confidence(_ threads: [Int?]) -> Pairing.Confidence {
            let host = threads.enumerated().map {
                HostVCPU(index: HostIndex($0.offset), timeNanoseconds: 0, thread: $0.element)
            }
            return Pairing.infer(guest: [0, 1, 2], host: host).confidence
        }
        #expect(confidence([71, 72, 90]) == .inferred)
        #expect(confidence([71, 90, 72]) == .unknown)
        #expect(confidence([71, nil, 72]) == .inferred)
        // One thread for all of them.
        #expect(confidence([71, 71, 71]) == .inferred)
    }

    struct Case: Sendable {
        let order: [(index: HostIndex, place: Int)]
        let isWatched: Bool
        let pairs: [HostIndex: Int]

        init(
            _ order: [(index: HostIndex, place: Int)], watched: Bool = false,
            _ pairs: [HostIndex: Int]
        ) {
            (self.order, isWatched, self.pairs) = (order, watched, pairs)
        }
    }

    static let cases = [
        // All there since the machine began.
        Case([(0, 0), (1, 0), (2, 0)], [0: 0, 1: 1, 2: 2]),
        // One plugged later, wherever.
        Case([(0, 0), (1, 0), (5, 1)], [0: 0, 1: 1, 5: 2]),
        Case([(0, 0), (1, 0), (2, 1)], [0: 0, 1: 1, 2: 2]),
        // Two: one of them may have been in the other's place before.
        Case([(0, 0), (1, 0), (5, 1), (3, 2)], [0: 0, 1: 1]),
        Case([(0, 0), (1, 0), (2, 1), (3, 2)], [0: 0, 1: 1]),
        // One of the boot was unplugged, and the guest rebooted since.
        Case([(0, 0), (2, 0), (3, 0)], [0: 0]),
        // An order alone.
        Case([(0, 1), (1, 2), (2, 3)], [0: 0, 1: 1, 2: 2]),
        Case([(0, 1), (1, 2), (5, 3), (3, 4)], [0: 0, 1: 1]),
        Case([(0, 1), (1, 2), (3, 3), (2, 4), (4, 5)], [0: 0, 1: 1, 4: 4]),
        // Both a number by order and one by rank, and still not for certain.
        Case([(0, 1), (3, 2), (2, 3), (1, 4)], [0: 0]),
        // Watched: slots 5 and then 3, which only the order can have numbered.
        Case([(0, 1), (1, 2), (5, 3), (3, 4)], watched: true, [0: 0, 1: 1, 5: 2, 3: 3]),
        // Watched, but a kernel may have set numbers aside for both.
        Case([(0, 1), (1, 2), (3, 3), (2, 4)], watched: true, [0: 0, 1: 1]),
        Case([(0, 1), (2, 2), (5, 3), (3, 4), (1, 5)], watched: true, [0: 0, 2: 1, 5: 2]),
        // An order that cannot be one.
        Case([(0, 1), (1, 1)], [:]),
    ]

    @Test("only numbers that no other history could have given are paired", arguments: cases)
    func order(_ expected: Case) {
        let pairing = Pairing.infer(
            guest: CPUMap(0..<expected.order.count), host: hosts(order: expected.order.reversed()),
            isPlugOrderWatched: expected.isWatched)
        #expect(pairs(pairing) == expected.pairs)
        #expect(pairing.confidence == (expected.pairs.isEmpty ? .unknown : .inferred))
    }

    // MARK: - What the firmware says

    private func pairing(
        claims: [Int: HostIndex], guest: CPUMap = [0, 1, 2, 3], incarnation: UInt64? = nil,
        host indices: [HostIndex] = [0, 1, 3, 5]
    ) -> Pairing {
        let reading = AgentReading(
            vcpus: GuestVCPUs(
                vcpus: guest, online: guest, offlinable: [], readAt: .now,
                boot: GuestBoot(incarnation: incarnation)),
            version: nil, setSupport: .available, firmwareIndices: claims)
        return Pairing(
            guest: reading,
            host: HostReading(
                vcpus: hosts(indices), current: indices.count, maximum: nil, readAt: .now,
                incarnation: 7))
    }

    @Test("the firmware's word confirms the pairing, gaps and all")
    func confirmed() {
        let claims: [Int: HostIndex] = [0: 0, 1: 1, 2: 5, 3: 3]
        for incarnation in [nil, 7] as [UInt64?] {
            let pairing = pairing(claims: claims, incarnation: incarnation)
            #expect(pairing.confidence == .confirmed)
            #expect(pairs(pairing) == [0: 0, 1: 1, 5: 2, 3: 3])
            #expect(pairing.isComplete(for: 4))
        }
    }

    @Test("a vCPU of which the firmware says nothing is in no pair")
    func partial() {
        let pairing = pairing(claims: [2: 5])
        #expect(pairing.confidence == .confirmed)
        #expect(pairs(pairing) == [5: 2])
        #expect(!pairing.isComplete(for: 4))
    }

    @Test(
        "claims that cannot be true tell nothing",
        arguments: [
            [0: 0, 1: 1, 2: 5, 3: 5], [0: 0, 1: 1, 2: 2, 3: 3], [0: 0, 1: 1, 2: 5, 4: 3],
        ] as [[Int: HostIndex]])
    func impossible(claims: [Int: HostIndex]) {
        #expect(pairing(claims: claims) == .unknown)
    }

    @Test("what was said before the guest became another incarnation tells nothing")
    func otherIncarnation() {
        #expect(pairing(claims: [0: 0], incarnation: 6) == .unknown)
        #expect(
            pairing(claims: [:], guest: [0, 1], incarnation: 6, host: [0, 1]) == .unknown)
        #expect(
            pairing(claims: [:], guest: [0, 1], incarnation: 7, host: [0, 1]).confidence
                == .inferred)
    }

    @Test("newer maps keep the firmware's word only for the same vCPUs of the same boot")
    func newerMaps() {
        func maps(_ ids: CPUMap, of incarnation: UInt64? = 7) -> GuestVCPUs {
            GuestVCPUs(
                vcpus: ids, online: [0], offlinable: [], readAt: .now,
                boot: GuestBoot(incarnation: incarnation))
        }
        let reading = AgentReading(
            vcpus: maps([0, 1]), version: nil, setSupport: .available,
            firmwareIndices: [0: 0, 1: 5])
        #expect(reading.with(maps([0, 1])).firmwareIndices == [0: 0, 1: 5])
        #expect(reading.with(maps([0, 1, 2])).firmwareIndices == [:])
        #expect(reading.with(maps([0, 1], of: nil)).firmwareIndices == [0: 0, 1: 5])
        #expect(reading.with(maps([0, 1], of: 8)).firmwareIndices == [:])
        #expect(reading.with(maps([0, 1], of: 8)).incarnation == 8)
    }
}
