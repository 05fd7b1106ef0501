import Foundation
import GuestVCPU
import TestSupport
import Testing

@Suite("Transactions against guests that fail at any step")
struct TransactionPropertyTests {
    /// One transaction, from its start to its end.
    private struct Run {
        var guest: UnreliableGuest
        let before: GuestVCPUs
        let policy: FailurePolicy
        let timeout: Duration
        let result: TransactionResult
        let readAfterLastSet: Bool
        let steps: Int
        /// Whether an interruption came before anything was sent.
        let wasInterrupted: Bool
        /// Whether something was sent after a reading that showed a reboot.
        let sentAfterReboot: Bool
    }

    private func run(
        seed: UInt64, policy: FailurePolicy? = nil, form: SetForm? = nil,
        failing isFailing: Bool = true, interrupting: Bool = false,
        trouble makeTrouble: (inout SeededGenerator) -> UnreliableGuest.Trouble
    ) throws -> Run? {
        var random = SeededGenerator(seed: seed)
        let highest = Int.random(in: 1...12, using: &random)
        let vcpus = CPUMap.random(upTo: highest, using: &random).union([0])
        let online = CPUMap(vcpus.filter { _ in !random.oneIn(3) }).union([0])
        let offlinable = CPUMap(vcpus.filter { $0 != 0 || random.oneIn(4) })
        let named = CPUMap((0...highest).filter { _ in random.oneIn(2) })
        let toOnline = CPUMap(named.filter { _ in random.oneIn(2) })
        guard
            let request = try? ChangeRequest(
                online: toOnline, offline: named.subtracting(toOnline))
        else { return nil }
        var failing: Set<VCPUChange> = []
        if isFailing {
            for id in vcpus where random.oneIn(6) {
                failing.insert(VCPUChange(id: id, online: Bool.random(using: &random)))
            }
        }
        var guest = UnreliableGuest(
            vcpus: vcpus, online: online, offlinable: offlinable, failing: failing,
            form: form ?? (random.oneIn(3) ? .oneState : .mixedList),
            trouble: makeTrouble(&random), random: random)
        let before = guest.truth
        let policy = policy ?? (random.oneIn(2) ? .rollBack : .keepGoing)
        let timeout = Duration.seconds(Int.random(in: 1...5, using: &random))
        var machine = TransactionStateMachine(
            request: request, reviewed: random.oneIn(4) ? before : nil, policy: policy,
            timeout: timeout)
        var action = machine.start()
        var steps = 0
        var readAfterLastSet = false
        var knownBoot: GuestBoot?
        var sentAfterReboot = false
        let interruptionStep = interrupting ? Int.random(in: 0...2, using: &random) : nil
        while true {
            // What is not performed is given up before it was, or while its answer is on its way.
            if steps == interruptionStep, case .set = action {
                action = machine.handle(.interrupted, elapsed: guest.elapsed)
                break
            }
            guard var event = guest.perform(action) else { break }
            if steps == interruptionStep { event = .interrupted }
            if case .set = action {
                readAfterLastSet = false
                if let knownBoot, knownBoot.differs(from: before.boot) { sentAfterReboot = true }
            }
            if case .read(let reading) = event {
                readAfterLastSet = true
                knownBoot = reading.vcpus.boot
            }
            steps += 1
            try #require(steps < 5_000, "seed \(seed) loops")
            action = machine.handle(event, elapsed: guest.elapsed)
            if steps - 1 == interruptionStep { break }
        }
        guard case .finish(let result) = action else {
            Issue.record("seed \(seed) ended without an end")
            return nil
        }
        return Run(
            guest: guest, before: before, policy: policy, timeout: timeout, result: result,
            readAfterLastSet: readAfterLastSet, steps: steps,
            wasInterrupted: interruptionStep.map { steps <= $0 + 1 } ?? false,
            sentAfterReboot: sentAfterReboot)
    }

