import GuestVCPU
import Testing

@Suite("Which guest vCPU a host vCPU is")
struct PairingTests {
    private func hosts(_ ids: [Int]) -> [HostVCPU] {
        ids.map { HostVCPU(id: $0, timeNanoseconds: 0) }
    }

    @Test("CPUs of the boot pair by number, as an inference")
    func dense() {
        let pairing = Pairing.infer(guest: [0, 1, 2], host: hosts([0, 1, 2]))
        #expect(pairing.confidence == .inferred)
        #expect((0...2).allSatisfy { pairing.guestID(of: $0) == $0 })
    }

    @Test(
        "anything else is unknown, and no row is attributed",
        arguments: [
            ([0, 1, 2, 3], [0, 1, 3, 5]), ([0, 1, 3], [0, 1, 3]), ([0, 1], [0, 1, 2]),
            ([0, 1, 2], [0, 1]), ([], []), ([0], [4096]), ([0], [-1]),
        ] as [([Int], [Int])])
    func unknown(guest: [Int], host: [Int]) {
        let pairing = Pairing.infer(guest: CPUMap(guest), host: hosts(host))
        #expect(pairing == .unknown)
        #expect(host.allSatisfy { pairing.guestID(of: $0) == nil })
    }

    @Test("numbers pair only where the threads were made in the same order")
    func order() {
        func confidence(_ threads: [Int?]) -> Pairing.Confidence {
            let host = threads.enumerated().map {
                HostVCPU(id: $0.offset, timeNanoseconds: 0, thread: $0.element)
            }
            return Pairing.infer(guest: [0, 1, 2], host: host).confidence
        }
        #expect(confidence([71, 72, 90]) == .inferred)
        #expect(confidence([71, 90, 72]) == .unknown)
        #expect(confidence([71, nil, 72]) == .inferred)
        // One thread for all of them.
        #expect(confidence([71, 71, 71]) == .inferred)
    }
}
