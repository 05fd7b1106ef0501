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
        #expect(end.outcome == .committed && end.failures.isEmpty && end.planned.changes == list)
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
        #expect(end.failures.map(\.cause) == [.agent(AgentError(.unresponsive))])
    }

    @Test("an unknown outcome says what went wrong first, and why the guest cannot be read now")
    func unknownWithReason() throws {
        var (machine, _) = try sending()
        _ = machine.handle(.failed(AgentError(.unresponsive)), elapsed: .seconds(10))
        _ = machine.handle(.closed, elapsed: .seconds(10))
        let gone = AgentError(.error, "the guest has migrated to another host")
        var action = Action.open(timeout: Self.timeout)
        var elapsed = Duration.seconds(10)
        while true {
            switch action {
            case .open(let allowed):
                elapsed += allowed
                action = machine.handle(.failed(gone), elapsed: elapsed)
                continue
            case .wait(let pause):
                elapsed += pause
                action = machine.handle(.waited, elapsed: elapsed)
                continue
            default: break
            }
            break
        }
        let end = try result(action)
        #expect(end.outcome == .unknown)
        #expect(
            end.failures.map(\.cause) == [.agent(AgentError(.unresponsive)), .agent(gone)])
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
        #expect(
            planned.outcome == .planned && planned.planned.changes == Self.changes(offline: [1]))

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

    // MARK: - Interruptions, stops and reboots

    @Test("an interruption while opening or reading ends it with nothing sent")
    func interruptedBeforeReading() throws {
        let request = try ChangeRequest([1], online: false)
        for stage in 0...1 {
            var machine = TransactionStateMachine(request: request, timeout: Self.timeout)
            _ = machine.start()
            if stage == 1 { _ = machine.handle(.opened(.mixedList), elapsed: .zero) }
            let end = try result(machine.handle(.interrupted, elapsed: .seconds(1)))
            #expect(end.outcome == .unreachable && end.before == nil && end.after == nil)
            #expect(end.failures == [TransactionFailure(vcpu: nil, cause: .interrupted)])
        }
    }

    @Test("an interruption between the plan and its first list ends it with nothing sent")
    func interruptedBeforeSending() throws {
        var (machine, _) = try sending()
        let end = try result(machine.handle(.interrupted, elapsed: .seconds(1)))
        #expect(end.outcome == .refused && end.after == end.before && end.before != nil)
        #expect(end.planned.isEmpty && end.reached.isEmpty && end.reasons.isEmpty)
        #expect(end.failure?.cause == .interrupted)
    }

    @Test("a program that was stopped during the set reads the guest, and undoes, as if it had not")
    func stoppedInTheSet() throws {
        var (machine, _) = try sending()
        // An hour later every deadline has passed, and the agent answers.
        let hour = Duration.seconds(3_600)
        #expect(machine.handle(.failed(AgentError(.unresponsive)), elapsed: hour) == .close)
        #expect(machine.handle(.closed, elapsed: hour) == .open(timeout: Self.timeout))
        var action = machine.handle(.opened(.mixedList), elapsed: hour + .milliseconds(100))
        #expect(action == .read(timeout: Self.timeout))
        action = machine.handle(
            .read(Self.reading(online: [0, 1, 2, 3, 4])), elapsed: hour + .milliseconds(200))
        guard case .set(let undo, let allowed) = action else { throw NotFinished(action: action) }
        #expect(undo == [VCPUChange(id: 4, online: false)] && allowed > .seconds(5))
        // And once more, during the undo and during its reading.
        action = machine.handle(.setReturned(1), elapsed: hour * 2)
        #expect(action == .read(timeout: Self.timeout))
        #expect(machine.handle(.failed(AgentError(.unresponsive)), elapsed: hour * 3) == .close)
        #expect(machine.handle(.closed, elapsed: hour * 3) == .open(timeout: Self.timeout))
        _ = machine.handle(.opened(.mixedList), elapsed: hour * 3)
        let end = try result(
            machine.handle(.read(Self.reading(online: [0, 1, 2, 3])), elapsed: hour * 3))
        #expect(end.outcome == .rolledBack && end.elapsed == hour * 3)
    }

    @Test("a machine on which everything takes too long comes to an end all the same")
    func alwaysStopped() throws {
        var (machine, _) = try sending()
        var elapsed = Duration.seconds(3_600)
        var action = machine.handle(.failed(AgentError(.unresponsive)), elapsed: elapsed)
        var steps = 0
        while steps < 1_000 {
            steps += 1
            elapsed += .seconds(3_600)
            switch action {
            case .close: action = machine.handle(.closed, elapsed: elapsed)
            case .wait: action = machine.handle(.waited, elapsed: elapsed)
            case .open:
                action = machine.handle(.failed(AgentError(.unresponsive)), elapsed: elapsed)
            case .finish(let end):
                #expect(end.outcome == .unknown)
                return
            case .read, .set: throw NotFinished(action: action)
            }
        }
        Issue.record("it goes on for ever")
    }

    @Test("after something was sent there is time to connect and read once, however late it is")
    func lastReading() throws {
        var (machine, _) = try sending()
        // The set takes all of its time, and so do the first tries to read.
        #expect(
            machine.handle(.failed(AgentError(.unresponsive)), elapsed: .seconds(10)) == .close)
        _ = machine.handle(.closed, elapsed: .seconds(10))
        #expect(
            machine.handle(.opened(.mixedList), elapsed: .seconds(15))
                == .read(timeout: .seconds(5)))
        var action = machine.handle(
            .read(Self.reading(online: [0, 1, 2, 3, 4])), elapsed: .milliseconds(19_900))
        guard case .set(_, let allowed) = action else { throw NotFinished(action: action) }
        // The undo as well: what is left of three times the set's deadline is not enough.
        let late = .milliseconds(19_900) + allowed
        #expect(late + Self.timeout * 2 > .seconds(30))
        #expect(machine.handle(.failed(AgentError(.unresponsive)), elapsed: late) == .close)
        action = machine.handle(.closed, elapsed: late)
        #expect(action == .open(timeout: Self.timeout))
        action = machine.handle(.opened(.mixedList), elapsed: late + Self.timeout)
        #expect(action == .read(timeout: Self.timeout))
    }

    private static func reading(online: CPUMap, kernel: UInt8?, incarnation: UInt64?)
        -> AgentReading
    {
        var maps = reading(online: online).vcpus
        maps.boot = GuestBoot(
            id: kernel.flatMap { BootID([UInt8](repeating: $0, count: 36)) },
            incarnation: incarnation)
        return AgentReading(vcpus: maps, version: nil, setSupport: .available)
    }

    @Test(
        "the boot of the guest's kernel tells a reboot, else the host's incarnation",
        arguments: [
            (kernels: (1, 2), incarnations: (7, 7), isReboot: true),
            (kernels: (1, 1), incarnations: (7, 8), isReboot: false),
            (kernels: (1, nil), incarnations: (7, 8), isReboot: true),
            (kernels: (nil, 1), incarnations: (7, 7), isReboot: false),
            (kernels: (nil, nil), incarnations: (7, 8), isReboot: true),
            (kernels: (nil, nil), incarnations: (7, nil), isReboot: false),
            (kernels: (1, nil), incarnations: (nil, nil), isReboot: false),
        ] as [(kernels: (UInt8?, UInt8?), incarnations: (UInt64?, UInt64?), isReboot: Bool)])
    func reboot(
        kernels: (UInt8?, UInt8?), incarnations: (UInt64?, UInt64?), isReboot: Bool
    ) throws {
        let before = Self.reading(
            online: [0, 1, 2, 3], kernel: kernels.0, incarnation: incarnations.0)
        func reread(_ online: CPUMap) throws -> Action {
            let request = try ChangeRequest(online: [4, 5], offline: [1, 2, 3])
            var machine = TransactionStateMachine(request: request, timeout: Self.timeout)
            _ = machine.start()
            _ = machine.handle(.opened(.mixedList), elapsed: .zero)
            _ = machine.handle(.read(before), elapsed: .zero)
            _ = machine.handle(.failed(AgentError(.disconnected)), elapsed: .seconds(1))
            _ = machine.handle(.closed, elapsed: .seconds(1))
            _ = machine.handle(.opened(.mixedList), elapsed: .seconds(1))
            let after = Self.reading(
                online: online, kernel: kernels.1, incarnation: incarnations.1)
            return machine.handle(.read(after), elapsed: .seconds(1))
        }
        // A part is done, and after a reboot it is not known whether that is ours to undo.
        let action = try reread([0, 1, 2, 3, 4])
        if isReboot {
            let end = try result(action)
            #expect(end.outcome == .partial && end.after?.online == [0, 1, 2, 3, 4])
            #expect(end.failures.map(\.cause) == [.rebooted, .agent(AgentError(.disconnected))])
            #expect(try result(reread([0, 1, 2, 3])).outcome == .partial)
        } else {
            guard case .set = action else { throw NotFinished(action: action) }
            #expect(try result(reread([0, 1, 2, 3])).outcome == .failed)
        }
        // A reading that is as asked is as asked, whichever boot it is of.
        #expect(try result(reread([0, 4, 5])).outcome == .committed)
    }

    @Test("boots that the host counted are compared within one watch alone")
    func countedBoots() {
        func boot(_ count: UInt64, _ watch: UInt64) -> GuestBoot {
            GuestBoot(id: .counted(count, watch: watch), incarnation: 1)
        }
        #expect(boot(0, 1).differs(from: boot(1, 1)))
        #expect(!boot(1, 1).differs(from: boot(1, 1)))
        #expect(!boot(0, 1).differs(from: boot(5, 2)))
        let kernel = GuestBoot(id: BootID([UInt8](repeating: 1, count: 36)), incarnation: 1)
        #expect(!kernel.differs(from: boot(0, 1)))
        #expect(BootID([UInt8](repeating: 1, count: 35)) == nil)
    }

    @Test("marks made before a reboot conflict, even when every state is as it was reviewed")
    func rebootSinceReview() throws {
        let request = try ChangeRequest([1], online: false)
        let reviewed = Self.reading(online: [0, 1], kernel: 1, incarnation: 7)
        let now = Self.reading(online: [0, 1], kernel: 2, incarnation: 7)
        guard case .conflict(let reasons) = request.check(against: now, reviewed: reviewed.vcpus)
        else {
            Issue.record("a reboot was overlooked")
            return
        }
        #expect(reasons == [Refusal(vcpu: nil, code: .rebooted)])
        guard case .plan = request.check(against: reviewed, reviewed: reviewed.vcpus) else {
            Issue.record("the same boot conflicts")
            return
        }
    }

    // MARK: - What is ours to undo

    /// Has the first list of online 4, 5, offline 1, 2, 3 end so, and says which vCPUs are undone
    /// when all five are then found changed.
    private func undone(form: SetForm = .mixedList, _ event: TransactionStateMachine.Event) throws
        -> (undo: CPUMap, end: TransactionResult)
    {
        var (machine, first) = try sending(form: form)
        guard case .set(let batch, _) = first else { throw NotFinished(action: first) }
        var action = machine.handle(event, elapsed: .seconds(1))
        if case .close = action { action = machine.handle(.closed, elapsed: .seconds(1)) }
        if case .open = action { action = machine.handle(.opened(form), elapsed: .seconds(1)) }
        if case .set(let rest, _) = action {
            #expect(rest.count < batch.count)
            action = machine.handle(.failed(Self.broken), elapsed: .seconds(1))
        }
        #expect(action == .read(timeout: Self.timeout))
        let mixed = Self.reading(online: [0, 3, 4, 5, 7])
        action = machine.handle(.read(mixed), elapsed: .seconds(1))
        var undo = CPUMap()
        while case .set(let list, _) = action {
            for change in list { undo.insert(change.id) }
            action = machine.handle(.setReturned(Int64(list.count)), elapsed: .seconds(1))
        }
        if case .read = action { action = machine.handle(.read(mixed), elapsed: .seconds(1)) }
        return (undo, try result(action))
    }

    @Test("an error answers for the first entry alone, so another hand's change is left alone")
    func undoAfterError() throws {
        let (undo, end) = try undone(.failed(Self.broken))
        #expect(undo == [4] && end.reached == [4])
        #expect(end.changedElsewhere == [1, 2, 5, 7])
    }

    @Test("a count of n answers for the first n entries and the one after")
    func undoAfterCount() throws {
        let (undo, end) = try undone(.setReturned(2))
        // 4 and 5 were done; 1 failed, and its error came when it was sent first.
        #expect(undo == [1, 4, 5] && end.reached == [1, 4, 5])
        #expect(end.changedElsewhere == [2, 7])
    }

    @Test("the entry at which the agent stopped is ours, also where there is no time to ask why")
    func undoAfterCountOutOfTime() throws {
        var (machine, action) = try sending()
        action = machine.handle(.setReturned(2), elapsed: .milliseconds(10_100))
        #expect(action == .read(timeout: Self.timeout))
        action = machine.handle(
            .read(Self.reading(online: [0, 4, 5])), elapsed: .milliseconds(10_100))
        #expect(try result(action).outcome == .committed)
        (machine, _) = try sending()
        _ = machine.handle(.setReturned(2), elapsed: .milliseconds(10_100))
        action = machine.handle(
            .read(Self.reading(online: [0, 3, 4, 5])), elapsed: .milliseconds(10_100))
        guard case .set(let undo, _) = action else { throw NotFinished(action: action) }
        #expect(CPUMap(undo.map(\.id)) == [1, 4, 5])
    }

    @Test(
        "a lost line, a wrong count and a failed call of one state answer for every entry",
        arguments: [
            (.mixedList, .failed(AgentError(.unresponsive))), (.mixedList, .setReturned(0)),
            (.mixedList, .setReturned(6)), (.mixedList, .failed(AgentError(.malformed))),
        ] as [(SetForm, TransactionStateMachine.Event)])
    func undoAfterSilence(form: SetForm, event: TransactionStateMachine.Event) throws {
        let (undo, end) = try undone(form: form, event)
        #expect(undo == [1, 2, 4, 5] && end.reached == [1, 2, 3, 4, 5])
        #expect(end.changedElsewhere == [7])
    }

    @Test("a call of one state that failed answers for its own vCPUs and not for the next call's")
    func undoAfterOneState() throws {
        let (undo, end) = try undone(form: .oneState, .failed(Self.broken))
        #expect(undo == [4, 5] && end.reached == [4, 5] && end.changedElsewhere == [1, 2, 7])
        // The call does not say at which of its vCPUs it failed.
        #expect(end.failures.allSatisfy { $0.vcpu == nil } && !end.failures.isEmpty)
    }
}
