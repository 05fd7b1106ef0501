import GuestVCPU
import Simulation
import Testing

@Suite struct SimulatedGuestTests {
    // MARK: Load

    @Test("an offline vCPU consumes no time, and every online one some")
    func offlineConsumesNothing() {
        var guest = SimulatedGuest(count: 8, busyness: 0.4, seed: 3)
        guest.advance(to: .seconds(10))
        #expect(
            guest.set([VCPUChange(id: 2, online: false), VCPUChange(id: 5, online: false)])
                == .count(2))
        let before = guest.vcpus
        for second in 11...40 { guest.advance(to: .milliseconds(second * 1000 + 137)) }
        for (earlier, later) in zip(before, guest.vcpus) {
            if [2, 5].contains(later.id) {
                #expect(later.timeNanoseconds == earlier.timeNanoseconds)
                #expect(later.waitNanoseconds == earlier.waitNanoseconds)
            } else {
                #expect(later.timeNanoseconds > earlier.timeNanoseconds)
            }
        }
        #expect(guest.set([VCPUChange(id: 2, online: true)]) == .count(1))
        let stopped = guest.vcpus[2].timeNanoseconds
        guest.advance(to: .seconds(50))
        #expect(guest.vcpus[2].timeNanoseconds > stopped)
    }

    @Test("no vCPU consumes more than the time that passed", arguments: [0.0, 0.3, 1.0, 5.0])
    func bounded(busyness: Double) {
        var guest = SimulatedGuest(count: 6, busyness: busyness, seed: 9)
        for second in 1...120 {
            let before = guest.vcpus.map(\.timeNanoseconds)
            guest.advance(to: .seconds(second))
            for (earlier, later) in zip(before, guest.vcpus.map(\.timeNanoseconds)) {
                #expect(later - earlier <= 1_000_000_000)
            }
        }
    }

    @Test("the load varies over time, and differs between vCPUs and guests")
    func moves() {
        func times(seed: UInt64, at second: Int) -> [UInt64] {
            var guest = SimulatedGuest(count: 4, busyness: 0.3, seed: seed)
            guest.advance(to: .seconds(second))
            let before = guest.vcpus.map(\.timeNanoseconds)
            guest.advance(to: .seconds(second + 1))
            return zip(guest.vcpus.map(\.timeNanoseconds), before).map { $0 - $1 }
        }
        #expect(Set(times(seed: 1, at: 10)).count == 4)
        #expect(times(seed: 1, at: 10) != times(seed: 1, at: 60))
        #expect(times(seed: 1, at: 10) != times(seed: 2, at: 10))
    }

    @Test("the online vCPUs take over the work of one that goes offline")
    func follows() {
        var all = SimulatedGuest(count: 4, busyness: 0.3, seed: 5)
        var half = all
        #expect(
            half.set([VCPUChange(id: 2, online: false), VCPUChange(id: 3, online: false)])
                == .count(2))
        all.advance(to: .seconds(300))
        half.advance(to: .seconds(300))
        let allWork = Double(all.vcpus.reduce(0) { $0 + $1.timeNanoseconds })
        let halfWork = Double(half.vcpus.reduce(0) { $0 + $1.timeNanoseconds })
        // Only the idle time of two vCPUs is missing.
        #expect(abs(allWork - halfWork) / allWork < 0.01)
        #expect(half.vcpus[0].timeNanoseconds > all.vcpus[0].timeNanoseconds)
    }

    @Test("a guest's state does not depend on how often it advances")
    func sameInAnySteps() {
        let habits: [SimulatedGuest.Habit] = [.autoscaler(ids: [1, 2, 3], period: .seconds(3))]
        let start = SimulatedGuest(
            vcpus: (0..<4).map { SimulatedVCPU(id: $0, isOfflinable: $0 > 0) }, habits: habits,
            seed: 8)
        var once = start
        once.advance(to: .seconds(100))
        var often = start
        for step in 1...1000 { often.advance(to: .milliseconds(step * 100)) }
        #expect(once.maps.hasSameState(as: often.maps))
        for (one, other) in zip(once.vcpus, often.vcpus) {
            // Each step may lose a nanosecond by rounding.
            #expect(one.timeNanoseconds.distance(to: other.timeNanoseconds).magnitude <= 1000)
        }
        var again = start
        again.advance(to: .seconds(100))
        #expect(again == once)
    }

    @Test("time that stands still, goes back or jumps far does no harm")
    func oddTimes() {
        var guest = SimulatedGuest(count: 4, seed: 1)
        guest.advance(to: .seconds(10))
        let before = guest
        guest.advance(to: .seconds(10))
        guest.advance(to: .seconds(4))
        #expect(guest == before)
        guest.advance(to: .seconds(86_400 * 365))
        #expect(guest.vcpus[0].timeNanoseconds > before.vcpus[0].timeNanoseconds)
    }

    // MARK: Sets, as the real agent makes them

    struct SetCase: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let changes: [VCPUChange]
        let reply: SimulatedGuest.SetReply
        let online: String

        init(
            _ name: String, _ changes: [(Int, Bool)], _ reply: SimulatedGuest.SetReply,
            online: String
        ) {
            testDescription = name
            self.changes = changes.map { VCPUChange(id: $0.0, online: $0.1) }
            self.reply = reply
            self.online = online
        }
    }

    /// CPU 0 has no `online` file, 5 is offline, 7 cannot go offline, 8 cannot come online, and 9
    /// is read-only; 3, 4 and 6 do not exist.
    static let staged = SimulatedGuest(vcpus: [
        SimulatedVCPU(id: 0, isOfflinable: false), SimulatedVCPU(id: 1), SimulatedVCPU(id: 2),
        SimulatedVCPU(id: 5, isOnline: false),
        SimulatedVCPU(id: 7, offlineFailure: SetFailure(.noSpace)),
        SimulatedVCPU(id: 8, isOnline: false, onlineFailure: SetFailure(.inputOutput)),
        SimulatedVCPU(id: 9, offlineFailure: SetFailure(.readOnly)),
    ])

    @Test(
        "a set makes its changes in order, and ends at the first failure",
        arguments: [
            SetCase("nothing", [], .count(0), online: "0-2,7,9"),
            SetCase("mixed", [(5, true), (1, false), (2, false)], .count(3), online: "0,5,7,9"),
            SetCase("as it is already", [(1, true), (5, false)], .count(2), online: "0-2,7,9"),
            SetCase("the same one twice", [(1, false), (1, true)], .count(2), online: "0-2,7,9"),
            SetCase("online without a file", [(0, true)], .count(1), online: "0-2,7,9"),
            SetCase(
                "offline without a file", [(0, false)],
                .error("logical processor #0 can't be offlined"), online: "0-2,7,9"),
            SetCase(
                "one that is not there", [(9999, true)],
                .error(#"open("/sys/devices/system/cpu/cpu9999/"): No such file or directory"#),
                online: "0-2,7,9"),
            SetCase(
                "a negative id", [(-1, true)],
                .error(#"open("/sys/devices/system/cpu/cpu-1/"): No such file or directory"#),
                online: "0-2,7,9"),
            SetCase(
                "the first fails", [(7, false), (1, false)],
                .error(#"pwrite("/sys/devices/system/cpu/cpu7//online"): No space left on device"#),
                online: "0-2,7,9"),
            SetCase(
                "a later one fails", [(1, false), (7, false), (2, false)], .count(1),
                online: "0,2,7,9"),
            SetCase(
                "coming online fails", [(8, true)],
                .error(#"pwrite("/sys/devices/system/cpu/cpu8//online"): Input/output error"#),
                online: "0-2,7,9"),
            SetCase("what fails is as asked already", [(7, true)], .count(1), online: "0-2,7,9"),
            SetCase(
                "read-only fails even where nothing changes", [(9, true)],
                .error(#"open("/sys/devices/system/cpu/cpu9//online"): Read-only file system"#),
                online: "0-2,7,9"),
        ])
    func set(_ example: SetCase) {
        var guest = Self.staged
        #expect(guest.set(example.changes) == example.reply)
        #expect(guest.maps.online.list == example.online)
    }

    @Test("the kernel keeps its last CPU online")
    func lastOnline() {
        var guest = SimulatedGuest(vcpus: [SimulatedVCPU(id: 0), SimulatedVCPU(id: 1)])
        let changes = [VCPUChange(id: 0, online: false), VCPUChange(id: 1, online: false)]
        #expect(guest.set(changes) == .count(1))
        #expect(
            guest.set([changes[1]])
                == .error(
                    #"pwrite("/sys/devices/system/cpu/cpu1//online"): Device or resource busy"#))
        #expect(guest.maps.online == [1])
    }

    @Test("a later try succeeds after a temporary failure")
    func transient() {
        var guest = SimulatedGuest(vcpus: [
            SimulatedVCPU(id: 0),
            SimulatedVCPU(id: 1, offlineFailure: SetFailure(.busy, tries: 2)),
        ])
        let change = [VCPUChange(id: 1, online: false)]
        let busy = SimulatedGuest.SetReply.error(
            #"pwrite("/sys/devices/system/cpu/cpu1//online"): Device or resource busy"#)
        #expect(guest.set(change) == busy)
        #expect(guest.set(change) == busy)
        #expect(guest.set(change) == .count(1))
    }

    @Test("ids out of range and duplicate ids are dropped")
    func badIDs() {
        let guest = SimulatedGuest(
            vcpus: [4096, -1, 3, 3, 4095].map { SimulatedVCPU(id: $0) })
        #expect(guest.maps.vcpus.list == "3,4095")
    }

    // MARK: Habits

    @Test("an autoscaler takes its vCPUs offline and online again, one in each period")
    func autoscaler() {
        var guest = SimulatedGuest(
            vcpus: (0..<4).map { SimulatedVCPU(id: $0, isOfflinable: $0 > 0) },
            habits: [.autoscaler(ids: [1, 2, 3], period: .seconds(3))])
        var seen: [String] = []
        for second in stride(from: 1, through: 22, by: 3) {
            guest.advance(to: .seconds(second))
            seen.append(guest.maps.online.list)
        }
        #expect(seen == ["0-3", "0-2", "0-1", "0", "0-1", "0-2", "0-3", "0-2"])
    }

    @Test("freezes and stalls come at the end of each period")
    func windows() {
        var guest = SimulatedGuest(
            vcpus: [SimulatedVCPU(id: 0)],
            habits: [
                .freezes(every: .seconds(60), for: .seconds(20)),
                .stalls(every: .seconds(45), for: .seconds(30)),
            ])
        let table: [(second: Int, isFrozen: Bool, stall: Int)] = [
            (0, false, 0), (14, false, 0), (15, false, 30), (39, false, 6), (40, true, 5),
            (45, true, 0), (59, true, 0), (60, false, 30), (100, true, 0),
        ]
        for row in table {
            guest.advance(to: .seconds(row.second))
            #expect(guest.isFrozen == row.isFrozen, "\(row.second)")
            #expect(guest.stall == .seconds(row.stall), "\(row.second)")
        }
    }
}
