import CanvasKit
import GuestVCPU
import TestSupport
import Testing

@testable import Dashboard

@Suite("what there is to say of a guest")
struct ConditionTests {
    private static let conditions: [Condition] = [
        .failed(3), .gone, .outcomeUnknown, .changing, .doubtful, .sourceDown, .stopped(.paused),
        .agent(AgentError(.unresponsive)), .notWritable, .neverRead, .cannotSet(.absent),
        .contradicted([2]), .unseen(2),
        .leftOffline(3, offline: [4, 5, 6]),
    ]

    @Test("each condition has a rank, a sentence and a word of its own; its notes get shorter")
    func words() {
        #expect(Self.conditions.sorted() == Self.conditions)
        #expect(Set(Self.conditions.map(\.rank)).count == Self.conditions.count)
        #expect(Set(Self.conditions.map(\.sentence)).count == Self.conditions.count)
        #expect(Set(Self.conditions.map(\.word)).count == Self.conditions.count)
        for condition in Self.conditions {
            let lengths = condition.notes.map(\.count)
            #expect(lengths == lengths.sorted(by: >), "\(condition)")
        }
    }

    @Test("the width of a note follows what there is to say, whatever was said before")
    func widths() {
        let vcpus = CPUMap(0..<4)
        let machines: [(AgentStatus, RunState, Int)] = [
            (.ok, .running, 4), (.failed(AgentError(.paused)), .paused, 4), (.ok, .running, 6),
            (.ok, .running, 16), (.failed(AgentError(.unresponsive)), .running, 4),
            (.ok, .running, 4),
        ]
        let states = machines.map { agent, runState, plugged in
            SampleFleet.guest(
                "web-03", vcpus: vcpus, agent: agent, runState: runState,
                host: SampleFleet.host(plugged, guest: vcpus, seed: 17))
        }
        let label = GuestLabel("web-03")
        var widths: Set<Int> = []
        for first in states {
            let before = RosterGuest(first, label: label, after: nil)
            for second in states {
                let after = RosterGuest(second, label: label, after: before)
                let alone = RosterGuest(second, label: label, after: nil)
                #expect(after.conditions == alone.conditions)
                #expect(after.noteColumns == alone.noteColumns)
                widths.insert(after.noteColumns)
            }
        }
        #expect(widths.count > 2)
    }

    @Test("row, detail and ! say of a machine that does not run that it is stopped")
    func stopped() throws {
        var driver = Driver(columns: 160, rows: 24)
        let vcpus = CPUMap(0..<4)
        let guest = SampleFleet.guest(
            "web-03", vcpus: vcpus, agent: .failed(AgentError(.paused)), runState: .paused,
            host: nil)
        driver.fleet.guests = [guest]
        driver.snapshot()
        let member = try #require(driver.model.shared.roster[guest.id])
        #expect(member.conditions == [.stopped(.paused), .agent(AgentError(.paused))])
        let note = try #require(
            GuestNote(driver.model.shared.lens(on: member, at: driver.now)))
        #expect(note.texts == ["paused"])
        driver.press("!")
        #expect(driver.model.shared.notice?.text == "web-03: the machine is paused")
        driver.press("<ret>")
        let canvas = driver.render()
        let text = (0..<canvas.size.rows).map { canvas.line($0).map(\.text).joined() }
        #expect(text.contains { $0.contains("the machine is paused") })
    }

    @Test("the detail names what is in the way: the source, doubtful marks, what cannot be changed")
    func detail() {
        var driver = Driver(columns: 160, rows: 24)
        func text() -> String {
            let canvas = driver.render()
            return (1..<4).map { canvas.line($0).map(\.text).joined() }.joined(separator: "\n")
        }
        driver.go(to: "web-03", 7)
        driver.press(" <ret>")
        #expect(text().contains("agent ok"))
        driver.fleet.sources = [SourceState(id: SampleFleet.source, status: .failed("refused"))]
        driver.snapshot()
        #expect(text().contains("source down") && text().contains("its source does not answer"))
        #expect(!text().contains("agent down"))
        driver.fleet.sources = SampleFleet.sample.sources
        let guest = driver.fleet.guests.remove(at: 0)
        driver.snapshot()
        #expect(text().contains("guest gone") && text().contains("no source lists it any more"))
        driver.fleet.guests.insert(guest, at: 0)
        driver.snapshot()
        #expect(text().contains("it went away or restarted since it was marked"))
        driver.press("<esc>/win<ret><ret>")
        #expect(text().contains(Refusal.Code.cannotSet.words))
    }

    @Test("the conditions of a guest are listed from the most important on")
    func order() {
        let roster = Driver().model.shared.roster
        for id in roster.rows {
            guard let member = roster[id] else { continue }
            #expect(member.conditions.sorted() == member.conditions)
            #expect(member.problem == member.conditions.first(where: \.isProblem))
        }
    }
}
