import GuestVCPU
import Testing

@Suite("Holding a request against a reading")
struct ChangePlanTests {
    private func reading(
        vcpus: CPUMap = [0, 1, 2, 3, 5], online: CPUMap = [0, 1, 2],
        offlinable: CPUMap = [1, 2, 3, 5], support: SetSupport = .available
    ) -> AgentReading {
        AgentReading(
            vcpus: GuestVCPUs(
                vcpus: vcpus, online: online, offlinable: offlinable, readAt: .now),
            version: nil, setSupport: support)
    }

    private func check(
        online: CPUMap = [], offline: CPUMap = [], _ reading: AgentReading,
        reviewed: GuestVCPUs? = nil
    ) throws -> ChangeRequest.Check {
        try ChangeRequest(online: online, offline: offline)
            .check(against: reading, reviewed: reviewed)
    }

    @Test("onlines go before offlines, each ascending, and what is as asked is dropped")
    func order() throws {
        guard case .plan(let plan) = try check(online: [5, 1, 3], offline: [2], reading())
        else {
            Issue.record("no plan")
            return
        }
        #expect(
            plan.targets.changes == [
                VCPUChange(id: 3, online: true), VCPUChange(id: 5, online: true),
                VCPUChange(id: 2, online: false),
            ])
        #expect(
            plan.targets.ids == [2, 3, 5] && plan.targets.online == [3, 5]
                && plan.targets.offline == [2])
    }

    @Test("all reasons against a request are given at once")
    func refusals() throws {
        let refused = try check(
            online: [4], offline: [0, 1, 2, 7], reading(support: .disabled))
        #expect(
            refused
                == .refused([
                    Refusal(vcpu: nil, code: .cannotSet), Refusal(vcpu: 4, code: .missing),
                    Refusal(vcpu: 7, code: .missing), Refusal(vcpu: 0, code: .notOfflinable),
                    Refusal(vcpu: 0, code: .lastOnline), Refusal(vcpu: 1, code: .lastOnline),
                    Refusal(vcpu: 2, code: .lastOnline),
                ]))
    }

    @Test(
        "an agent that cannot set is refused; one that does not say is tried",
        arguments: [
            (SetSupport.available, nil), (.unknown, nil), (.absent, .cannotSet),
            (.disabled, .cannotSet), (.readOnly, .readOnly),
        ] as [(SetSupport, Refusal.Code?)])
    func support(support: SetSupport, code: Refusal.Code?) throws {
        let result = try check(offline: [1], reading(support: support))
        if let code {
            #expect(result == .refused([Refusal(vcpu: nil, code: code)]))
        } else if case .plan(let plan) = result {
            #expect(plan.targets.count == 1)
        } else {
            Issue.record("refused: \(result)")
        }
    }

    @Test("bringing one online makes room for taking the others offline")
    func lastOnlineWithOnlining() throws {
        let all = reading(online: [1, 2])
        guard case .plan(let plan) = try check(online: [3], offline: [1, 2], all) else {
            Issue.record("no plan")
            return
        }
        #expect(plan.targets.count == 3)
    }

    @Test("offline is no change for a vCPU that is offline and not offlinable")
    func offlineAlready() throws {
        guard
            case .plan(let plan) = try check(
                offline: [3], reading(online: [0], offlinable: [1]))
        else {
            Issue.record("no plan")
            return
        }
        #expect(plan.targets.isEmpty)
    }

    @Test("a named vCPU that changed since the review is a conflict; another is not")
    func conflict() throws {
        let now = reading()
        func before(_ online: CPUMap) -> GuestVCPUs {
            GuestVCPUs(
                vcpus: now.vcpus.vcpus, online: online, offlinable: now.vcpus.offlinable,
                readAt: .now)
        }
        #expect(
            try check(offline: [1], now, reviewed: before([0, 2]))
                == .conflict([Refusal(vcpu: 1, code: .changed)]))
        guard case .plan = try check(offline: [1], now, reviewed: before([0, 1])) else {
            Issue.record("a vCPU that the request does not name counts for nothing")
            return
        }
        guard case .refused = try check(offline: [0], now, reviewed: before([1])) else {
            Issue.record("refused goes before conflict")
            return
        }
    }

    @Test("requests that cannot be are errors of fact")
    func requests() {
        #expect(throws: ChangeRequestError.overlap([2])) {
            try ChangeRequest(online: [1, 2], offline: [2, 3])
        }
        #expect(throws: ChangeRequestError.empty) { try ChangeRequest([], online: true) }
        for number in [-1, 4096, Int.max] {
            #expect(throws: ChangeRequestError.outOfRange(number)) {
                try ChangeRequest(number, online: true)
            }
        }
    }
}
