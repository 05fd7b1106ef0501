import CanvasKit
import GuestVCPU
import TestSupport
import Testing

@testable import Dashboard

@Suite("marks")
struct MarkingTests {
    private func marks(_ driver: Driver, _ name: String) -> String {
        let marks = driver.model.shared.marks[SampleFleet.id(name)]
        return "+\(marks.online.list) -\(marks.offline.list)"
    }

    @Test(
        "keys mark what can be changed, and say why they do not mark the rest",
        arguments: [
            // guest, vCPU, keys, marks, what is said
            ("web-03", 7, " ", "+ -7", nil),
            ("web-03", 7, "  ", "+ -", nil),
            ("web-03", 7, "-", "+ -7", nil),
            ("web-03", 7, "-+", "+ -", nil),
            ("web-03", 7, "+", "+ -", "already so: nothing marked"),
            ("web-03", 0, " ", "+ -", "vCPU 0 of web-03: the guest says it is not offlinable"),
            ("db-01", 60, " ", "+60 -", nil),
            ("db-01", 60, "+-", "+ -", nil),
            ("web-03", 5, "v<right><right> ", "+ -5-7", nil),
            ("web-03", 5, "v<right><right>  ", "+ -5-6", nil),
            (
                "web-03", 1, "v<left>-", "+ -1",
                "vCPU 0 of web-03: the guest says it is not offlinable"
            ),
            ("db-01", 58, "v<right><right><right> ", "+60-61 -58-59", nil),
            ("db-01", 58, "v<right><right><right>+", "+60-61 -", nil),
            ("web-03", 7, "v<esc> ", "+ -7", nil),
            ("web-03", 2, "=5<ret>", "+ -5-7", nil),
            ("ci-runner-007", 0, "=10<ret>", "+8-9 -", nil),
            ("web-03", 2, "=9<ret>", "+ -", "web-03 can have 1 to 8 vCPUs online"),
            ("web-03", 2, "=0<ret>", "+ -", "web-03 can have 1 to 8 vCPUs online"),
            ("web-03", 2, "=5<esc>", "+ -", nil),
            ("web-03", 2, "=al5<ret>", "+ -", "'al5' is no number of vCPUs, nor 'all' and one"),
            (
                "web-03", 2, "=all 7<ret>", "+ -7",
                "27 guests left as they are: they cannot have 7 vCPUs online, or cannot be changed"
            ),
            ("web-03", 2, "=8<bs>7<ret>", "+ -7", nil),
            ("web-03", 0, ":5-7,^6<ret>", "+ -5,7", nil),
            ("web-03", 0, ":5-7<ret>:6<ret>", "+ -5,7", nil),
            ("web-03", 0, ":-3-4<ret>", "+ -3-4", nil),
            (
                "web-03", 0, ": all -7<ret>", "+ -7",
                "win-ts-01: the guest's agent cannot change vCPU states"
            ),
            ("db-01", 0, ":58-61<ret>", "+60-61 -58-59", nil),
            ("db-01", 0, ":+58-61<ret>", "+60-61 -", nil),
            (
                "web-03", 0, ":-0-1<ret>", "+ -1",
                "vCPU 0 of web-03: the guest says it is not offlinable"
            ),
            ("web-03", 0, ":+5<ret>", "+ -", "already so: nothing marked"),
            ("web-03", 0, ":7<esc>", "+ -", nil),
            ("web-03", 7, " <left> u", "+ -", nil),
            ("web-03", 7, " <left> z", "+ -7", nil),
            ("web-03", 7, " <left> zzZ", "+ -7", nil),
            ("web-03", 7, "z", "+ -", "z: there is nothing to undo"),
            (
                "win-ts-01", 3, " ", "+ -",
                "Spc: the guest's agent cannot change vCPU states"
            ),
            ("legacy-rhel5", 0, " ", "+ -", "Spc: its vCPUs were never read"),
            ("legacy-rhel5", 0, "=", "+ -", "=: its vCPUs were never read"),
        ] as [(String, Int, String, String, String?)])
    func keys(name: String, vcpu: Int, keys: String, expected: String, said: String?) {
        var driver = Driver()
        driver.go(to: name, vcpu)
        driver.press(keys)
        #expect(marks(driver, name) == expected)
        #expect(driver.model.shared.notice?.text == said)
    }