    /// What must hold of every end, whatever the guest did.
    private func checkHonest(_ run: Run, seed: UInt64) {
        let result = run.result
        let changedIDs = result.planned.ids
        func isAsBefore(_ guest: GuestVCPUs) -> Bool {
            guard let before = result.before else { return false }
            return changedIDs.allSatisfy { guest.state(of: $0) == before.state(of: $0) }
        }
        // Written out only where an expectation fails.
        var comment: Comment { "seed \(seed): \(result)" }
        switch result.outcome {
        case .committed:
            #expect(run.readAfterLastSet, comment)
            #expect(result.after.map(result.request.targets.isFulfilled) == true, comment)
        case .failed, .rolledBack:
            #expect(run.readAfterLastSet, comment)
            #expect(result.after.map(isAsBefore) == true, comment)
            #expect(!isRebooted(result), comment)
            #expect(result.after.map(result.request.targets.isFulfilled) == false, comment)
            #expect(result.failure != nil, comment)
        case .partial:
            #expect(run.readAfterLastSet, comment)
            #expect(result.after.map(isAsBefore) == false || isRebooted(result), comment)
            #expect(result.after.map(result.request.targets.isFulfilled) == false, comment)
            #expect(result.failure != nil, comment)
            #expect((result.failure?.cause == .rebooted) == isRebooted(result), comment)
        case .unknown:
            #expect(!run.guest.sets.isEmpty && !run.readAfterLastSet, comment)
            #expect(result.after == nil && result.before != nil, comment)
            #expect(result.failure != nil, comment)
        case .unreachable:
            #expect(run.guest.sets.isEmpty && result.before == nil, comment)
            #expect(result.after == nil && result.failure != nil, comment)
        case .unchanged:
            #expect(run.guest.sets.isEmpty, comment)
            #expect(result.after.map(result.request.targets.isFulfilled) == true, comment)
        case .refused, .conflict:
            let isInterrupted = result.failure?.cause == .interrupted
            #expect(run.guest.sets.isEmpty, comment)
            #expect(result.reasons.isEmpty == isInterrupted, comment)
            #expect(result.after != nil, comment)
        case .planned:
            Issue.record(comment)
        }
        if run.wasInterrupted { #expect(run.guest.sets.isEmpty, comment) }
        checkOwnership(run, seed: seed)
        if let after = result.after, !run.wasInterrupted {
            // The guest was not touched between the last reading and the end.
            #expect(after.hasSameState(as: run.guest.truth), comment)
        }
        for set in run.guest.sets {
            #expect(!set.isEmpty && Set(set.map(\.id)).count == set.count, comment)
            #expect(set.allSatisfy { result.request.targets.ids.contains($0.id) }, comment)
            if run.guest.form == .oneState { #expect(Set(set.map(\.online)).count == 1, comment) }
        }
        #expect(run.guest.sets.count <= 4 * max(1, result.planned.count), comment)
        // And one last reading, after a list that used up the time.
        let allowed = (run.timeout + .seconds(result.planned.count)) * 3 + run.timeout * 2
        // An action that a stop fell into took no longer than it would have without.
        let slack = run.timeout * run.guest.stops * 2
        #expect(run.guest.elapsed - run.guest.stoppedFor <= allowed + slack, comment)
    }

    private func isRebooted(_ result: TransactionResult) -> Bool {
        guard let before = result.before, let after = result.after else { return false }
        return after.boot.differs(from: before.boot)
    }

    /// What is the transaction's own, and what another hand's.
    private func checkOwnership(_ run: Run, seed: UInt64) {
        let (guest, result) = (run.guest, run.result)
        var comment: Comment { "seed \(seed): \(result)" }
        #expect(!run.sentAfterReboot, comment)
        guard let before = result.before, let after = result.after else { return }
        let changed = CPUMap(
            before.vcpus.union(after.vcpus).filter { before.state(of: $0) != after.state(of: $0) })
        let sent = CPUMap(guest.sets.flatMap { $0 }.map(\.id))
        #expect(result.changedElsewhere.isSubset(of: changed), comment)
        #expect(result.changedElsewhere.isDisjoint(with: guest.executed), comment)
        #expect(changed.subtracting(sent).isSubset(of: result.changedElsewhere), comment)
        guard guest.isPlain, guest.form == .mixedList else { return }
        // The agent told all that it did: what it did not try is not ours, though it was sent.
        let foreign = guest.changedByOthers.subtracting(guest.tried)
        #expect(result.changedElsewhere.intersection(foreign) == changed.intersection(foreign))
        #expect(result.reached.isDisjoint(with: foreign), comment)
    }

    @Test("the outcome is the guest's state or unknown, whatever goes wrong and in what order")
    func anything() async throws {
        var seen: Set<Outcome> = []
        for seed in 0..<UInt64(60_000) {
            if seed % 256 == 0 { await Task.yield() }
            let run = try run(seed: seed) { random in
                func odds() -> Int? {
                    random.oneIn(2) ? nil : Int.random(in: 2...12, using: &random)
                }
                return UnreliableGuest.Trouble(
                    line: odds(), malformed: odds(), lie: odds(), transient: odds(),
                    others: odds(), death: odds().map { $0 * 2 })
            }
            guard let run else { continue }
            seen.insert(run.result.outcome)
            checkHonest(run, seed: seed)
        }
        #expect(seen == Set(Outcome.allCases).subtracting([.planned]))
    }

    @Test("a million histories of up to three troubles each end with the truth, or as unknown")
    func millionHistories() async throws {
        // Tests/mutants asks for fewer.
        let count =
            ProcessInfo.processInfo.environment["VCPUTOP_HISTORIES"].flatMap { Int($0) }
            ?? 1_000_000
        let seen = try await withThrowingTaskGroup(of: [Outcome: Int].self) { group in
            for lane in 0..<2 {
                group.addTask {
                    var seen: [Outcome: Int] = [:]
                    for seed in stride(from: lane, to: count, by: 2) {
                        if seed % 256 == lane { await Task.yield() }
                        let run = try run(
                            seed: UInt64(seed) + 1_000_000, interrupting: seed % 8 == lane
                        ) { random in
                            .all(
                                oneIn: Int.random(in: 4...24, using: &random),
                                most: Int.random(in: 0...3, using: &random))
                        }
                        guard let run else { continue }
                        seen[run.result.outcome, default: 0] += 1
                        checkHonest(run, seed: UInt64(seed) + 1_000_000)
                    }
                    return seen
                }
            }
            return try await group.reduce(into: [:]) { $0.merge($1, uniquingKeysWith: +) }
        }
        for outcome in Outcome.allCases where outcome != .planned {
            #expect(seen[outcome, default: 0] > count / 10_000, "\(outcome): \(seen)")
        }
    }

    @Test("a program that is stopped, for however long, learns what became of its change")
    func stopsAlone() async throws {
        var stopped = 0
        for seed in 0..<UInt64(20_000) {
            if seed % 256 == 0 { await Task.yield() }
            let run = try run(seed: seed) { _ in .init(stop: 3, most: 3) }
            guard let run else { continue }
            checkHonest(run, seed: seed)
            if run.guest.stops > 0, !run.guest.sets.isEmpty { stopped += 1 }
            #expect(run.result.outcome != .unknown, "seed \(seed): \(run.result)")
        }
        #expect(stopped > 1_000)
    }

    @Test("roll back ends as it began when nothing but entries of the change fail")
    func rollBackIsWhole() async throws {
        var seen: Set<Outcome> = []
        for seed in 0..<UInt64(20_000) {
            if seed % 256 == 0 { await Task.yield() }
            let run = try run(seed: seed, policy: .rollBack) { _ in .init() }
            guard let run else { continue }
            checkHonest(run, seed: seed)
            seen.insert(run.result.outcome)
            let undoFails = run.result.planned.changes.contains {
                run.guest.failing.contains(VCPUChange(id: $0.id, online: !$0.online))
            }
            for change in run.result.planned.changes where run.result.outcome != .committed {
                // One entry that cannot be undone keeps no other from being undone.
                let back = VCPUChange(id: change.id, online: !change.online)
                guard !run.guest.failing.contains(back) else { continue }
                #expect(
                    run.guest.truth.state(of: change.id) == run.before.state(of: change.id),
                    "seed \(seed): \(change) \(run.result) \(run.guest.sets) \(run.guest.failing)")
            }
            if !undoFails {
                #expect(run.result.outcome != .partial, "seed \(seed): \(run.result)")
                if run.result.outcome != .committed {
                    #expect(run.guest.truth.hasSameState(as: run.before), "seed \(seed)")
                }
            }
        }
        #expect(seen.isSuperset(of: [.committed, .rolledBack, .failed, .refused, .partial]))
    }

    @Test("keep going does everything that can be done, whatever form the agent takes")
    func keepGoingIsThorough() async throws {
        for seed in 0..<UInt64(10_000) {
            if seed % 256 == 0 { await Task.yield() }
            let run = try run(seed: seed, policy: .keepGoing) { _ in .init() }
            guard let run else { continue }
            checkHonest(run, seed: seed)
            for change in run.result.planned.changes where !run.guest.failing.contains(change) {
                #expect(
                    run.guest.truth.state(of: change.id) == (change.online ? .online : .offline),
                    "seed \(seed): \(change)")
            }
        }
    }

    @Test("a guest without trouble gets one list, and is as asked")
    func noTrouble() async throws {
        for seed in 0..<UInt64(5_000) {
            if seed % 256 == 0 { await Task.yield() }
            let run = try run(seed: seed, form: .mixedList, failing: false) { _ in .init() }
            guard let run else { continue }
            checkHonest(run, seed: seed)
            #expect(
                [.committed, .unchanged, .refused].contains(run.result.outcome), "seed \(seed)")
            #expect(
                run.guest.sets
                    == (run.result.outcome == .committed ? [run.result.planned.changes] : []))
        }
    }
}
