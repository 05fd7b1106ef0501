import Foundation
import Glibc
import GuestVCPU
import LabSupport
import Simulation
import Testing

/// How many guests are changed at once, and what a signal does to them.
@Suite("Signals during the changes of many guests", .serialized)
actor SetManySignalTests {
    private nonisolated let thread = LabThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    private static let twelve = Dictionary(
        (1...12).map { ("g\($0)", SimulatedGuest(count: 4)) }, uniquingKeysWith: { one, _ in one })

    private func wait(
        for what: String, until condition: () async throws -> Bool
    ) async throws {
        let deadline = ContinuousClock.now + .seconds(30)
        while try await !condition() {
            guard ContinuousClock.now < deadline else { throw LabError.late(what) }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private func start(_ agents: SimulatedAgents) throws -> Child {
        try Program.start(
            agents.options + ["set", "g*", "--offline", "2-3", "--yes", "--timeout", "30"])
    }

    @Test("no more than eight guests are asked at once, and all are in the end")
    func width() async throws {
        try await withSimulatedAgents(
            Self.twelve, faults: [ScriptedFault(.hang, at: .get)]
        ) { agents in
            let program = try start(agents)
            try await wait(for: "eight agents") { await agents.pausing == 8 }
            try await Task.sleep(for: .milliseconds(300))
            #expect(await agents.pausing == 8)
            while try await !hasEnded(program, agents) {}
            #expect(await agents.sets == 12)
        }
    }

    /// Lets agents go on until the program has ended.
    private func hasEnded(_ program: Child, _ agents: SimulatedAgents) async throws -> Bool {
        await agents.resume()
        try await Task.sleep(for: .milliseconds(50))
        guard await agents.sets == 12, await agents.pausing == 0 else { return false }
        let finished = try program.finish(within: .seconds(30))
        #expect(finished.status == 0, "\(finished)")
        #expect(finished.errors == "vcputop: 12 of 12 guests as asked\n")
        return true
    }

    @Test("changes under way end, guests that were not begun are left, and a line says which")
    func interrupted() async throws {
        try await withSimulatedAgents(
            Self.twelve, faults: [ScriptedFault(.hang, at: .set)]
        ) { agents in
            let program = try start(agents)
            try await wait(for: "eight sets") { await agents.pausing == 8 }
            try program.signal(SIGINT)
            let said = try program.errorLine(within: .seconds(20))
            #expect(said.contains("interrupted: the changes of 'g"), "\(said)")
            #expect(said.contains("finished or undone first"), "\(said)")
            await agents.resume()
            let finished = try program.finish(within: .seconds(40))
            #expect(finished.status == 130, "\(finished)")
            let lines = finished.output.split(separator: "\n")
            #expect(lines.count { $0.contains(": committed: offline 2-3") } == 8, "\(finished)")
            #expect(lines.count { $0.contains(": refused: ") } == 4, "\(finished)")
            #expect(finished.errors.contains("interrupted: nothing was sent to 'g"), "\(finished)")
            #expect(finished.errors.contains("8 of 12 guests as asked"))
            #expect(await agents.sets == 8)
        }
    }

    @Test("interrupted while guests are read, nothing is sent to any")
    func reading() async throws {
        try await withSimulatedAgents(
            Self.twelve, faults: [ScriptedFault(.hang, at: .get)]
        ) { agents in
            let program = try start(agents)
            try await wait(for: "eight agents") { await agents.pausing == 8 }
            try program.signal(SIGTERM)
            let finished = try program.finish(within: .seconds(20))
            #expect(finished.status == 143, "\(finished)")
            #expect(finished.output.split(separator: "\n").count == 12)
            #expect(!finished.output.contains("committed"))
            await agents.resume()
            #expect(await agents.sets == 0)
        }
    }

    @Test("a second act ends the program on the spot, also when some changes have ended")
    func secondAct() async throws {
        try await withSimulatedAgents(
            Self.twelve, faults: [ScriptedFault(.hang, at: .set)]
        ) { agents in
            let program = try start(agents)
            try await wait(for: "eight sets") { await agents.pausing == 8 }
            // One ends, and the next begins.
            for agent in agents.agents.values where await agent.isPausing {
                await agent.resume()
                break
            }
            try await wait(for: "nine sets") { await agents.sets == 9 }
            try program.signal(SIGINT)
            _ = try program.errorLine(within: .seconds(20))
            try await Task.sleep(for: .milliseconds(1_300))
            try program.signal(SIGINT)
            let finished = try program.finish(within: .seconds(10))
            #expect(finished.status == 130)
        }
    }
}