    @Test("why a guest cannot be marked by a list is said before anything is typed")
    func listOfNeverRead() {
        var driver = Driver()
        driver.go(to: "legacy-rhel5")
        driver.press(":")
        let status = driver.render().line(22).map(\.text).joined()
        #expect(status.contains("its vCPUs were never read; 'all'"))
        driver.press("all -7<ret>")
        #expect(marks(driver, "web-03") == "+ -7")
        // Where there is no other guest there is nothing to type.
        driver = Driver(fleet: SampleFleet(guests: []))
        driver.fleet.guests = SampleFleet.sample.guests.filter { $0.id.name == "legacy-rhel5" }
        driver.snapshot()
        driver.press(":")
        #expect(driver.model.dialogs.isEmpty)
        #expect(driver.model.shared.notice?.text == ":: its vCPUs were never read")
    }

    @Test(
        "a list that cannot be marked stays to be corrected, and it is said what is wrong",
        arguments: [
            ("", "column 1: the list is empty"),
            ("3-", "column 3: a number is missing"),
            ("+3-7,^5-6", "column 8: '^' takes a single number"),
            ("all -3x", "column 7: unexpected 'x'"),
            ("7-3", "column 1: the range 7-3 goes down"),
            ("3-5000", "column 3: 5000 is above 4095"),
            ("^3", "column 1: no vCPU is left of the list"),
            ("6-9", "web-03 has no vCPU 8-9"),
            ("all 4000", "no listed guest has such a vCPU"),
        ])
    func badList(text: String, words: String) {
        var driver = Driver()
        driver.press(":\(text)<ret>")
        guard let prompt = driver.model.prompt as? MarkPrompt else {
            Issue.record("taken")
            return
        }
        #expect(prompt.problem == words)
        #expect(driver.model.shared.marks.isEmpty)
        driver.press("<bs>")
        guard let corrected = driver.model.prompt as? MarkPrompt else {
            Issue.record("closed")
            return
        }
        #expect(corrected.problem == nil)
    }

    @Test("all guests that the filter lists are marked by one order, as one step")
    func markAll() {
        var driver = Driver()
        driver.press("fname=app vcpus=8<ret>:all -6-7<ret>")
        let marked = driver.model.shared.marks.byGuest
        #expect(marked.count == 10)
        #expect(marked.keys.allSatisfy { $0.name.hasPrefix("app-") })
        #expect(marks(driver, "app-2.prod") == "+ -6-7")
        #expect(marks(driver, "app-18.prod") == "+ -6")
        driver.press("cy")
        #expect(driver.effects.allSatisfy { !$0.isCommit })
        driver.press("<esc>z")
        #expect(driver.model.shared.marks.isEmpty)
    }

    @Test("a range over rows marks the same vCPUs of each guest")
    func rectangle() {
        var driver = Driver()
        driver.go(to: "web-03", 6)
        driver.press("v<down><right>-")
        #expect(marks(driver, "web-03") == "+ -6-7")
        #expect(marks(driver, "web-04") == "+ -6-7")
        driver.press("z")
        #expect(driver.model.shared.marks.isEmpty)
    }

