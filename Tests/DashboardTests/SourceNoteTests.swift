import CanvasKit
import GuestVCPU
import TestSupport
import Testing

@testable import Dashboard

@Suite("What sources say of their lists")
struct SourceNoteTests {
    @Test("where no guest is found, what was looked for is said")
    func note() {
        var driver = Driver()
        driver.fleet.guests = []
        driver.fleet.sources = [
            SourceState(
                id: .qemuProcesses, status: .ok, note: "no QEMU process was\u{1B}[31m found")
        ]
        driver.snapshot()
        let canvas = driver.render()
        let lines = (0..<canvas.size.rows).map { canvas.line($0).map(\.text).joined() }
        #expect(lines.contains { $0.contains("no guest was found") })
        #expect(lines.contains { $0.contains("host: no QEMU process was") && $0.contains("found") })
        #expect(!lines.contains { $0.contains("\u{1B}") })
    }

    private static let leftOut = [
        LeftOutGuest(
            name: "db1\u{1B}[2J", reason: "it has no channel for an agent (process 4711)",
            help: "start QEMU with -chardev socket,id=qga0,path=PATH,server=on,wait=off"),
        LeftOutGuest(
            name: "lv", uuid: "u",
            reason: "it belongs to the libvirt session of user eve, which was "
                + "not asked (process 4712)", help: "as that user: vcputop -c qemu:///session"),
    ]

    private func lines(_ model: Model) -> [String] {
        let canvas = model.render(at: Moment(SampleFleet.start, clock: "12:41:09"))
        return (0..<canvas.size.rows).map { canvas.line($0).map(\.text).joined() }
    }

    @Test(
        "guests that are left out are counted above the others, and i says which, why, what to do")
    func leftOut() throws {
        for (columns, rows) in [(80, 24), (160, 50), (40, 10)] {
            var driver = Driver(columns: columns, rows: rows)
            driver.fleet.sources.append(
                SourceState(id: .qemuProcesses, status: .ok, leftOut: Self.leftOut, note: "a note"))
            driver.snapshot()
            if columns >= 80 {
                #expect(lines(driver.model).contains { $0.contains("2 left out (i)") })
            }
            driver.press("i")
            let text = driver.model.pageLines(at: driver.now).joined(separator: " ")
            let words = text.split(separator: " ").joined(separator: " ")
            #expect(
                words.contains("host answers a note guest 'db1�[2J' is left out: it has no channel")
            )
            #expect(words.contains("guest 'lv' is left out: it belongs to"), "\(words)")
            #expect(words.contains("as that user: vcputop -c qemu:///session"))
            #expect(!text.unicodeScalars.contains { $0.value < 0x20 })
            driver.press("<end><pgup>/lv<ret><esc>")
            #expect(driver.model.page == nil && driver.effects.isEmpty)
        }
    }

    @Test("a note of a source that lists guests has a line above them, after those that fail")
    func lineAboveGuests() {
        func screen(_ sources: [SourceState], rows: Int = 50) -> String {
            var driver = Driver(columns: 160, rows: rows)
            let listing = driver.fleet.guests[0].id.source
            driver.fleet.sources = sources.map { source in
                let id = source.name == "listing" ? listing : source.id
                return SourceState(id: id, status: source.status, note: source.note)
            }
            driver.snapshot()
            return lines(driver.model).joined(separator: "\n")
        }
        let noted = SourceState(id: .other("listing"), status: .ok, note: "a call\u{1B}[31m hangs")
        let quiet = SourceState(id: .other("listing"), status: .ok)
        let empty = SourceState(id: .other("empty"), status: .ok, note: "no QEMU process was found")
        let failed = SourceState(id: .other("failed"), status: .failed("refused"))
        #expect(!screen([quiet, empty]).contains("no QEMU process"))
        let both = screen([noted, empty, failed])
        #expect(both.contains("failed does not answer: refused"))
        #expect(both.contains(": a call") && both.contains(" hangs") && !both.contains("\u{1B}"))
        #expect(!both.contains("no QEMU process"))
        #expect(screen([noted, failed], rows: 10).contains("2 sources have a problem: i lists"))
    }

    @Test("where all guests are left out, the screen names them")
    func nothingElse() {
        var driver = Driver()
        driver.fleet.guests = []
        driver.fleet.sources = [SourceState(id: .qemuProcesses, status: .ok, leftOut: Self.leftOut)]
        driver.snapshot()
        let text = lines(driver.model).joined(separator: "\n")
        #expect(text.contains("guest 'lv' is left out") && text.contains("-c qemu:///session"))
        driver.fleet.sources = [
            SourceState(
                id: .qemuProcesses, status: .ok,
                leftOut: (0..<50).map { LeftOutGuest(name: "g\($0)", reason: "r") })
        ]
        driver.snapshot()
        #expect(lines(driver.model).contains { $0.contains("and more: i lists all") })
    }

    @Test(
        "marks are doubtful once the guest answers as another incarnation, seen by the host or not")
    func restarted() throws {
        var driver = Driver()
        func answer(as incarnation: UInt64, _ driver: inout Driver) throws {
            let old = driver.fleet.guests[0]
            var vcpus = try #require(old.reading).vcpus
            vcpus.boot = GuestBoot(incarnation: incarnation)
            driver.fleet.guests[0] = GuestState(
                id: old.id, runState: old.runState, agent: old.agent,
                reading: old.reading?.with(vcpus), host: nil, isWritable: true)
            driver.snapshot()
        }
        try answer(as: 7, &driver)
        driver.go(to: driver.fleet.guests[0].id.name, 1)
        driver.press(" ")
        #expect(driver.model.shared.marks.count == 1)
        try answer(as: 7, &driver)
        #expect(driver.model.shared.marks.doubtful.isEmpty)
        try answer(as: 8, &driver)
        #expect(driver.model.shared.marks.doubtful == [driver.fleet.guests[0].id])
    }
}
