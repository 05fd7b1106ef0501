internal import GuestVCPU

/// `set --json`: the members and their meaning are other people's contract.
struct TransactionJSON: Encodable {
    let guest: String
    let result: TransactionResult
    let isDryRun: Bool

    enum CodingKeys: CodingKey {
        case guest, outcome, requested, before, after, reasons, failure, planned
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(JSONText.text(guest), forKey: .guest)
        try container.encode(result.outcome.rawValue, forKey: .outcome)
        try container.encode(
            Lists(online: result.request.toOnline, offline: result.request.toOffline),
            forKey: .requested)
        try container.encode(result.before.map(MapsJSON.init), forKey: .before)
        try container.encode(result.after.map(MapsJSON.init), forKey: .after)
        try container.encode(result.reasons.map(Reason.init), forKey: .reasons)
        try container.encode(result.failure.map(Failure.init), forKey: .failure)
        if isDryRun {
            try container.encode(
                Lists(
                    online: CPUMap(result.changes.filter(\.online).map(\.id)),
                    offline: CPUMap(result.changes.filter { !$0.online }.map(\.id))),
                forKey: .planned)
        }
    }

    private struct Lists: Encodable {
        let online: String
        let offline: String

        init(online: CPUMap, offline: CPUMap) {
            self.online = online.list
            self.offline = offline.list
        }
    }

    private struct Reason: Encodable {
        let refusal: Refusal

        init(_ refusal: Refusal) { self.refusal = refusal }

        enum CodingKeys: CodingKey { case vcpu, code, message }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(refusal.vcpu, forKey: .vcpu)
            try container.encode(refusal.code.rawValue, forKey: .code)
            try container.encode(refusal.summary, forKey: .message)
        }
    }

    private struct Failure: Encodable {
        let failure: TransactionFailure

        init(_ failure: TransactionFailure) { self.failure = failure }

        enum CodingKeys: CodingKey { case vcpu, message }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(failure.vcpu, forKey: .vcpu)
            try container.encode(failure.cause.summary, forKey: .message)
        }
    }
}
