// Deciding the outcome, by a reading or by the lack of one.

extension TransactionStateMachine {
    mutating func judge(
        _ guest: GuestVCPUs, _ rereading: TransactionState.Rereading, _ elapsed: Duration
    ) -> Action {
        let plan = rereading.plan
        if request.targets.isFulfilled(by: guest) {
            return finish(.committed, before: plan, after: guest)
        }
        if guest.boot.differs(from: plan.before.boot) {
            // The ids may mean other vCPUs: nothing here is known to be ours to undo. That goes
            // before what it led to, such as a lost line.
            failures.insert(TransactionFailure(vcpu: nil, cause: .rebooted), at: 0)
            return finish(.partial, before: plan, after: guest)
        }
        if failures.isEmpty { fail(.notDone) }
        if plan.isAsBefore(in: guest) {
            let outcome = rereading.phase == .undo ? Outcome.rolledBack : .failed
            return finish(outcome, before: plan, after: guest)
        }
        let undo = plan.undo(from: guest, of: reached)
        guard policy == .rollBack, rereading.phase == .forward, !undo.isEmpty,
            elapsed < deadlines.sending(plan)
        else {
            return finish(.partial, before: plan, after: guest)
        }
        return send(undo, .undo, plan, rereading.form, elapsed)
    }

    /// Records a failure; more than 100 are not kept.
    mutating func fail(_ cause: TransactionFailure.Cause, vcpu: Int? = nil) {
        guard failures.count < 100 else { return }
        failures.append(TransactionFailure(vcpu: vcpu, cause: cause))
    }

    /// Ends with nothing sent.
    mutating func finish(
        _ outcome: Outcome, at reading: GuestVCPUs? = nil, reasons: [Refusal] = []
    ) -> Action {
        state = .finished
        return .finish(
            TransactionResult(
                request: request, outcome: outcome, before: reading, after: reading,
                reasons: reasons, failures: failures, elapsed: meter.elapsed))
    }

    /// Ends with a plan, carried out or not.
    mutating func finish(
        _ outcome: Outcome, before plan: ChangePlan, after: GuestVCPUs? = nil
    ) -> Action {
        state = .finished
        return .finish(
            TransactionResult(
                request: request, outcome: outcome, before: plan.before, after: after,
                planned: plan.targets, reached: reached, failures: failures,
                elapsed: meter.elapsed))
    }

    /// Ends without a reading, and says why there is none: that may be news, as where the guest
    /// has migrated to another host.
    mutating func finishUnknown(_ plan: ChangePlan) -> Action {
        if let error = lastReadingError {
            let failure = TransactionFailure(vcpu: nil, cause: .agent(error))
            if !failures.contains(failure) { fail(failure.cause) }
        }
        return finish(.unknown, before: plan)
    }
}
