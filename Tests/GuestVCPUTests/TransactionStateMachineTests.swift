import GuestVCPU
import Testing

@Suite("The transaction, step by step")
struct TransactionStateMachineTests {
    private typealias Action = TransactionStateMachine.Action

    private static let timeout = Duration.seconds(5)
    private static let broken = AgentError(.error, "No space left on device")

    private static func reading(
        online: CPUMap, vcpus: CPUMap = CPUMap(0...7), support: SetSupport = .available
    ) -> AgentReading {
        AgentReading(
            vcpus: GuestVCPUs(
                vcpus: vcpus, online: online, offlinable: vcpus.subtracting([0]), readAt: .now),
            version: nil, setSupport: support)
    }

    private static func changes(online: CPUMap = [], offline: CPUMap = []) -> [VCPUChange] {
        online.map { VCPUChange(id: $0, online: true) }
            + offline.map { VCPUChange(id: $0, online: false) }
    }

    /// A machine that has read a guest with 0 to 3 online, and was asked to bring 4 and 5 online
    /// and to take 1, 2 and 3 offline; with its first list.
    private func sending(
        policy: FailurePolicy = .rollBack, form: SetForm = .mixedList
    ) throws -> (TransactionStateMachine, Action) {
        let request = try ChangeRequest(online: [4, 5], offline: [1, 2, 3])
        var machine = TransactionStateMachine(
            request: request, policy: policy, timeout: Self.timeout)
        #expect(machine.start() == .open(timeout: Self.timeout))
        #expect(machine.handle(.opened(form), elapsed: .zero) == .read(timeout: Self.timeout))
        let action = machine.handle(
            .read(Self.reading(online: [0, 1, 2, 3])), elapsed: .milliseconds(100))
        return (machine, action)
    }

    private func result(_ action: Action) throws -> TransactionResult {
        guard case .finish(let result) = action else {
            throw NotFinished(action: action)
        }
        return result
    }

    private struct NotFinished: Error { let action: Action }

    @Test("one list is sent, with a second more for each change, and the guest is read again")
    func straight() throws {
        var (machine, action) = try sending()
        let list = Self.changes(online: [4, 5], offline: [1, 2, 3])
        #expect(action == .set(list, timeout: .seconds(10)))
        action = machine.handle(.setReturned(5), elapsed: .seconds(1))
        #expect(action == .read(timeout: Self.timeout))
        let end = try result(
            machine.handle(.read(Self.reading(online: [0, 4, 5])), elapsed: .seconds(1)))
        #expect(end.outcome == .committed && end.failures.isEmpty && end.changes == list)
    }

