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
    /// The change's id in the journal; nil where nothing was recorded.
    public package(set) var id: ChangeID?
    /// Why the end of the change could not be recorded; nil where it was.
    public package(set) var journalError: ChangeJournalError?

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

    /// The vCPUs that another client changed between `before` and `after`: the request does not
    /// name them, or the agent was not asked to change them.
    public var changedElsewhere: CPUMap {
        guard let before, let after else { return [] }
        return before.vcpus.symmetricDifference(after.vcpus)
            .union(before.online.symmetricDifference(after.online))
            .subtracting(reached)
    }
}
