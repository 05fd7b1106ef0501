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
}