    @Test("a short return is followed by the rest, to learn the reason, and by an undo")
    func rollBack() throws {
        var (machine, action) = try sending()
        action = machine.handle(.setReturned(3), elapsed: .seconds(1))
        #expect(action == .set(Self.changes(offline: [2, 3]), timeout: .milliseconds(9_100)))
        action = machine.handle(.failed(Self.broken), elapsed: .seconds(2))
        #expect(action == .read(timeout: Self.timeout))
        action = machine.handle(
            .read(Self.reading(online: [0, 2, 3, 4, 5])), elapsed: .seconds(2))
        let undo = [
            VCPUChange(id: 1, online: true), VCPUChange(id: 5, online: false),
            VCPUChange(id: 4, online: false),
        ]
        #expect(action == .set(undo, timeout: .seconds(8)) && machine.isUndoing)
        action = machine.handle(.setReturned(3), elapsed: .seconds(3))
        let end = try result(
            machine.handle(.read(Self.reading(online: [0, 1, 2, 3])), elapsed: .seconds(3)))
        #expect(end.outcome == .rolledBack)
        #expect(
            end.failures == [TransactionFailure(vcpu: 2, cause: .agent(Self.broken))])
    }

    @Test("a short return whose rest then succeeds was a passing failure")
    func transient() throws {
        var (machine, action) = try sending()
        action = machine.handle(.setReturned(2), elapsed: .seconds(1))
        #expect(action == .set(Self.changes(offline: [1, 2, 3]), timeout: .milliseconds(9_100)))
        _ = machine.handle(.setReturned(3), elapsed: .seconds(1))
        let end = try result(
            machine.handle(.read(Self.reading(online: [0, 4, 5])), elapsed: .seconds(1)))
        #expect(end.outcome == .committed && end.failures.isEmpty)
    }

    @Test("keep going leaves out the entry that failed and sends those after it")
    func keepGoing() throws {
        var (machine, action) = try sending(policy: .keepGoing)
        action = machine.handle(.failed(Self.broken), elapsed: .seconds(1))
        #expect(
            action
                == .set(
                    Self.changes(online: [5], offline: [1, 2, 3]), timeout: .milliseconds(9_100)))
        _ = machine.handle(.setReturned(4), elapsed: .seconds(1))
        let end = try result(
            machine.handle(.read(Self.reading(online: [0, 5])), elapsed: .seconds(1)))
        #expect(end.outcome == .partial)
        #expect(end.failures == [TransactionFailure(vcpu: 4, cause: .agent(Self.broken))])
    }

    @Test(
        "a count that cannot be ends the sending, and the reading decides",
        arguments: [Int64](arrayLiteral: 0, -1, 6, .max, .min))
    func wrongCount(count: Int64) throws {
        for policy in [FailurePolicy.rollBack, .keepGoing] {
            var (machine, action) = try sending(policy: policy)
            action = machine.handle(.setReturned(count), elapsed: .seconds(1))
            #expect(action == .read(timeout: Self.timeout))
            let end = try result(
                machine.handle(.read(Self.reading(online: [0, 4, 5])), elapsed: .seconds(1)))
            #expect(end.outcome == .committed)
            #expect(
                end.failures
                    == [TransactionFailure(vcpu: nil, cause: .wrongCount(count, of: 5))])
        }
    }

    @Test("an agent that reports success without doing anything has failed")
    func lie() throws {
        var (machine, _) = try sending()
        _ = machine.handle(.setReturned(5), elapsed: .seconds(1))
        let end = try result(
            machine.handle(.read(Self.reading(online: [0, 1, 2, 3])), elapsed: .seconds(1)))
        #expect(end.outcome == .failed)
        #expect(end.failures == [TransactionFailure(vcpu: nil, cause: .notDone)])
    }

    @Test(
        "what is not the entry's fault ends the sending on a line that still works",
        arguments: [AgentError.Kind.blocked, .unsupported, .frozen, .denied])
    func notTheEntry(kind: AgentError.Kind) throws {
        var (machine, action) = try sending(policy: .keepGoing)
        action = machine.handle(.failed(AgentError(kind)), elapsed: .seconds(1))
        #expect(action == .read(timeout: Self.timeout))
        let end = try result(
            machine.handle(.read(Self.reading(online: [0, 1, 2, 3])), elapsed: .seconds(1)))
        #expect(end.outcome == .failed && end.failure?.vcpu == nil)
    }

    @Test("after a timeout the line is closed at once, and new ones are tried, ever more slowly")
    func lostLine() throws {
        var (machine, action) = try sending()
        action = machine.handle(.failed(AgentError(.unresponsive)), elapsed: .seconds(10))
        #expect(action == .close)
        action = machine.handle(.closed, elapsed: .seconds(10))
        #expect(action == .open(timeout: Self.timeout))
        for pause in [100, 200, 400, 800, 1_000, 1_000] {
            action = machine.handle(.failed(AgentError(.disconnected)), elapsed: .seconds(11))
            #expect(action == .wait(.milliseconds(pause)))
            action = machine.handle(.waited, elapsed: .seconds(11))
            #expect(action == .open(timeout: Self.timeout))
        }
        // As long again as the set was allowed: ten seconds, from the loss on.
        action = machine.handle(.opened(.mixedList), elapsed: .seconds(18))
        #expect(action == .read(timeout: .seconds(2)))
        action = machine.handle(.failed(AgentError(.unresponsive)), elapsed: .seconds(20))
        #expect(action == .close)
        let end = try result(machine.handle(.closed, elapsed: .seconds(20)))
        #expect(end.outcome == .unknown && end.after == nil && end.before != nil)
    }

    @Test("what a lost line left half done is undone")
    func lostHalfWay() throws {
        var (machine, _) = try sending()
        _ = machine.handle(.failed(AgentError(.disconnected)), elapsed: .seconds(1))
        _ = machine.handle(.closed, elapsed: .seconds(1))
        _ = machine.handle(.opened(.mixedList), elapsed: .seconds(1))
        let action = machine.handle(
            .read(Self.reading(online: [0, 1, 2, 3, 4])), elapsed: .seconds(1))
        #expect(action == .set([VCPUChange(id: 4, online: false)], timeout: .seconds(6)))
    }

    @Test("an agent that takes one state a call gets the onlines, then the offlines")
    func oneState() throws {
        var (machine, action) = try sending(form: .oneState)
        #expect(action == .set(Self.changes(online: [4, 5]), timeout: .seconds(10)))
        action = machine.handle(.setReturned(2), elapsed: .seconds(1))
        #expect(action == .set(Self.changes(offline: [1, 2, 3]), timeout: .milliseconds(9_100)))
        action = machine.handle(.failed(Self.broken), elapsed: .seconds(1))
        #expect(action == .read(timeout: Self.timeout))
        // The call failed, and the guest is changed all the same.
        action = machine.handle(.read(Self.reading(online: [0, 2, 3, 4, 5])), elapsed: .seconds(1))
        #expect(action == .set(Self.changes(online: [1]), timeout: .seconds(8)))
        action = machine.handle(.setReturned(1), elapsed: .seconds(1))
        #expect(
            action
                == .set(
                    [VCPUChange(id: 5, online: false), VCPUChange(id: 4, online: false)],
                    timeout: .seconds(8)))
    }

    @Test("a vCPU that vanished is neither as asked nor as before, and cannot be undone")
    func vanished() throws {
        var (machine, _) = try sending()
        _ = machine.handle(.setReturned(5), elapsed: .seconds(1))
        let end = try result(
            machine.handle(
                .read(Self.reading(online: [0, 1, 3], vcpus: [0, 1, 3, 4, 5, 6, 7])),
                elapsed: .seconds(1)))
        #expect(end.outcome == .partial)
    }

    @Test("nothing is sent in a dry run, nor when the first reading fails")
    func nothingSent() throws {
        let request = try ChangeRequest([1], online: false)
        var dry = TransactionStateMachine(request: request, timeout: Self.timeout, isDryRun: true)
        _ = dry.start()
        _ = dry.handle(.opened(.mixedList), elapsed: .zero)
        let planned = try result(
            dry.handle(.read(Self.reading(online: [0, 1])), elapsed: .zero))
        #expect(planned.outcome == .planned && planned.changes == Self.changes(offline: [1]))

        for stage in 0...1 {
            var machine = TransactionStateMachine(request: request, timeout: Self.timeout)
            _ = machine.start()
            if stage == 1 { _ = machine.handle(.opened(.mixedList), elapsed: .zero) }
            let end = try result(
                machine.handle(.failed(AgentError(.frozen)), elapsed: .zero))
            #expect(end.outcome == .unreachable && end.before == nil && end.after == nil)
            #expect(end.failure?.cause == .agent(AgentError(.frozen)))
        }
    }

    @Test("when the time for sending is over, the rest is not sent, and the guest is read")
    func outOfTime() throws {
        var (machine, action) = try sending(policy: .keepGoing)
        action = machine.handle(.setReturned(1), elapsed: .milliseconds(10_100))
        #expect(action == .read(timeout: Self.timeout))
        let end = try result(
            machine.handle(.read(Self.reading(online: [0, 1, 2, 3, 4])), elapsed: .seconds(11)))
        #expect(end.outcome == .partial)
        #expect(end.failures == [TransactionFailure(vcpu: nil, cause: .outOfTime)])
    }
}
