internal import GuestVCPU

/// What `set --json` prints: the members and their meaning are other people's contract.
struct TransactionJSON: Encodable {
    let guest: String
    let outcome: String
    let requested: Lists
    @Nullable var before: MapsJSON?
    @Nullable var after: MapsJSON?
    let reasons: [Reason]
    @Nullable var failure: Failure?
    /// The vCPUs that changed meanwhile by another hand, as a list.
    let changedElsewhere: String
    /// Only there in a dry run.
    let planned: Lists?

    init(guest: String, result: TransactionResult, isDryRun: Bool) {
        self.guest = guest
        outcome = result.outcome.rawValue
        requested = Lists(result.request.targets)
        before = result.before.map(MapsJSON.init)
        after = result.after.map(MapsJSON.init)
        reasons = result.reasons.map(Reason.init)
        failure = result.failure.map(Failure.init)
        changedElsewhere = result.changedElsewhere.list
        planned = isDryRun ? Lists(result.planned) : nil
    }

    struct Lists: Encodable {
        let online: String
        let offline: String

        init(_ targets: VCPUTargets) {
            online = targets.online.list
            offline = targets.offline.list
        }
    }

    struct Reason: Encodable {
        @Nullable var vcpu: Int?
        let code: String
        let message: String

        init(_ refusal: Refusal) {
            vcpu = refusal.vcpu
            code = refusal.code.rawValue
            message = refusal.summary
        }
    }

    struct Failure: Encodable {
        @Nullable var vcpu: Int?
        let message: String

        init(_ failure: TransactionFailure) {
            vcpu = failure.vcpu
            message = failure.cause.summary
        }
    }
}
