import Foundation
import GuestVCPU
import QEMUHost
import Simulation
import Testing

/// Two faults in one transaction, each at any step, over real sockets.
@Suite("Every pair of faults", .serialized)
struct FaultPairTests {
    /// A transaction with its two faults.
    private struct Case: Sendable, CustomStringConvertible {
        let faults: [ScriptedFault]
        let policy: FailurePolicy

        var description: String {
            "\(faults.map(\.description).joined(separator: " ")) \(policy)"
        }
    }

    /// What became of a case.
    private struct Report: Sendable {
        let outcome: Outcome
        /// What is wrong with it; nil where it is the truth.
        let complaint: String?
    }

    /// One fault of each effect, since many differ in the wire's form alone: the parsers' tests
    /// try those.
    private static let kinds: [Fault] = [
        .hang, .hangAfter, .slow, .dropBefore, .dropAfter, .dropInReply, .dropPartWay,
        .loseRequest, .loseReply, .stopPartWay, .lieDone, .lieFailed, .countShort, .countZero,
        .countTooLarge, .countText, .garbage, .emptyList, .duplicateID, .blocked, .frozen, .error,
        .otherAdmin, .unplug, .plug, .strayEvent, .staleReply, .duplicateReply, .reboot,
        .rebootAfter,
    ]

    /// Each kind at the first and the second command of each step of a transaction.
    private static let faults: [ScriptedFault] = kinds.flatMap { fault in
        [ScriptedFault.Step.sync, .get, .set].flatMap { step in
            (1...2).compactMap { number in
                guard fault.applies(to: step.command) else { return nil }
                return ScriptedFault(fault, at: step, number: number, lasting: duration(fault))
            }
        }
    }

    /// Long enough for every deadline here, and then the agent goes on.
    private static func duration(_ fault: Fault) -> Duration? {
        switch fault {
        case .hang, .hangAfter: .seconds(30)
        case .slow: .milliseconds(50)
        default: nil
        }
    }

    private static var pairs: [Case] {
        faults.indices.flatMap { first in
            faults[(first + 1)...].flatMap { second in
                [FailurePolicy.rollBack, .keepGoing].map {
                    Case(faults: [faults[first], second], policy: $0)
                }
            }
        }
    }

    @Test("outcome, reading and what others changed are the truth, or the outcome is unknown")
    func pairs() async throws {
        let all = Self.pairs
        #expect(all.count > 15_000)
        // All of them take minutes. A run takes a part, spread over all of them by a step that
        // is no multiple of how the list is made; VCPUTOP_PAIRS=1 in the environment takes all.
        let step = ProcessInfo.processInfo.environment["VCPUTOP_PAIRS"].flatMap { Int($0) } ?? 7
        let chosen = stride(from: 0, to: all.count, by: max(1, step)).map { all[$0] }
        var seen: [Outcome: Int] = [:]
        try await withThrowingTaskGroup(of: Report.self) { group in
            var rest = chosen[...]
            for _ in 0..<64 {
                if let next = rest.popFirst() { group.addTask { try await self.run(next) } }
            }
            while let report = try await group.next() {
                seen[report.outcome, default: 0] += 1
                if let complaint = report.complaint { Issue.record(Comment(rawValue: complaint)) }
                if let next = rest.popFirst() { group.addTask { try await self.run(next) } }
            }
        }
        for outcome in [Outcome.committed, .failed, .rolledBack, .partial, .unreachable, .unknown] {
            #expect(seen[outcome, default: 0] > 0, "\(outcome) never happened: \(seen)")
        }
        print("pairs of faults: \(chosen.count) of \(all.count): \(seen)")
    }

    private func run(_ pair: Case) async throws -> Report {
        let vcpus = (0..<6).map { SimulatedVCPU(id: $0, isOnline: $0 < 5, isOfflinable: $0 > 0) }
        return try await withSimulatedAgent(SimulatedGuest(vcpus: vcpus)) { agent in
            await agent.script(pair.faults)
            let source = AgentSocketSource(guestName: "g", agentPath: agent.path)
            let writer = try #require(source.guest.writer)
            let result = await TransactionRunner(writer: writer, timeout: .milliseconds(500))
                .run(
                    try ChangeRequest(online: [5], offline: [2, 3]), policy: pair.policy)
            let complaint = await complaint(result, agent)
            return Report(
                outcome: result.outcome,
                complaint: complaint.map { "\(pair): \($0): \(result)" })
        }
    }

    /// What the result says that is not so; nil where it is the truth.
    private func complaint(_ result: TransactionResult, _ agent: SimulatedAgent) async -> String? {
        // An agent that hangs has answered nothing, and what it does later is called unknown.
        let guest = await agent.guest.maps
        let sets = await agent.commands.count { $0 == .setVCPUs }
        // A vCPU that was as asked at first is not the plan's, and another hand's change of it
        // counts neither way.
        func isAsBefore() -> Bool {
            guard let before = result.before else { return false }
            return result.planned.changes.allSatisfy {
                guest.state(of: $0.id) == before.state(of: $0.id)
            }
        }
        let isRebooted = result.failure?.cause == .rebooted
        switch result.outcome {
        case .committed, .unchanged:
            if !result.request.targets.isFulfilled(by: guest) { return "the guest is not as asked" }
        case .failed, .rolledBack:
            if !isAsBefore() { return "the guest is not as before" }
        case .refused, .conflict, .unreachable:
            if sets > 0 { return "something was sent" }
        case .partial:
            if result.request.targets.isFulfilled(by: guest) { return "the guest is as asked" }
            if isAsBefore() && !isRebooted { return "the guest is as before" }
        case .unknown:
            if result.after != nil { return "there is a reading" }
        case .planned: return "this was no dry run"
        }
        if let after = result.after, !after.hasSameState(as: guest) {
            return "the last reading is not the guest's state \(guest)"
        }
        if let before = result.before, let after = result.after {
            let planned = result.planned.ids
            let changed = before.vcpus.union(after.vcpus).subtracting(planned).filter {
                before.state(of: $0) != after.state(of: $0)
            }
            if !CPUMap(changed).isSubset(of: result.changedElsewhere) {
                return "vCPUs that nothing was sent for changed, and are not reported"
            }
        }
        return nil
    }
}
