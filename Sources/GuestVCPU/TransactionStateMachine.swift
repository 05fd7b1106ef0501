/// A transaction, without any I/O or clock: events in, one action out.
///
/// Read, plan, set, re-read, undo if need be. Whoever drives it performs each action and hands
/// in what came of it, with the time since the start; every action has an end, so the machine
/// reaches `finish` whatever the guest does. It sends at most one list per change of the plan
/// and one per change of the undo, and nothing after its last reading failed.
///
/// A program can be stopped, and a machine suspended, for longer than every deadline. That time
/// counts against no deadline: the guest is read, and the change undone, as without the stop.
public struct TransactionStateMachine: Sendable {
    /// What is to be done next.
    public enum Action: Hashable, Sendable {
        /// Open a new connection; there is none open.
        case open(timeout: Duration)
        /// Read the guest on the open connection.
        case read(timeout: Duration)
        /// Send one list on the open connection.
        case set([VCPUChange], timeout: Duration)
        /// Close the connection.
        case close
        /// Let time pass; there is no connection open.
        case wait(Duration)
        /// It is over; close the connection if one is open.
        case finish(TransactionResult)
    }

    /// What came of an action.
    public enum Event: Hashable, Sendable {
        /// The connection is open.
        case opened(SetForm)
        /// The guest was read.
        case read(AgentReading)
        /// The set was answered with this number, unchecked.
        case setReturned(Int64)
        /// The open, read or set failed.
        case failed(AgentError)
        /// The connection is closed.
        case closed
        /// The time passed.
        case waited
        /// The action was left out or given up, since the transaction is to end; possible until
        /// something is sent.
        case interrupted
    }

    /// What the last thing sent was for.
    private enum Phase { case forward, undo }

    /// A list on its way, one batch a call.
    private struct Sending {
        let phase: Phase
        /// What is left, the batch under way first; no batch is empty.
        var batches: [[VCPUChange]]
        /// When the whole list, resent parts included, has to be through.
        let until: Duration
    }

    private enum State {
        /// Nothing happened yet.
        case initial
        /// The first connection is being opened.
        case opening
        /// The first reading is under way; nothing was sent.
        case reading(SetForm)
        /// A list is on its way.
        case sending(Sending, ChangePlan, SetForm)
        /// Everything is sent; the same connection is asked what became of it.
        case rereading(Phase, ChangePlan, SetForm, until: Duration)
        /// The line was lost after something was sent; new connections are tried.
        case recovering(Phase, ChangePlan, until: Duration, pause: Duration)
        /// It is over.
        case finished
    }

    private let request: ChangeRequest
    private let reviewed: GuestVCPUs?
    private let policy: FailurePolicy
    private let timeout: Duration
    private let isDryRun: Bool
    private var state = State.initial
    private var failures: [TransactionFailure] = []
    /// The vCPUs that the agent may have changed for us.
    private var reached = CPUMap()
    /// Why the guest could not be read last after something was sent.
    private var lastReadingError: AgentError?
    private var meter = TimeMeter()

    /// Creates a transaction that has not begun.
    ///
    /// - Parameters:
    ///   - request: What is asked for.
    ///   - reviewed: The reading that the request was made by, if it was made by one.
    ///   - policy: What to do when an entry fails.
    ///   - timeout: How long the agent may take to answer a sync or a read.
    ///   - isDryRun: Whether to stop before anything is sent.
    public init(
        request: ChangeRequest, reviewed: GuestVCPUs? = nil, policy: FailurePolicy = .rollBack,
        timeout: Duration, isDryRun: Bool = false
    ) {
        self.request = request
        self.reviewed = reviewed
        self.policy = policy
        self.timeout = timeout
        self.isDryRun = isDryRun
    }

    /// How long an agent may take for a set of this many changes.
    public static func setTimeout(changes count: Int, timeout: Duration) -> Duration {
        timeout + .seconds(count)
    }

