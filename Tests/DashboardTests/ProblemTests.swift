import CanvasKit
import GuestVCPU
import Testing

@testable import Dashboard

@Suite("what is wrong with a guest")
struct ProblemTests {
    private static let problems: [Problem] = [
        .failed(3), .outcomeUnknown, .doubtful, .gone, .sourceDown, .stopped(.paused),
        .agent(AgentError(.unresponsive)), .contradicted([2]), .unseen(2),
        .unused(3, offline: [4, 5, 6]),
    ]

    @Test("each problem has a rank and a sentence of its own, and its notes get shorter")
    func words() {
        #expect(Self.problems.sorted() == Self.problems)
        #expect(Set(Self.problems.map(\.rank)).count == Self.problems.count)
        #expect(Set(Self.problems.map(\.sentence)).count == Self.problems.count)
        for problem in Self.problems {
            let lengths = problem.notes.map(\.count)
            #expect(lengths == lengths.sorted(by: >), "\(problem)")
        }
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
        let member = try #require(driver.model.roster[guest.id])
        #expect(member.problems == [.stopped(.paused), .agent(AgentError(.paused))])
        let note = try #require(GuestNote(member))
        #expect(note.texts == ["paused"])
        driver.press("!")
        #expect(driver.model.notice?.text == "web-03: the machine is paused")
        driver.press("<ret>")
        let canvas = driver.model.render()
        let text = (0..<canvas.size.rows).map { canvas.line($0).map(\.text).joined() }
        #expect(text.contains { $0.contains("machine paused") })
    }

    @Test("the problems of a guest are listed from the worst on")
    func order() {
        let roster = Driver().model.roster
        for id in roster.rows {
            guard let member = roster[id] else { continue }
            #expect(member.problems.sorted() == member.problems)
            #expect(member.problem == member.problems.first)
        }
    }
}
