import GuestVCPU
import TestSupport
import Testing

@Suite("A request for a number of online vCPUs, or for all of them")
struct OnlineGoalTests {
    private func reading(
        _ vcpus: CPUMap, online: CPUMap, offlinable: CPUMap, support: SetSupport = .available
    ) -> AgentReading {
        AgentReading(
            vcpus: GuestVCPUs(
                vcpus: vcpus, online: online, offlinable: offlinable, readAt: .now),
            version: nil, setSupport: support)
    }

    private func targets(_ request: ChangeRequest, _ reading: AgentReading) -> String {
        switch request.check(against: reading) {
        case .plan(let plan): plan.targets.description
        case .refused(let reasons): reasons.map(\.code.rawValue).joined(separator: ",")
        case .conflict: "conflict"
        }
    }

    @Test(
        "the highest that can go offline go first, the lowest offline ones come first",
        arguments: [
            (1, "offline 1,3,8"), (2, "offline 3,8"), (3, "offline 8"), (4, "nothing"),
            (5, "online 2"), (6, "online 2,5"), (7, "impossibleCount"), (0, "impossibleCount"),
            (-1, "impossibleCount"), (.max, "impossibleCount"), (.min, "impossibleCount"),
        ])
    func count(_ count: Int, _ expected: String) {
        let guest = reading(
            [0, 1, 2, 3, 5, 8], online: [0, 1, 3, 8], offlinable: [1, 2, 3, 5, 8])
        #expect(targets(ChangeRequest(onlineCount: count), guest) == expected)
    }

    @Test("vCPUs that are not offlinable stay online and limit how low the count can be")
    func fixed() {
        let guest = reading([0, 1, 2, 3], online: [0, 1, 2, 3], offlinable: [1])
        #expect(targets(ChangeRequest(onlineCount: 3), guest) == "offline 1")
        #expect(targets(ChangeRequest(onlineCount: 2), guest) == "impossibleCount")
        #expect(guest.vcpus.possibleOnlineCounts == 3...4)
        // An agent of Windows: nothing can be changed.
        let rigid = reading([0, 1], online: [0, 1], offlinable: [])
        #expect(rigid.vcpus.possibleOnlineCounts == 2...2)
        #expect(targets(ChangeRequest(onlineCount: 2), rigid) == "nothing")
    }

    @Test("all is every vCPU that the guest has")
    func all() {
        #expect(
            targets(.allOnline, reading([0, 1, 4, 9], online: [0, 4], offlinable: [1, 4, 9]))
                == "online 1,9")
        #expect(targets(.allOnline, reading([0, 1], online: [0, 1], offlinable: [])) == "nothing")
        #expect(
            targets(.allOnline, reading([0, 1], online: [0], offlinable: [], support: .absent))
                == "cannotSet")
    }

    @Test("a random guest comes to each possible number by the fewest changes, and to no other")
    func property() {
        for seed in 0..<400 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let vcpus = CPUMap.random(upTo: 20, using: &random).union([0])
            let online = CPUMap(vcpus.filter { _ in !random.oneIn(3) }).union([0])
            let offlinable = CPUMap(vcpus.filter { _ in !random.oneIn(4) })
            let guest = reading(vcpus, online: online, offlinable: offlinable)
            let lowest = max(1, online.subtracting(offlinable).count)
            for count in -1...22 {
                let check = ChangeRequest(onlineCount: count).check(against: guest)
                guard (lowest...vcpus.count).contains(count) else {
                    #expect(check == .refused([Refusal(vcpu: nil, code: .impossibleCount)]))
                    continue
                }
                guard case .plan(let plan) = check else {
                    Issue.record("seed \(seed), \(count): \(check)")
                    continue
                }
                #expect(plan.targets.count == abs(count - online.count))
                #expect(plan.targets.offline.isSubset(of: online.intersection(offlinable)))
                let after = plan.targets.onlineAfterwards(of: guest.vcpus)
                #expect(after.count == count)
                // No vCPU that stays could have gone before one that goes; likewise coming.
                let kept = after.intersection(offlinable).max ?? -1
                if let gone = plan.targets.offline.min { #expect(kept < gone) }
                let left = vcpus.subtracting(after).min ?? .max
                if let come = plan.targets.online.max { #expect(come < left) }
            }
        }
    }

    @Test("any vCPU that changed since the review is a conflict: the number would be another")
    func conflict() throws {
        let old = reading([0, 1, 2, 3], online: [0, 1, 2, 3], offlinable: [1, 2, 3])
        guard case .plan(let plan) = ChangeRequest(onlineCount: 3).check(against: old) else {
            Issue.record("no plan")
            return
        }
        let new = reading([0, 1, 2, 3], online: [0, 2, 3], offlinable: [1, 2, 3])
        #expect(
            plan.request.check(against: new, reviewed: old.vcpus)
                == .conflict([Refusal(vcpu: 1, code: .changed)]))
    }

    @Test("a transaction takes the number from its own reading, and says what that meant")
    func transaction() throws {
        let guest = reading([0, 1, 2, 3], online: [0, 1], offlinable: [1, 2, 3])
        for (request, after, planned) in [
            (ChangeRequest(onlineCount: 3), [0, 1, 2], "online 2"),
            (ChangeRequest(onlineCount: 1), [0], "offline 1"),
            (.allOnline, [0, 1, 2, 3], "online 2-3"),
        ] as [(ChangeRequest, CPUMap, String)] {
            var machine = TransactionStateMachine(request: request, timeout: .seconds(5))
            _ = machine.start()
            _ = machine.handle(.opened(.mixedList), elapsed: .zero)
            guard case .set(let changes, _) = machine.handle(.read(guest), elapsed: .zero) else {
                Issue.record("nothing is sent")
                continue
            }
            _ = machine.handle(.setReturned(Int64(changes.count)), elapsed: .zero)
            let end = machine.handle(
                .read(reading([0, 1, 2, 3], online: after, offlinable: [1, 2, 3])), elapsed: .zero)
            guard case .finish(let result) = end else {
                Issue.record("\(end)")
                continue
            }
            #expect(result.outcome == .committed)
            #expect(result.planned.description == planned)
            #expect(result.request.goal == request.goal)
            #expect(result.request.targets.online == after)
        }
    }
}