    /// Whether what is being sent puts back what was done.
    public var isUndoing: Bool {
        if case .sending(let sending, _, _) = state { return sending.phase == .undo }
        return false
    }

    /// Begins.
    public mutating func start() -> Action {
        state = .opening
        meter.begin(.open(timeout: timeout))
        return .open(timeout: timeout)
    }

    /// Takes in what came of the last action.
    ///
    /// - Parameters:
    ///   - event: What came of it; one that does not fit the last action is an error of the
    ///     calling program.
    ///   - elapsed: Time since the start.
    /// - Returns: What is to be done next.
    public mutating func handle(_ event: Event, elapsed: Duration) -> Action {
        let action = next(after: event, elapsed: meter.charge(upTo: elapsed))
        meter.begin(action)
        return action
    }

    private mutating func next(after event: Event, elapsed: Duration) -> Action {
        switch (state, event) {
        case (.opening, .opened(let form)):
            state = .reading(form)
            return .read(timeout: timeout)
        case (.opening, .failed(let error)), (.reading, .failed(let error)):
            fail(TransactionFailure(vcpu: nil, cause: .agent(error)))
            return finish(.unreachable)
        case (.reading(let form), .read(let reading)):
            return plan(by: reading, form, elapsed)
        case (.opening, .interrupted), (.reading, .interrupted):
            fail(TransactionFailure(vcpu: nil, cause: .interrupted))
            return finish(.unreachable)
        case (.sending(_, let plan, _), .interrupted) where reached.isEmpty:
            fail(TransactionFailure(vcpu: nil, cause: .interrupted))
            return finish(.refused, at: plan.before)

        case (.sending(let sending, let plan, let form), .setReturned(let count)):
            return advance(sending, plan, form, returned: count, elapsed)
        case (.sending(let sending, let plan, let form), .failed(let error)):
            return advance(sending, plan, form, error: error, elapsed)

        case (.rereading(let phase, let plan, let form, _), .read(let reading)):
            return judge(reading.vcpus, phase, plan, form, elapsed)
        case (.rereading(let phase, let plan, _, let until), .failed(let error)):
            lastReadingError = error
            if failures.isEmpty { fail(TransactionFailure(vcpu: nil, cause: .agent(error))) }
            return recover(phase, plan, until: until)

        case (.recovering(_, let plan, let until, _), .closed),
            (.recovering(_, let plan, let until, _), .waited):
            guard elapsed < until else { return finishUnknown(plan) }
            return .open(timeout: min(timeout, until - elapsed))
        case (.recovering(let phase, let plan, let until, _), .opened(let form)):
            guard elapsed < until else { return finishUnknown(plan) }
            state = .rereading(phase, plan, form, until: until)
            return .read(timeout: min(timeout, until - elapsed))
        case (.recovering(let phase, let plan, let until, let pause), .failed(let error)):
            lastReadingError = error
            guard elapsed < until else { return finishUnknown(plan) }
            state = .recovering(phase, plan, until: until, pause: min(pause * 2, .seconds(1)))
            return .wait(min(pause, until - elapsed))

        default:
            preconditionFailure("a transaction was handed an event that answers nothing")
        }
    }

    // MARK: - The plan

    private mutating func plan(
        by reading: AgentReading, _ form: SetForm, _ elapsed: Duration
    ) -> Action {
        switch request.check(against: reading, reviewed: reviewed) {
        case .refused(let reasons):
            return finish(.refused, at: reading.vcpus, reasons: reasons)
        case .conflict(let reasons):
            return finish(.conflict, at: reading.vcpus, reasons: reasons)
        case .plan(let plan):
            if plan.changes.isEmpty { return finish(.unchanged, at: reading.vcpus) }
            if isDryRun {
                return finish(.planned, before: plan, after: plan.before)
            }
            return send(plan.changes, .forward, plan, form, elapsed)
        }
    }

    // MARK: - Sending

