import CanvasKit
import GuestVCPU
import TestSupport
import Testing

@testable import Dashboard

@Suite("listing only some guests, and finding what is wrong")
struct FilterTests {
    private func type(_ text: String, into driver: inout Driver) {
        driver.press("f")
        for character in text { _ = driver.update(.key(.character(character))) }
        driver.press("<ret>")
    }

    @Test(
        "terms are true of these guests",
        arguments: [
            ("web", ["web-03", "web-04"]),
            ("WEB 04", ["web-04"]),
            ("agent!=ok", ["build-long-name-fedora-40.example.org", "legacy-rhel5"]),
            ("agent=Absent", ["legacy-rhel5"]),
            ("vcpus>=64", ["db-01", "hpc-1"]),
            ("vcpus>64", ["hpc-1"]),
            ("vcpus<2", []),
            ("offline>3 agent=ok", ["db-01", "ci-runner-007", "hpc-1"]),
            ("offline=1 name!=app", ["hot-plugged", "liar", "sparse-ids"]),
            ("online<=3 name!=app", ["liar", "שרת-אינטרנט"]),
            ("cpu>20", ["db-01", "hpc-1"]),
            ("source=system db", ["db-01"]),
            ("source!=system", []),
            ("state=paused", []),
            ("東京", ["データベース-東京"]),
        ])
    func terms(text: String, expected: [String]) throws {
        var driver = Driver()
        type(text, into: &driver)
        #expect(driver.model.dialogs.isEmpty)
        #expect(driver.model.shared.roster.rows.map(\.name) == expected)
        driver.press("<esc>")
        #expect(driver.model.shared.roster.rows.count == 53)
    }

    @Test("a text that is no filter is not taken, and it is said where and why")
    func problem() {
        var driver = Driver()
        type("web size>1", into: &driver)
        guard let prompt = driver.model.prompt as? FilterPrompt else {
            Issue.record("taken")
            return
        }
        #expect(prompt.error?.column == 5)
        #expect(prompt.problem?.hasPrefix("at 5: no field 'size'") == true)
        driver.press("<esc>")
        #expect(driver.model.shared.roster.rows.count == 53)
    }

    @Test(
        "the words that the screen has for a condition are words of the filter",
        arguments: [
            ("problem=contradicted", ["liar"]), ("problem=unresponsive", ["build-long-name"]),
            ("agent=silent", ["build-long-name"]), ("agent=unresponsive", ["build-long-name"]),
            ("agent=absent", ["legacy-rhel5"]), ("problem=left-offline hot", ["hot-plugged"]),
            ("problem=gone", []),
        ])
    func words(text: String, names: [String]) {
        var driver = Driver()
        type(text, into: &driver)
        driver.press("<ret>")
        let listed = driver.model.shared.roster.rows.map(\.name)
        // Half of the small application guests have an offline vCPU, too.
        let others = listed.filter { !$0.hasPrefix("app-") }
        #expect(others.count == names.count, "\(listed)")
        #expect(zip(others, names).allSatisfy { $0.hasPrefix($1) }, "\(listed)")
    }

    @Test("every condition of a guest can be filtered by its word")
    func everyCondition() throws {
        let roster = Driver().model.shared.roster
        for id in roster.rows {
            let member = try #require(roster[id])
            for condition in member.conditions where condition.isProblem {
                let filter = try GuestFilter("problem=\(condition.word)")
                #expect(filter.matches(member), "\(condition)")
            }
        }
    }

    @Test("guests of one name are told apart by their sources, wherever they are named")
    func namesakes() throws {
        var driver = Driver(columns: 120)
        let other = SourceID.libvirt(uri: "qemu+ssh://root@node-7.example.org/system")
        driver.fleet.sources.append(SourceState(id: other, status: .ok))
        let twin = driver.fleet.guests[0]
        driver.fleet.guests.insert(
            GuestState(
                id: GuestID(source: other, name: twin.id.name), runState: .running, agent: .ok,
                reading: twin.reading, host: twin.host, isWritable: true), at: 1)
        driver.snapshot()
        func text() -> String {
            let canvas = driver.render()
            return (0..<24).map { canvas.line($0).map(\.text).joined() }.joined(separator: "\n")
        }
        #expect(text().contains("web-03 (qe"))
        #expect(text().contains("web-03 (no"))
        #expect(text().contains(" web-04 "))
        driver.press("<end> <down> c")
        #expect(driver.model.currentReview?.entries.count == 2)
        #expect(text().contains("web-03 (node-7"))
        #expect(text().contains("--connect 'qemu+ssh") || text().contains("--connect qemu+ssh"))
        // When the other is gone the name alone says it all again.
        driver.press("<esc>U")
        driver.fleet.guests.remove(at: 1)
        driver.snapshot()
        #expect(!text().contains("web-03 ("))
    }

