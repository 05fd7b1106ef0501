import CanvasKit
import Dashboard
import Foundation
import GuestVCPU
import LabSupport
import Monitoring
import QEMUHost
import Simulation
import Testing

/// Every fault at every step, once through the command `set` and once through the dashboard.
@Suite("The command and the dashboard against the same faults")
struct FaultTableTests {
    private static let timeout = 2.5 * Slowness.factor
    private static let name = "g"

    @Test("both report the same outcome, and it is the guest's state or unknown")
    func table() async throws {
        let faults: [ScriptedFault?] =
            [nil]
            + ScriptedFault.all.map { fault in
                // Slow, but well within the deadline, on a busy machine too.
                fault.fault == .slow
                    ? ScriptedFault(.slow, at: fault.step, lasting: .milliseconds(300)) : fault
            }
        #expect(faults.count > 150)
        var seen: [Outcome: Int] = [:]
        try await withThrowingTaskGroup(of: Outcome.self) { group in
            var rest = faults[...]
            // Most of a case is waiting for deadlines; many wait together.
            for _ in 0..<8 {
                if let fault = rest.popFirst() {
                    group.addTask { try await self.tryBoth(fault) }
                }
            }
            while let outcome = try await group.next() {
                seen[outcome, default: 0] += 1
                if let fault = rest.popFirst() {
                    group.addTask { try await self.tryBoth(fault) }
                }
            }
        }
        for outcome in [Outcome.committed, .failed, .rolledBack, .unreachable, .unknown] {
            #expect(seen[outcome, default: 0] > 0, "\(outcome) never happened: \(seen)")
        }
    }

    private func tryBoth(_ fault: ScriptedFault?) async throws -> Outcome {
        let (byCommand, status) = try await withAgent { agent, before in
            await agent.script(fault.map { [$0] } ?? [])
            let finished = try await Program.finished([
                "set", Self.name, "--agent", "\(Self.name)=\(agent.path)", "--offline", "2-3",
                "--timeout", "\(Self.timeout)", "--json",
            ])
            let report = try #require(
                JSONSerialization.jsonObject(with: Data(finished.output.utf8))
                    as? [String: Any], "\(finished)")
            let outcome = try #require(
                (report["outcome"] as? String).flatMap(Outcome.init(rawValue:)))
            await check(outcome, fault, agent, before)
            return (outcome, finished.status)
        }
        #expect(status == byCommand.exitStatus, "\(String(describing: fault))")
        let byDashboard = try await withAgent { agent, before in
            let outcome = try await dashboard(agent, fault)
            await check(outcome, fault, agent, before)
            return outcome
        }
        #expect(byDashboard == byCommand, "\(String(describing: fault))")
        return byCommand
    }

    /// What the guest really is must be what was reported.
    private func check(
        _ outcome: Outcome, _ fault: ScriptedFault?, _ agent: SimulatedAgent,
        _ before: GuestVCPUs
    ) async {
        let after = await agent.guest.maps
        let isDone = after.offline.contains(2) && after.offline.contains(3)
        let isBefore = [2, 3].allSatisfy { after.state(of: $0) == before.state(of: $0) }
        let comment = Comment(rawValue: "\(fault?.description ?? "no fault"): \(outcome) \(after)")
        switch outcome {
        case .committed, .unchanged: #expect(isDone, comment)
        case .failed, .rolledBack, .refused, .conflict, .unreachable: #expect(isBefore, comment)
        case .partial:
            // After a reboot the same states say nothing: the ids may mean other vCPUs.
            let isReboot = [.reboot, .rebootAfter].contains(fault?.fault)
            #expect(!isDone && (!isBefore || isReboot), comment)
        case .unknown: break
        case .planned: Issue.record(comment)
        }
        if fault == nil { #expect(outcome == .committed, comment) }
    }

    private func withAgent<Value>(
        _ body: (SimulatedAgent, GuestVCPUs) async throws -> Value
    ) async throws -> Value {
        try await withSimulatedAgent(SimulatedGuest(count: 6)) { agent in
            try await body(agent, await agent.guest.maps)
        }
    }

    private static var now: Moment { Moment(.now, clock: "12:00:00") }

    /// Marks vCPUs 2 and 3, reviews and sends, with the keys of a user.
    private func dashboard(
        _ agent: SimulatedAgent, _ fault: ScriptedFault?
    ) async throws -> Outcome {
        let source = AgentSocketSource(guestName: Self.name, agentPath: agent.path)
        let never = Duration.seconds(3_600)
        let fleet = FleetMonitor(
            sources: [source],
            pace: PollPace(
                timeout: .seconds(Self.timeout), host: never, shown: never, hidden: never,
                longest: never))
        await fleet.start()
        var model = Model(options: Options(), size: Size(columns: 80, rows: 24))
        _ = model.update(.fleet(FleetUpdate(await fleet.settled())), at: Self.now)
        await agent.script(fault.map { [$0] } ?? [])
        var effects: [Effect] = []
        let keys: [Key] = [
            .right, .right, .character(" "), .right, .character(" "), .character("c"),
            .character("y"),
        ]
        for key in keys { effects += model.update(.key(key), at: Self.now) }
        let commit = try #require(
            effects.compactMap { effect in
                if case .commit(let order) = effect { return order }
                return nil
            }.first)
        let result = try #require(
            await fleet.commit(
                commit.request, to: commit.guest, reviewed: commit.reviewed,
                policy: commit.policy))
        _ = model.update(.finished(commit.guest, result), at: Self.now)
        await fleet.stop()
        let canvas = model.render(at: Self.now)
        let screen = (0..<canvas.size.rows).map { canvas.line($0).map(\.text).joined() }
        #expect(
            screen.contains { $0.contains(Self.name) && $0.contains(shown(result.outcome)) },
            "\(screen)")
        return result.outcome
    }

    /// What the screen calls an outcome.
    private func shown(_ outcome: Outcome) -> String {
        outcome == .rolledBack ? "rolled back" : outcome.rawValue
    }
}