    private mutating func send(
        _ changes: [VCPUChange], _ phase: Phase, _ plan: ChangePlan, _ form: SetForm,
        _ elapsed: Duration
    ) -> Action {
        let batches = form == .mixedList ? [changes] : changes.runsOfOneState
        let allowed = Self.setTimeout(changes: changes.count, timeout: timeout)
        let sending = Sending(
            phase: phase, batches: batches, until: min(elapsed + allowed, sendingEnd(of: plan)))
        return proceed(sending, plan, form, elapsed)
    }

    /// Sends the next batch, or re-reads when there is none, or no time for it.
    private mutating func proceed(
        _ sending: Sending, _ plan: ChangePlan, _ form: SetForm, _ elapsed: Duration
    ) -> Action {
        guard let batch = sending.batches.first else {
            return reread(sending.phase, plan, form, elapsed)
        }
        guard elapsed < sending.until else {
            fail(TransactionFailure(vcpu: nil, cause: .outOfTime))
            return reread(sending.phase, plan, form, elapsed)
        }
        state = .sending(sending, plan, form)
        return .set(batch, timeout: sending.until - elapsed)
    }

    private mutating func advance(
        _ sending: Sending, _ plan: ChangePlan, _ form: SetForm, returned count: Int64,
        _ elapsed: Duration
    ) -> Action {
        var sending = sending
        let batch = sending.batches.removeFirst()
        guard count >= 1, count <= Int64(batch.count) else {
            reach(batch[...])
            fail(TransactionFailure(vcpu: nil, cause: .wrongCount(count, of: batch.count)))
            return reread(sending.phase, plan, form, elapsed)
        }
        // Those that were done, and the one that failed.
        reach(batch.prefix(Int(count) + 1))
        // The agent keeps the reason of a failure to itself when something was done before it.
        // Sent first in a list of its own, the failing entry is answered with the reason.
        let rest = Array(batch.dropFirst(Int(count)))
        if !rest.isEmpty { sending.batches.insert(rest, at: 0) }
        return proceed(sending, plan, form, elapsed)
    }

    private mutating func advance(
        _ sending: Sending, _ plan: ChangePlan, _ form: SetForm, error: AgentError,
        _ elapsed: Duration
    ) -> Action {
        var sending = sending
        let batch = sending.batches.removeFirst()
        // An error that the agent answered with is about the first entry. A call of one state
        // may have done any part before it failed, and so may an agent whose answer was lost.
        reach(form == .mixedList && error.leavesLineUsable ? batch.prefix(1) : batch[...])
        guard error.kind == .error else {
            // Not this entry's fault, so the next one would fare no better.
            fail(TransactionFailure(vcpu: nil, cause: .agent(error)))
            return error.leavesLineUsable
                ? reread(sending.phase, plan, form, elapsed)
                : recover(sending.phase, plan, until: rereadDeadline(plan, elapsed))
        }
        let isToBlame = form == .mixedList || batch.count == 1
        fail(TransactionFailure(vcpu: isToBlame ? batch.first?.id : nil, cause: .agent(error)))
        // An undo tries every entry, even when another fails.
        guard policy == .keepGoing || sending.phase == .undo else {
            return reread(sending.phase, plan, form, elapsed)
        }
        switch form {
        case .mixedList:
            let rest = Array(batch.dropFirst())
            if !rest.isEmpty { sending.batches.insert(rest, at: 0) }
        case .oneState where batch.count > 1:
            // Which entry failed is not said, nor how many were done before it: one by one tells.
            sending.batches.insert(contentsOf: batch.map { [$0] }, at: 0)
        case .oneState:
            break
        }
        return proceed(sending, plan, form, elapsed)
    }

    // MARK: - Reading what became of it

    private mutating func reread(
        _ phase: Phase, _ plan: ChangePlan, _ form: SetForm, _ elapsed: Duration
    ) -> Action {
        let until = rereadDeadline(plan, elapsed)
        state = .rereading(phase, plan, form, until: until)
        return .read(timeout: min(timeout, until - elapsed))
    }

