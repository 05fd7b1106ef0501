import GuestVCPU
import Testing

@Suite("The hypervisor's index of a vCPU")
struct HostIndexTests {
    @Test(
        "a number from outside is an index only from 0 to 4095",
        arguments: [
            (0, true), (1, true), (4095, true), (-1, false), (4096, false), (.min, false),
            (.max, false),
        ])
    func range(number: Int, isIndex: Bool) {
        #expect(HostIndex(validating: number)?.number == (isIndex ? number : nil))
    }

    @Test("indices are in the order of their numbers")
    func order() {
        let indices: [HostIndex] = [5, 0, 4095, 3]
        #expect(indices.sorted().map(\.number) == [0, 3, 5, 4095])
    }
}
