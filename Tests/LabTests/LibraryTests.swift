import GuestVCPU
import LabSupport
import QEMUHost
import Testing

/// The three forms of a change, as a program that uses the library writes them, against the real
/// agent on a staged tree.
@Suite actor LibraryTests {
    private nonisolated let thread = LabThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    private func stage() throws -> (StagedAgent, TransactionRunner<ContinuousClock>) {
        let agent = try StagedAgent([0: .fixed, 1: .online, 2: .online, 3: .offline, 4: .full])
        let source = AgentSocketSource(guestName: "web", agentPath: agent.socket)
        let writer = try #require(source.guest.writer)
        return (agent, TransactionRunner(writer: writer, timeout: .seconds(5)))
    }

    @Test("one vCPU, a map and a state, and two maps all change the tree")
    func forms() async throws {
        let (agent, runner) = try stage()
        defer { try? agent.stop() }

        let one = try await runner.set(3, online: true)
        #expect(one.outcome == .committed)
        #expect(one.after?.online == [0, 1, 2, 3, 4])
        #expect(try agent.onlineFiles() == [1, 2, 3])

        let map = try await runner.set([1, 3], online: false)
        #expect(map.outcome == .committed)
        #expect(try agent.onlineFiles() == [2])

        let two = try await runner.set(online: [1, 3], offline: [2])
        #expect(two.outcome == .committed)
        #expect(two.planned.changes.map(\.id) == [1, 3, 2])
        #expect(try agent.onlineFiles() == [1, 3])
    }

    @Test("a failing vCPU is undone or kept by the policy")
    func policies() async throws {
        let (agent, runner) = try stage()
        defer { try? agent.stop() }

        let undone = try await runner.set(online: [3], offline: [1, 4])
        #expect(undone.outcome == .rolledBack)
        #expect(undone.failure?.vcpu == 4)
        #expect(undone.after?.online == undone.before?.online)
        #expect(try agent.onlineFiles() == [1, 2])

        let kept = try await runner.set(online: [3], offline: [1, 4], policy: .keepGoing)
        #expect(kept.outcome == .partial)
        #expect(kept.after?.online == [0, 2, 3, 4])
        #expect(try agent.onlineFiles() == [2, 3])
    }

    @Test("a change that was reviewed before another client's is a conflict")
    func conflict() async throws {
        let (agent, runner) = try stage()
        defer { try? agent.stop() }
        let request = try ChangeRequest(online: [3], offline: [1])
        let reviewed = try #require(await runner.run(request, isDryRun: true).after)
        #expect(try IndependentClient.set(1, online: false, ofAgentAt: agent.socket) == 1)

        let result = await runner.run(request, reviewed: reviewed)
        #expect(result.outcome == .conflict)
        #expect(result.reasons.count == 1)
        #expect(try agent.onlineFiles() == [2])
    }
}
