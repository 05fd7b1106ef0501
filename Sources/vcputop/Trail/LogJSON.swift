internal import GuestVCPU
internal import JSONForms
internal import Journal

/// What `log --json` prints of a change: the members and their meaning are other people's contract.
struct LogJSON: Encodable {
    private let intent: IntentJSON
    private let outcome: String
    @Nullable private var after: MapsJSON?
    @Nullable private var failure: FailureJSON?
    @Nullable private var found: Finding?

    private struct Finding: Encodable {
        let time: String
        let after: MapsJSON
    }

    private enum CodingKeys: CodingKey { case outcome, after, failure, found }

    init(_ change: RecordedChange) {
        intent = IntentJSON(change)
        outcome = change.outcome
        after = change.end?.after.map { MapsJSON($0) }
        failure = change.end?.failure.map { FailureJSON($0) }
        found = change.found.map {
            Finding(time: JSONText.time($0.time), after: MapsJSON($0.after))
        }
    }

    /// All members stand side by side.
    func encode(to encoder: any Encoder) throws {
        try intent.encode(to: encoder)
        var members = encoder.container(keyedBy: CodingKeys.self)
        try members.encode(outcome, forKey: .outcome)
        try members.encode(_after, forKey: .after)
        try members.encode(_failure, forKey: .failure)
        try members.encode(_found, forKey: .found)
    }
}
