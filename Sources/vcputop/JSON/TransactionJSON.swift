internal import GuestVCPU
internal import JSONForms

/// What `set --json` prints: the members and their meaning are other people's contract.
struct TransactionJSON: Encodable {
    /// The change's id in the journal; null where nothing was recorded.
    @Nullable var id: String?
    let guest: String
    let outcome: String
    let requested: Request
    @Nullable var before: MapsJSON?
    @Nullable var after: MapsJSON?
    let reasons: [Reason]
    @Nullable var failure: Failure?
    /// The vCPUs that changed meanwhile by another hand, as a list.
    let changedElsewhere: String
    /// Only there in a dry run.
    let planned: TargetsJSON?

    init(guest: String, result: TransactionResult, isDryRun: Bool) {
        id = result.id?.text
        self.guest = guest
        outcome = result.outcome.rawValue
        requested = Request(result.request)
        before = result.before.map(MapsJSON.init)
        after = result.after.map(MapsJSON.init)
        reasons = result.reasons.map(Reason.init)
        failure = result.failure.map(Failure.init)
        changedElsewhere = result.changedElsewhere.list
        planned = isDryRun ? TargetsJSON(result.planned) : nil
    }

    struct Request: Encodable {
        let online: String
        let offline: String
        /// Only there where a number was asked for.
        let count: Int?

        init(_ request: ChangeRequest) {
            // What all vCPUs are is not known before the guest was read.
            let isOpen = request.goal == .allOnline && request.targets.isEmpty
            online = isOpen ? ChangeWish.all : request.targets.online.list
            offline = request.targets.offline.list
            if case .onlineCount(let count) = request.goal {
                self.count = count
            } else {
                count = nil
            }
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
