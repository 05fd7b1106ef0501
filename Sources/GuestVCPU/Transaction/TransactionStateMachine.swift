/// A transaction, without any I/O or clock: events in, one action out.
///
/// Read, plan, set, re-read, undo if need be. The caller performs each action and hands in its
/// result, with the time since the start. Every action has an end, so the machine reaches
/// `finish` whatever the guest does. It sends at most one list per change of the plan and one per
/// change of the undo, and nothing after its last reading failed.
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

    /// The result of an action.
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
        /// The change could not be recorded, so nothing was sent; possible in the place of the
        /// first set.
        case notRecorded(ChangeJournalError)
    }

    /// What is asked for; with the states that it means, once the guest was read.
    var request: ChangeRequest
    let reviewed: GuestVCPUs?
    let policy: FailurePolicy
    let isDryRun: Bool
    let deadlines: TransactionDeadlines
    var state = TransactionState.initial
    var failures: [TransactionFailure] = []
    /// The vCPUs that the agent may have changed for us.
    var reached = CPUMap()
    /// Why the last reading after something was sent failed.
    var lastReadingError: AgentError?
    var meter = TimeMeter()

    var timeout: Duration { deadlines.timeout }

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
        self.isDryRun = isDryRun
        deadlines = TransactionDeadlines(timeout: timeout)
    }

    /// Whether the list on its way puts back what was done.
    public var isUndoing: Bool {
        if case .sending(let sending) = state { return sending.phase == .undo }
        return false
    }

    /// What is about to be sent; nil where nothing is, or something was already.
    public var intent: ChangeIntent? {
        guard case .sending(let sending) = state, reached.isEmpty else { return nil }
        return ChangeIntent(
            requested: sending.plan.request.targets, planned: sending.plan.targets,
            before: sending.plan.before)
    }

    /// Begins.
    public mutating func start() -> Action {
        state = .opening
        meter.begin(.open(timeout: timeout))
        return .open(timeout: timeout)
    }

    /// Handles the result of the last action.
    ///
    /// - Parameters:
    ///   - event: The result; one that does not fit the last action is an error of the calling
    ///     program.
    ///   - elapsed: Time since the start.
    /// - Returns: What is to be done next.
    public mutating func handle(_ event: Event, elapsed: Duration) -> Action {
        let charged = meter.charge(upTo: elapsed)
        let action =
            switch event {
            case .opened(let form): opened(form, charged)
            case .read(let reading): read(reading, charged)
            case .setReturned(let count): setReturned(count, charged)
            case .failed(let error): failed(error, charged)
            case .closed, .waited: tryNewConnection(charged)
            case .interrupted: interrupted()
            case .notRecorded(let error): notRecorded(error)
            }
        meter.begin(action)
        return action
    }

    // MARK: - One method an event

    private mutating func opened(_ form: SetForm, _ elapsed: Duration) -> Action {
        switch state {
        case .opening:
            state = .reading(form)
            return .read(timeout: timeout)
        case .recovering(let recovery):
            guard elapsed < recovery.deadline else { return finishUnknown(recovery.plan) }
            return reread(
                TransactionState.Rereading(
                    phase: recovery.phase, plan: recovery.plan, form: form,
                    deadline: recovery.deadline), elapsed)
        case .initial, .reading, .sending, .rereading, .finished: unexpectedEvent()
        }
    }

    private mutating func read(_ reading: AgentReading, _ elapsed: Duration) -> Action {
        switch state {
        case .reading(let form): return plan(by: reading, form, elapsed)
        case .rereading(let rereading): return judge(reading.vcpus, rereading, elapsed)
        case .initial, .opening, .sending, .recovering, .finished: unexpectedEvent()
        }
    }

    private mutating func setReturned(_ count: Int64, _ elapsed: Duration) -> Action {
        switch state {
        case .sending(let sending): return advance(sending, returned: count, elapsed)
        case .initial, .opening, .reading, .rereading, .recovering, .finished: unexpectedEvent()
        }
    }

    private mutating func failed(_ error: AgentError, _ elapsed: Duration) -> Action {
        switch state {
        case .opening, .reading:
            fail(.agent(error))
            return finish(.unreachable)
        case .sending(let sending):
            return advance(sending, error: error, elapsed)
        case .rereading(let rereading):
            lastReadingError = error
            if failures.isEmpty { fail(.agent(error)) }
            return recover(rereading.phase, rereading.plan, deadline: rereading.deadline)
        case .recovering(var recovery):
            lastReadingError = error
            guard elapsed < recovery.deadline else { return finishUnknown(recovery.plan) }
            let pause = recovery.backOff()
            state = .recovering(recovery)
            return .wait(min(pause, recovery.deadline - elapsed))
        case .initial, .finished: unexpectedEvent()
        }
    }

    private mutating func tryNewConnection(_ elapsed: Duration) -> Action {
        switch state {
        case .recovering(let recovery):
            guard elapsed < recovery.deadline else { return finishUnknown(recovery.plan) }
            return .open(timeout: min(timeout, recovery.deadline - elapsed))
        case .initial, .opening, .reading, .sending, .rereading, .finished: unexpectedEvent()
        }
    }

    private mutating func interrupted() -> Action {
        switch state {
        case .opening, .reading:
            fail(.interrupted)
            return finish(.unreachable)
        case .sending(let sending) where reached.isEmpty:
            fail(.interrupted)
            return finish(.refused, at: sending.plan.before)
        case .initial, .sending, .rereading, .recovering, .finished: unexpectedEvent()
        }
    }

    private mutating func notRecorded(_ error: ChangeJournalError) -> Action {
        guard case .sending(let sending) = state, reached.isEmpty else { unexpectedEvent() }
        fail(.notRecorded(error.summary))
        return finish(
            .refused, at: sending.plan.before,
            reasons: [Refusal(vcpu: nil, code: .notRecorded)])
    }

    private func unexpectedEvent() -> Never {
        preconditionFailure("a transaction was handed an event that answers nothing")
    }

    // MARK: - The plan

    private mutating func plan(
        by reading: AgentReading, _ form: SetForm, _ elapsed: Duration
    ) -> Action {
        request = request.resolved(by: reading.vcpus)
        switch request.check(against: reading, reviewed: reviewed) {
        case .refused(let reasons):
            return finish(.refused, at: reading.vcpus, reasons: reasons)
        case .conflict(let reasons):
            return finish(.conflict, at: reading.vcpus, reasons: reasons)
        case .plan(let plan):
            if plan.targets.isEmpty { return finish(.unchanged, at: reading.vcpus) }
            if isDryRun { return finish(.planned, before: plan, after: plan.before) }
            return send(plan.targets.changes, .forward, plan, form, elapsed)
        }
    }
}
