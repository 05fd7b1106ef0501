internal import GuestVCPU

/// One guest's change, from the moment that it was sent off.
struct Commit: Hashable {
    /// How far it has come.
    enum Phase: Hashable {
        /// It waits for its first step.
        case waiting
        /// It is at this step.
        case step(TransactionStep)
        /// It finished at this instant.
        case finished(TransactionResult, at: ContinuousClock.Instant)
    }

    let guest: GuestID
    let request: ChangeRequest
    let policy: FailurePolicy
    /// When it was sent off.
    let begunAt: ContinuousClock.Instant
    /// The user's own marks of the guest, where the change is a revert: they stay when it is over.
    var ownMarks = VCPUTargets()
    var phase = Phase.waiting
    /// What the host has seen of the vCPUs that went offline; nil where none did.
    var standstill: Standstill?
    /// Whether the guest was read again after an unknown outcome.
    var isResolved = false
    /// Whether the guest went away meanwhile, so that its ids may mean other vCPUs now.
    var isDoubtful = false

    var result: TransactionResult? {
        if case .finished(let result, _) = phase { return result }
        return nil
    }

    /// Whether the guest's marks must not be touched: its state is in flux, or not known.
    var isLocking: Bool {
        guard let result else { return true }
        return result.outcome == .unknown && !isResolved
    }
}