    /// Notes that the agent may have changed these vCPUs for us.
    private mutating func reach(_ changes: ArraySlice<VCPUChange>) {
        for change in changes { reached.insert(change.id) }
    }

    private mutating func recover(
        _ phase: Phase, _ plan: ChangePlan, until: Duration
    ) -> Action {
        // Closing at once matters: a command that an agent has not read when its client leaves
        // is dropped in some states, and in all of them the next reading comes after it.
        state = .recovering(phase, plan, until: until, pause: .milliseconds(100))
        return .close
    }

    private mutating func judge(
        _ guest: GuestVCPUs, _ phase: Phase, _ plan: ChangePlan, _ form: SetForm,
        _ elapsed: Duration
    ) -> Action {
        if request.isFulfilled(by: guest) {
            return finish(.committed, before: plan, after: guest)
        }
        if guest.boot.differs(from: plan.before.boot) {
            // The ids may mean other vCPUs: nothing here is known to be ours to undo. That goes
            // before what it led to, such as a lost line.
            failures.insert(TransactionFailure(vcpu: nil, cause: .rebooted), at: 0)
            return finish(.partial, before: plan, after: guest)
        }
        if failures.isEmpty { fail(TransactionFailure(vcpu: nil, cause: .notDone)) }
        if plan.isAsBefore(in: guest) {
            let outcome = phase == .undo ? Outcome.rolledBack : .failed
            return finish(outcome, before: plan, after: guest)
        }
        let undo = plan.undo(from: guest, of: reached)
        guard policy == .rollBack, phase == .forward, !undo.isEmpty,
            elapsed < sendingEnd(of: plan)
        else {
            return finish(.partial, before: plan, after: guest)
        }
        return send(undo, .undo, plan, form, elapsed)
    }

    // MARK: - Ends

    /// When the whole transaction has to be over, but for one last reading.
    private func deadline(of plan: ChangePlan) -> Duration {
        Self.setTimeout(changes: plan.changes.count, timeout: timeout) * 3
    }

    /// When sending ends: early enough for one reading, without which nothing could be said of
    /// a guest that answers.
    private func sendingEnd(of plan: ChangePlan) -> Duration {
        deadline(of: plan) - timeout
    }

    /// Until when re-reading is tried: for as long again as the set was allowed, and always long
    /// enough to connect and read once.
    private func rereadDeadline(_ plan: ChangePlan, _ elapsed: Duration) -> Duration {
        let allowed = Self.setTimeout(changes: plan.changes.count, timeout: timeout)
        return max(min(elapsed + allowed, deadline(of: plan)), elapsed + timeout * 2)
    }

    private mutating func fail(_ failure: TransactionFailure) {
        if failures.count < 100 { failures.append(failure) }
    }

    private mutating func finish(
        _ outcome: Outcome, at reading: GuestVCPUs? = nil, reasons: [Refusal] = []
    ) -> Action {
        state = .finished
        return .finish(
            TransactionResult(
                request: request, outcome: outcome, before: reading, after: reading,
                reasons: reasons, failures: failures, elapsed: meter.elapsed))
    }

    /// Ends without a reading, and says why there is none: that may be news, as where the guest
    /// has migrated to another host.
    private mutating func finishUnknown(_ plan: ChangePlan) -> Action {
        if let error = lastReadingError {
            let failure = TransactionFailure(vcpu: nil, cause: .agent(error))
            if !failures.contains(failure) { fail(failure) }
        }
        return finish(.unknown, before: plan)
    }

    private mutating func finish(
        _ outcome: Outcome, before plan: ChangePlan, after: GuestVCPUs? = nil
    ) -> Action {
        state = .finished
        return .finish(
            TransactionResult(
                request: request, outcome: outcome, before: plan.before, after: after,
                changes: plan.changes, reached: reached, failures: failures,
                elapsed: meter.elapsed))
    }
}