    @Test("the last online vCPU cannot be marked, whatever was marked before")
    func lastOnline() {
        let vcpus = CPUMap(0..<3)
        let guest = SampleFleet.guest(
            "all", vcpus: vcpus, offline: [2], fixed: [], host: nil)
        var driver = Driver(fleet: SampleFleet(guests: [guest]))
        driver.press("v<end>-")
        #expect(marks(driver, "all") == "+ -1")
        #expect(
            driver.model.shared.notice?.text == "vCPU 0 of all: no vCPU would be left online")
        driver.go(to: "all", 2)
        driver.press("+")
        driver.go(to: "all", 0)
        driver.press("-")
        #expect(marks(driver, "all") == "+2 -0-1")
        driver.go(to: "all", 2)
        driver.press(" ")
        #expect(marks(driver, "all") == "+2 -0-1")
        driver.press("-")
        #expect(marks(driver, "all") == "+2 -0-1")
    }

    @Test("rows stay where they are while something is marked")
    func frozen() {
        var driver = Driver()
        driver.press("<right> ")
        let rows = driver.model.shared.roster.rows
        driver.fleet.guests.reverse()
        driver.snapshot()
        #expect(driver.model.shared.roster.rows == rows)
        driver.press("s")
        #expect(
            driver.model.shared.notice?.text == "s: the order is held while something is marked")
        driver.press("U")
        driver.snapshot()
        #expect(driver.model.shared.roster.rows == rows.reversed())
        driver.press("sn")
        #expect(driver.model.shared.roster.rows.first?.name == "app-0.prod")
    }

    @Test("marks of a guest that goes away stay listed, and are not sent until confirmed again")
    func gone() throws {
        var driver = Driver()
        driver.go(to: "web-04", 3)
        driver.press(" ")
        let guest = driver.fleet.guests.remove(at: 1)
        driver.snapshot()
        let id = SampleFleet.id("web-04")
        #expect(driver.model.shared.roster[id]?.isGone == true)
        #expect(marks(driver, "web-04") == "+ -3")
        driver.press("c")
        #expect(driver.model.currentReview?.entries.map(\.fate) == [.hold(.condition(.gone))])
        driver.press("y<esc>")
        #expect(driver.effects.allSatisfy { !$0.isCommit })

        driver.fleet.guests.append(guest)
        driver.snapshot()
        // Undoing and redoing would make marks of before look like new ones.
        driver.press("z")
        #expect(driver.model.shared.notice?.text == "z: there is nothing to undo")
        driver.press("c")
        #expect(driver.model.currentReview?.entries.map(\.fate) == [.hold(.condition(.doubtful))])
        driver.press("y")
        #expect(driver.effects.allSatisfy { !$0.isCommit })
        driver.press("ay")
        #expect(driver.effects.filter(\.isCommit).count == 1)
    }

    @Test("what was undone before a guest went away cannot be redone after it")
    func redo() {
        var driver = Driver()
        driver.go(to: "web-04", 3)
        driver.press(" z")
        let guest = driver.fleet.guests.remove(at: 1)
        driver.snapshot()
        driver.fleet.guests.append(guest)
        driver.snapshot()
        driver.press("Z")
        #expect(driver.model.shared.notice?.text == "Z: there is nothing to redo")
        #expect(driver.model.shared.marks.isEmpty)
    }

    @Test("a guest that restarted between two looks is not sent to")
    func rebooted() {
        var driver = Driver()
        let vcpus = CPUMap(0..<8)
        func put(_ incarnation: UInt64?) {
            let host = incarnation.map { number in
                let state = SampleFleet.host(8, guest: vcpus, seed: 2)
                return HostState(
                    reading: HostReading(
                        vcpus: state.reading.vcpus, current: 8, maximum: 8,
                        readAt: SampleFleet.start, incarnation: number),
                    pairing: state.pairing, shares: state.shares)
            }
            driver.fleet.guests[1] = SampleFleet.guest("web-04", vcpus: vcpus, host: host)
            driver.snapshot()
        }
        put(7)
        driver.go(to: "web-04", 3)
        driver.press(" ")
        put(7)
        #expect(driver.model.shared.marks.doubtful.isEmpty)
        put(nil)
        #expect(driver.model.shared.marks.doubtful.isEmpty)
        put(8)
        #expect(driver.model.shared.marks.doubtful == [SampleFleet.id("web-04")])
        driver.press("cy")
        #expect(driver.effects.allSatisfy { !$0.isCommit })
        driver.press("ay")
        #expect(driver.effects.filter(\.isCommit).count == 1)
    }

    private static func boot(_ number: UInt8) -> GuestBoot {
        GuestBoot(id: BootID([UInt8](repeating: number, count: 36)))
    }

    @Test("a guest that gets its first mark is read with its boot, and not at each mark")
    func bootOfTheFirstMark() {
        var driver = Driver()
        driver.go(to: "web-04", 3)
        driver.press(" ")
        #expect(driver.effects.contains(.refresh([SampleFleet.id("web-04")])))
        driver.go(to: "web-04", 4)
        driver.press(" ")
        #expect(!driver.effects.contains(.refresh([SampleFleet.id("web-04")])))
        driver.press("u ")
        #expect(driver.effects.contains(.refresh([SampleFleet.id("web-04")])))
    }

    @Test("a guest whose kernel says that it is another boot is not sent to")
    func rebootedByItsOwnWord() {
        var driver = Driver()
        let vcpus = CPUMap(0..<8)
        func put(_ boot: GuestBoot) {
            driver.fleet.guests[1] = SampleFleet.guest(
                "web-04", vcpus: vcpus, boot: boot,
                host: SampleFleet.host(8, guest: vcpus, seed: 2))
            driver.snapshot()
        }
        put(Self.boot(1))
        driver.go(to: "web-04", 3)
        driver.press(" c")
        // Most readings do not tell.
        put(.unknown)
        #expect(driver.model.shared.marks.doubtful.isEmpty)
        put(Self.boot(2))
        #expect(driver.model.currentReview?.entries.map(\.fate) == [.hold(.condition(.doubtful))])
        driver.press("y")
        #expect(driver.effects.allSatisfy { !$0.isCommit })
    }

    @Test("marks that come back from a change during which the guest was rebooted are in doubt")
    func rebootedDuringChange() throws {
        var driver = Driver()
        let vcpus = CPUMap(0..<8)
        driver.fleet.guests[1] = SampleFleet.guest(
            "web-04", vcpus: vcpus, boot: Self.boot(1),
            host: SampleFleet.host(8, guest: vcpus, seed: 2))
        driver.snapshot()
        driver.go(to: "web-04", 3)
        driver.press(" cy")
        let before = try #require(driver.model.shared.roster[SampleFleet.id("web-04")]?.state.vcpus)
        driver.finish(
            "web-04",
            TransactionResult(
                request: try ChangeRequest([3], online: false), outcome: .partial,
                before: before,
                after: GuestVCPUs(
                    vcpus: vcpus, online: vcpus, offlinable: before.offlinable,
                    readAt: SampleFleet.start + .seconds(2), boot: Self.boot(2)),
                failures: [TransactionFailure(vcpu: nil, cause: .rebooted)]))
        #expect(driver.model.shared.marks.doubtful == [SampleFleet.id("web-04")])
        #expect(marks(driver, "web-04") == "+ -3")
    }

    @Test("what was sent before a guest restarted cannot be taken back after it")
    func takeBackAfterReboot() throws {
        var driver = Driver()
        driver.go(to: "web-04", 3)
        driver.press(" cy")
        let vcpus = CPUMap(0..<8)
        let before = try #require(driver.model.shared.roster[SampleFleet.id("web-04")]?.state.vcpus)
        let after = GuestVCPUs(
            vcpus: vcpus, online: vcpus.subtracting([3]), offlinable: before.offlinable,
            readAt: SampleFleet.start + .seconds(2))
        driver.finish(
            "web-04",
            TransactionResult(
                request: try ChangeRequest([3], online: false), outcome: .committed,
                before: before, after: after))
        #expect(driver.model.shared.undoing.count == 1)
        driver.fleet.guests[1] = SampleFleet.guest(
            "web-04", vcpus: vcpus, offline: [3], age: .seconds(-3),
            host: SampleFleet.host(8, guest: vcpus, seed: 2, thread: 90_000))
        driver.snapshot()
        #expect(driver.model.shared.undoing.isEmpty)
    }

    @Test("a guest whose process is another one counts as gone and come back")
    func restarted() {
        var driver = Driver()
        driver.go(to: "web-04", 3)
        driver.press(" ")
        let vcpus = CPUMap(0..<8)
        driver.fleet.guests[1] = SampleFleet.guest(
            "web-04", vcpus: vcpus,
            host: SampleFleet.host(8, guest: vcpus, seed: 2, thread: 90_000))
        driver.snapshot()
        driver.press("c")
        #expect(driver.model.currentReview?.entries.map(\.fate) == [.hold(.condition(.doubtful))])
    }
}

extension Effect {
    var isCommit: Bool {
        if case .commit = self { return true }
        return false
    }
}