    @Test("what is typed is listed at once; Esc lists what was listed before")
    func live() {
        var driver = Driver()
        driver.go(to: "db-01", 5)
        driver.press("fweb")
        #expect(driver.model.shared.roster.rows.count == 2)
        driver.press("<bs><bs><bs>db")
        #expect(driver.model.shared.cursor.guest?.name == "db-01")
        driver.press("<esc>")
        #expect(driver.model.shared.roster.rows.count == 53)
        #expect(driver.model.shared.cursor.guest?.name == "db-01")
    }

    @Test("marks of guests that are not listed stay, and the summary says so")
    func marked() {
        var driver = Driver()
        driver.go(to: "web-04", 3)
        driver.press(" fdb<ret>")
        #expect(driver.model.shared.marks.count == 1)
        let line = driver.render().line(1).map(\.text).joined()
        #expect(line.contains("1 marked in 1 guest, 1 not listed"))
        #expect(driver.model.announced.visible.contains(SampleFleet.id("web-04")))
        driver.press("c")
        #expect(driver.model.currentReview?.entries.map(\.guest.name) == ["web-04"])
    }

    @Test("a row that stops to match stays while something is marked, and goes after that")
    func frozen() {
        var driver = Driver()
        driver.press("foffline=4<ret>")
        #expect(driver.model.shared.roster.rows.map(\.name).first == "db-01")
        driver.go(to: "hpc-1", 100)
        driver.press("+")
        driver.fleet.guests[2] = SampleFleet.guest("db-01", vcpus: CPUMap(0..<64), host: nil)
        driver.snapshot()
        #expect(driver.model.shared.roster.rows.map(\.name).first == "db-01")
        driver.press("U")
        driver.snapshot()
        #expect(!driver.model.shared.roster.rows.map(\.name).contains("db-01"))
    }

    @Test("a guest in detail stays where it is, whatever the filter says of it now")
    func detail() {
        var driver = Driver()
        driver.press("foffline=4<ret><ret>")
        driver.fleet.guests[2] = SampleFleet.guest("db-01", vcpus: CPUMap(0..<64), host: nil)
        driver.snapshot()
        #expect(driver.model.guestInDetail == SampleFleet.id("db-01"))
        #expect(driver.model.shared.cursor.guest?.name == "db-01")
        driver.press("<esc>")
        driver.snapshot()
        #expect(driver.model.shared.cursor.guest?.name == "build-long-name-fedora-40.example.org")
    }

    @Test("! goes from one guest with a problem to the next, and around")
    func nextProblem() {
        var driver = Driver()
        var seen: [String] = []
        for _ in 0..<6 {
            driver.press("!")
            seen.append(
                "\(driver.model.shared.cursor.guest?.name ?? "") \(driver.model.shared.currentVCPU ?? -1)"
            )
        }
        #expect(
            seen == [
                "db-01 60", "ci-runner-007 8", "build-long-name-fedora-40.example.org 8",
                "legacy-rhel5 -1", "hot-plugged 4", "liar 2",
            ])
        #expect(
            driver.model.shared.notice?.text
                == "liar: vCPU 2 is offline, says the guest, yet its thread runs")
        driver.press("!!")
        #expect(
            driver.model.shared.notice?.text
                == "hpc-1: plugged, left offline by the guest: 100-103")
        // What is pointed at can be marked.
        driver.press(" ")
        #expect(driver.model.shared.marks[SampleFleet.id("hpc-1")].online == [100])
        driver.press("u")
        driver.press("fweb<ret>!")
        #expect(
            driver.model.shared.notice?.text == "nothing is wrong with any guest that is listed")
    }

    @Test("of thousands of guests none is listed twice or lost when the filter changes")
    func large() {
        let guests = (0..<3000).map { number in
            SampleFleet.guest(
                "guest-\(number)", vcpus: CPUMap(0...number % 3), fixed: [0], host: nil)
        }
        var driver = Driver(fleet: SampleFleet(guests: guests))
        driver.press("fvcpus=2<ret>")
        #expect(driver.model.shared.roster.rows.count == 1000)
        driver.snapshot()
        #expect(driver.model.shared.roster.rows.count == 1000)
        driver.press("<esc>")
        #expect(driver.model.shared.roster.rows == driver.fleet.guests.map(\.id))
    }
}
