import GuestVCPU
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
    }

    private func run(
        seed: UInt64, policy: FailurePolicy? = nil, form: SetForm? = nil,
        failing isFailing: Bool = true,
        trouble makeTrouble: (inout SplitMix64) -> UnreliableGuest.Trouble
    ) throws -> Run? {
        var random = SplitMix64(seed: seed)
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
        while let event = guest.perform(action) {
            if case .set = action { readAfterLastSet = false }
            if case .read = event { readAfterLastSet = true }
            steps += 1
            try #require(steps < 5_000, "seed \(seed) loops")
            action = machine.handle(event, elapsed: guest.elapsed)
        }
        guard case .finish(let result) = action else {
            Issue.record("seed \(seed) ended without an end")
            return nil
        }
        return Run(
            guest: guest, before: before, policy: policy, timeout: timeout, result: result,
            readAfterLastSet: readAfterLastSet, steps: steps)
    }

    /// What must hold of every end, whatever the guest did.
    private func checkHonest(_ run: Run, seed: UInt64) {
        let result = run.result
        let changedIDs = result.changes.map(\.id)
        func isAsBefore(_ guest: GuestVCPUs) -> Bool {
            guard let before = result.before else { return false }
            return changedIDs.allSatisfy { guest.state(of: $0) == before.state(of: $0) }
        }
        let comment = Comment("seed \(seed): \(result)")
        switch result.outcome {
        case .committed:
            #expect(run.readAfterLastSet, comment)
            #expect(result.after.map(result.request.isFulfilled) == true, comment)
        case .failed, .rolledBack:
            #expect(run.readAfterLastSet, comment)
            #expect(result.after.map(isAsBefore) == true, comment)
            #expect(result.after.map(result.request.isFulfilled) == false, comment)
            #expect(result.failure != nil, comment)
        case .partial:
            #expect(run.readAfterLastSet, comment)
            #expect(result.after.map(isAsBefore) == false, comment)
            #expect(result.after.map(result.request.isFulfilled) == false, comment)
            #expect(result.failure != nil, comment)
        case .unknown:
            #expect(!run.guest.sets.isEmpty && !run.readAfterLastSet, comment)
            #expect(result.after == nil && result.before != nil, comment)
            #expect(result.failure != nil, comment)
        case .unreachable:
            #expect(run.guest.sets.isEmpty && result.before == nil, comment)
            #expect(result.after == nil && result.failure != nil, comment)
        case .unchanged:
            #expect(run.guest.sets.isEmpty, comment)
            #expect(result.after.map(result.request.isFulfilled) == true, comment)
        case .refused, .conflict:
            #expect(run.guest.sets.isEmpty && !result.reasons.isEmpty, comment)
            #expect(result.after != nil, comment)
        case .planned:
            Issue.record(comment)
        }
        if let after = result.after {
            // The guest was not touched between the last reading and the end.
            #expect(after.hasSameState(as: run.guest.truth), comment)
        }
        for set in run.guest.sets {
            #expect(!set.isEmpty && Set(set.map(\.id)).count == set.count, comment)
            #expect(set.allSatisfy { result.request.named.contains($0.id) }, comment)
            if run.guest.form == .oneState { #expect(Set(set.map(\.online)).count == 1, comment) }
        }
        #expect(run.guest.sets.count <= 4 * max(1, result.changes.count), comment)
        // And one last reading, after a list that used up the time.
        let allowed = (run.timeout + .seconds(result.changes.count)) * 3 + run.timeout * 2
        #expect(run.guest.elapsed <= allowed, comment)
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

    @Test("roll back ends as it began when nothing but entries of the change fail")
    func rollBackIsWhole() async throws {
        var seen: Set<Outcome> = []
        for seed in 0..<UInt64(20_000) {
            if seed % 256 == 0 { await Task.yield() }
            let run = try run(seed: seed, policy: .rollBack) { _ in .init() }
            guard let run else { continue }
            checkHonest(run, seed: seed)
            seen.insert(run.result.outcome)
            let undoFails = run.result.changes.contains {
                run.guest.failing.contains(VCPUChange(id: $0.id, online: !$0.online))
            }
            for change in run.result.changes where run.result.outcome != .committed {
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
            for change in run.result.changes where !run.guest.failing.contains(change) {
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
                run.guest.sets == (run.result.outcome == .committed ? [run.result.changes] : []))
        }
    }
}
