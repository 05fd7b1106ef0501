internal import GuestVCPU
internal import Journal

/// Carries the changes of `set` out: each guest in a transaction of its own, several at once.
struct SetRun: Sendable {
    let timeout: Duration
    let policy: FailurePolicy
    let isDryRun: Bool
    let hold: ChangeHold
    /// Where the changes are recorded; nil for no record.
    let journal: Journal?

    /// The most guests at once.
    static let width = 8

    /// What a transaction is run for.
    enum Purpose {
        /// To change the guest, or to say what would be sent.
        case change
        /// To plan a change that is confirmed before it is sent.
        case plan
    }

    /// Runs all, and hands each result on as the guest ends.
    ///
    /// No guest is begun after an interruption.
    ///
    /// - Parameter handle: Called on the main actor, where waiting for a slow reader holds up no
    ///   guest's exchange.
    /// - Returns: The targets that were not begun.
    @MainActor func run(
        _ targets: [SetTarget], for purpose: Purpose = .change,
        handle: @MainActor (Int, TransactionResult) throws -> Void
    ) async throws -> [SetTarget] {
        var next = 0
        try await withThrowingTaskGroup(of: (Int, TransactionResult).self) { group in
            for begun in 1... {
                if next < targets.count, !hold.interruption.isRequested {
                    let (place, target) = (next, targets[next])
                    group.addTask { (place, await result(of: target, for: purpose)) }
                    next += 1
                    if begun < Self.width { continue }
                }
                guard let (place, result) = try await group.next() else { break }
                try handle(place, result)
            }
        }
        return Array(targets[next...])
    }

    private func result(of target: SetTarget, for purpose: Purpose) async -> TransactionResult {
        let guest: Guest
        switch target.found {
        case .guest(let found): guest = found
        case .none(let cause):
            return TransactionResult(
                request: target.request, outcome: .unreachable,
                failures: [TransactionFailure(vcpu: nil, cause: cause)])
        }
        guard let runner = runner(for: guest, reverting: target.reverts) else {
            return TransactionResult(
                request: target.request, outcome: .refused,
                reasons: [Refusal(vcpu: nil, code: .readOnly)])
        }
        let hold = hold
        let name = target.name
        if purpose == .plan {
            return await runner.plan(
                target.request, reviewed: target.reviewed, interruption: hold.interruption)
        }
        let result = await runner.run(
            target.request, reviewed: target.reviewed, policy: policy, isDryRun: isDryRun,
            interruption: hold.interruption, follow: { hold.follow($0, of: name) })
        hold.end(of: name)
        return result
    }

    /// The one place of the command that makes what can change a guest.
    private func runner(
        for guest: Guest, reverting id: ChangeID?
    ) -> TransactionRunner<ContinuousClock>? {
        guest.writer.map {
            TransactionRunner(
                writer: $0, timeout: timeout,
                journal: journal?.changes(of: guest.id, reverting: id))
        }
    }
}

extension TransactionResult {
    /// The result of a change that was not begun, since the program was to end.
    static func interrupted(_ request: ChangeRequest, as outcome: Outcome) -> TransactionResult {
        TransactionResult(
            request: request, outcome: outcome,
            failures: [TransactionFailure(vcpu: nil, cause: .interrupted)])
    }
}
