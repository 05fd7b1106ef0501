import GuestVCPU
import TestSupport
import Testing

@Suite("sets of a machine's CPUs")
struct PhysicalCPUSetTests {
    @Test(
        "lists of the kernel and of libvirt are read",
        arguments: [
            ("0-3,8", [0, 1, 2, 3, 8]), ("5\n", [5]), (" 0,2 \n", [0, 2]), ("8191", [8191]),
            ("", []), ("\n", []), ("3,1-2,2", [1, 2, 3]), ("0007", [7]),
        ] as [(String, [Int])])
    func lists(text: String, ids: [Int]) {
        #expect(PhysicalCPUSet(list: text.utf8)?.ids == ids)
    }

    @Test(
        "what is no list is refused",
        arguments: [
            ",", "1,", ",1", "1-", "-1", "-", "3-1", "8192", "0-8192", "99999", "1--2", "1-2-3",
            "0x1", "^1", "1 2", "a", "1;2", "18446744073709551616", "\0",
        ])
    func wrong(text: String) {
        #expect(PhysicalCPUSet(list: text.utf8) == nil)
    }

    @Test("a list that is printed is read as the same set")
    func roundTrip() {
        var random = SeededGenerator(seed: 4)
        for _ in 0..<200 {
            let ids = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                Int.random(in: 0...8191, using: &random)
            }
            let set = PhysicalCPUSet(ids)
            #expect(set.ids == Set(ids).sorted())
            #expect(PhysicalCPUSet(list: set.list.utf8) == set)
        }
    }

    @Test("numbers out of range are left out")
    func range() {
        #expect(PhysicalCPUSet([-1, 0, 8191, 8192, .max, .min]).ids == [0, 8191])
        #expect(!PhysicalCPUSet([1]).contains(-1) && !PhysicalCPUSet([1]).contains(.max))
    }
}
