import GuestVCPU
import Testing

@testable import QEMUHost

@Suite("The system's files about a thread")
struct ThreadStatTests {
    @Test(
        "a stat line is parsed",
        arguments: [
            "CPU 3/KVM", "a) R 1 2 3 (b", "", ")", "(((", "x y", "é",
        ])
    func stat(name: String) throws {
        let line = ProcessTree.stat(4711, name, "R", 196, 12345, 7)
        let stat = try #require(ThreadStat(parsing: Array(line.utf8)))
        #expect(stat.name == name)
        #expect(stat.state == "R")
        #expect(stat.ticks == 196)
        #expect(stat.startTicks == 12345)
        #expect(stat.physicalCPU == 7)
    }

    @Test("a truncated stat line is refused, unless it lacks only the physical CPU")
    func cut() {
        let line = Array(ProcessTree.stat(4711, "CPU 3/KVM", "R", 196, 12345, 7).utf8)
        for length in 0..<line.count {
            guard let stat = ThreadStat(parsing: Array(line.prefix(length))) else { continue }
            #expect(stat.name == "CPU 3/KVM")
            #expect(stat.state == "R")
            #expect(stat.ticks == 196)
        }
        #expect(ThreadStat(parsing: line) != nil)
    }

    @Test(
        "a malformed stat line is refused",
        arguments: [
            "", ")(", "1 (a", "1 a) R", "1 (a)", "1 (a) R",
            "1 (a) R x x x x x x x x x x x x x x x x x x x x x",
            "1 (a) R 1 1 1 1 1 1 1 1 1 1 -1 1 1 1 1 1 1 1 1 1 1 1 1",
            "1 (a) R 1 1 1 1 1 1 1 1 1 1 99999999999999999999 1 1 1 1 1 1 1 1 1 1 1",
        ])
    func refused(text: String) {
        #expect(ThreadStat(parsing: Array(text.utf8)) == nil)
    }

    @Test("ticks whose sum overflows do not trap")
    func overflow() throws {
        let text = "1 (a) R 1 1 1 1 1 1 1 1 1 1 18446744073709551615 9 1 1 1 1 1 1 5 1"
        let stat = try #require(ThreadStat(parsing: Array(text.utf8)))
        #expect(stat.startTicks == 5)
    }

    @Test(
        "a schedstat line is parsed",
        arguments: [
            ("1960000000 244467037 512\n", 1_960_000_000, 244_467_037), ("1 0 1", 1, 0),
        ] as [(String, UInt64, UInt64)])
    func schedule(text: String, run: UInt64, wait: UInt64) throws {
        let schedule = try #require(ThreadSchedule(parsing: Array(text.utf8)))
        #expect(schedule.runNanoseconds == run)
        #expect(schedule.waitNanoseconds == wait)
    }

    @Test(
        "zeros and malformed schedstat lines are refused",
        arguments: [
            "0 0 0\n", "", "\n", "1 2", "a b c", "-1 2 3", "99999999999999999999 1 1",
        ])
    func noSchedule(text: String) {
        #expect(ThreadSchedule(parsing: Array(text.utf8)) == nil)
    }

    @Test(
        "a thread's name gives its vCPU",
        arguments: [
            ("CPU 0/KVM", .one(0)), ("CPU 13/TCG", .one(13)),
            ("CPU 4095/KVM", .one(4095)), ("ALL CPUs/TCG", .all),
            ("CPU 4096/KVM", nil), ("CPU 99999999999999999999/KVM", nil), ("CPU /KVM", nil),
            ("CPU -1/KVM", nil), ("CPU +1/KVM", nil), ("CPU 1", nil), ("CPU 1 /KVM", nil),
            ("CPU ٣/KVM", nil), ("qemu-system-x86", nil), ("worker", nil), ("", nil),
            ("XCPU 1/KVM", nil),
        ] as [(String, VCPUThreadName?)])
    func names(name: String, meaning: VCPUThreadName?) {
        #expect(VCPUThreadName(name) == meaning)
    }
}
