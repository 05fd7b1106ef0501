// Sending a list, and re-reading the guest after it.

extension TransactionStateMachine {
    mutating func send(
        _ changes: [VCPUChange], _ phase: TransactionState.Phase, _ plan: ChangePlan,
        _ form: SetForm, _ elapsed: Duration
    ) -> Action {
        let sending = TransactionState.Sending(
            phase: phase, plan: plan, form: form,
            batches: form == .mixedList ? [changes] : changes.runsOfOneState,
            deadline: min(elapsed + deadlines.set(changes: changes.count), deadlines.sending(plan)))
        return proceed(sending, elapsed)
    }

    /// Sends the next batch, or re-reads when there is none, or no time for it.
    private mutating func proceed(
        _ sending: TransactionState.Sending, _ elapsed: Duration
    ) -> Action {
        guard let batch = sending.batches.first else { return reread(after: sending, elapsed) }
        guard elapsed < sending.deadline else {
            fail(.outOfTime)
            return reread(after: sending, elapsed)
        }
        state = .sending(sending)
        return .set(batch, timeout: sending.deadline - elapsed)
    }

    mutating func advance(
        _ sending: TransactionState.Sending, returned count: Int64, _ elapsed: Duration
    ) -> Action {
        var sending = sending
        let batch = sending.removeBatch()
        guard count >= 1, count <= Int64(batch.count) else {
            reach(batch[...])
            fail(.wrongCount(count, of: batch.count))
            return reread(after: sending, elapsed)
        }
        // The entries that were done, and the one that failed.
        reach(batch.prefix(Int(count) + 1))
        // The agent drops the reason of a failure that comes after a success. Sent first in a list
        // of its own, the failing entry is answered with the reason.
        sending.resend(batch.dropFirst(Int(count)))
        return proceed(sending, elapsed)
    }

    mutating func advance(
        _ sending: TransactionState.Sending, error: AgentError, _ elapsed: Duration
    ) -> Action {
        var sending = sending
        let batch = sending.removeBatch()
        // An error that the agent answered with is about the first entry. A call of one state
        // may have done any part before it failed, and so may an agent whose answer was lost.
        let answersForFirst = sending.form == .mixedList && error.leavesLineUsable
        reach(answersForFirst ? batch.prefix(1) : batch[...])
        guard error.kind == .error else {
            // Not this entry's fault, so the next one would fare no better.
            fail(.agent(error))
            return error.leavesLineUsable
                ? reread(after: sending, elapsed)
                : recover(
                    sending.phase, sending.plan,
                    deadline: deadlines.rereading(sending.plan, from: elapsed))
        }
        let isToBlame = sending.form == .mixedList || batch.count == 1
        fail(.agent(error), vcpu: isToBlame ? batch.first?.id : nil)
        // An undo tries every entry, even when another fails.
        guard policy == .keepGoing || sending.phase == .undo else {
            return reread(after: sending, elapsed)
        }
        switch sending.form {
        case .mixedList: sending.resend(batch.dropFirst())
        // The call does not say which entry failed, nor how many were done before it.
        case .oneState: if batch.count > 1 { sending.resendOneByOne(batch) }
        }
        return proceed(sending, elapsed)
    }

    /// Records that the agent may have changed these vCPUs for us.
    private mutating func reach(_ changes: ArraySlice<VCPUChange>) {
        for change in changes { reached.insert(change.id) }
    }

    private mutating func reread(
        after sending: TransactionState.Sending, _ elapsed: Duration
    ) -> Action {
        reread(
            TransactionState.Rereading(
                phase: sending.phase, plan: sending.plan, form: sending.form,
                deadline: deadlines.rereading(sending.plan, from: elapsed)), elapsed)
    }

    mutating func reread(_ rereading: TransactionState.Rereading, _ elapsed: Duration) -> Action {
        state = .rereading(rereading)
        return .read(timeout: min(timeout, rereading.deadline - elapsed))
    }

    mutating func recover(
        _ phase: TransactionState.Phase, _ plan: ChangePlan, deadline: Duration
    ) -> Action {
        // Closing at once matters: some agents drop a command that they have not read when its
        // client leaves, and no agent answers the next reading before it.
        state = .recovering(TransactionState.Recovery(phase: phase, plan: plan, deadline: deadline))
        return .close
    }
}
