/// The outcome of a transaction; decided by re-reading the guest, never by a return value.
public enum Outcome: String, Hashable, Sendable, CaseIterable {
    /// Every named vCPU is as asked.
    case committed
    /// It was already so; nothing was sent.
    case unchanged
    /// A dry run: nothing was sent, and `ChangePlan` says what would be.
    case planned
    /// Nothing was sent, for reasons known beforehand.
    case refused
    /// Changed by another client since it was reviewed; nothing was sent.
    case conflict
    /// As before; the guest or its agent did not do it.
    case failed
    /// As before; a part had been done and was undone.
    case rolledBack
    /// Could not be found or read; nothing was sent.
    case unreachable
    /// Between; the last reading says exactly how.
    case partial
    /// Cannot be read; the change may still happen.
    case unknown

    /// The exit status of a program that did this and nothing else.
    public var exitStatus: Int32 {
        switch self {
        case .committed, .unchanged, .planned: 0
        case .refused, .conflict, .failed, .rolledBack: 1
        case .unreachable: 2
        case .partial, .unknown: 3
        }
    }
}

/// What to do when an entry of a change fails.
public enum FailurePolicy: String, Hashable, Sendable {
    /// Stop, and undo what was done.
    case rollBack
    /// Skip it, go on, and keep what was done.
    case keepGoing
}

/// Something that went wrong on the way.
public struct TransactionFailure: Hashable, Sendable {
    /// What went wrong.
    public enum Cause: Hashable, Sendable {
        /// The agent's error, or the line's.
        case agent(AgentError)
        /// The agent returned a count that cannot be.
        case wrongCount(Int64, of: Int)
        /// The agent reported success, and the guest is not as asked.
        case notDone
        /// The deadline of the whole transaction passed.
        case outOfTime
        /// An interruption came before anything was sent.
        case interrupted
        /// The guest was rebooted after something was sent, so its ids may mean other vCPUs.
        case rebooted
    }

    /// The vCPU to blame, or nil where no single one is.
    public let vcpu: Int?
    /// What went wrong.
    public let cause: Cause

    /// Creates a failure.
    public init(vcpu: Int?, cause: Cause) {
        self.vcpu = vcpu
        self.cause = cause
    }
}

/// All that is known of a transaction when it is over.
public struct TransactionResult: Hashable, Sendable {
    /// What was asked for.
    public let request: ChangeRequest
    /// The outcome.
    public let outcome: Outcome
    /// The first reading; nil when it failed.
    public let before: GuestVCPUs?
    /// The last reading, the one that decided; nil when the guest could not be read.
    public let after: GuestVCPUs?
    /// The vCPUs that were to be changed; empty where there was no plan, or nothing to do.
    public let planned: VCPUTargets
    /// The vCPUs of `planned` that were sent and that the agent may have changed.
    public let reached: CPUMap
    /// Why nothing was sent, for `refused` and `conflict`.
    public let reasons: [Refusal]
    /// What went wrong, in the order that it was learned; 100 at the most.
    public let failures: [TransactionFailure]
    /// How long it took.
    public let elapsed: Duration

    /// Creates a result.
    ///
    /// - Parameter reached: All of `planned` where it is left out.
    public init(
        request: ChangeRequest, outcome: Outcome, before: GuestVCPUs? = nil,
        after: GuestVCPUs? = nil, planned: VCPUTargets = VCPUTargets(), reached: CPUMap? = nil,
        reasons: [Refusal] = [], failures: [TransactionFailure] = [], elapsed: Duration = .zero
    ) {
        self.request = request
        self.outcome = outcome
        self.before = before
        self.after = after
        self.planned = planned
        self.reached = reached ?? planned.ids
        self.reasons = reasons
        self.failures = failures
        self.elapsed = elapsed
    }

    /// The first thing that went wrong.
    public var failure: TransactionFailure? { failures.first }

    /// The vCPUs that changed between `before` and `after` by another hand: they were not asked
    /// for, or the agent was not told to change them.
    public var changedElsewhere: CPUMap {
        guard let before, let after else { return [] }
        return before.vcpus.symmetricDifference(after.vcpus)
            .union(before.online.symmetricDifference(after.online))
            .subtracting(reached)
    }
}
