internal import FoundationEssentials
internal import GuestVCPU
package import JSONForms

/// A line of the journal, to be written.
enum JournalLines {
    static func intent(_ change: RecordedChange) throws -> String {
        try JSONText.line(IntentLine(intent: IntentJSON(change)))
    }

    static func outcome(_ id: ChangeID, _ end: RecordedChange.End) throws -> String {
        try JSONText.line(OutcomeJSON(id, end))
    }

    static func found(_ id: ChangeID, _ finding: RecordedChange.Finding) throws -> String {
        try JSONText.line(FoundJSON(id, finding))
    }
}

/// What is recorded of a change before it is sent, as the journal and the log have it.
package struct IntentJSON: Encodable {
    let id: String
    let time: String
    let user: String
    @Nullable var login: String?
    let pid: Int32
    let guest: String
    let source: String
    @Nullable var uuid: String?
    @Nullable var reverts: String?
    let requested: TargetsJSON
    let planned: TargetsJSON
    let before: MapsJSON
    @Nullable var boot: String?

    package init(_ change: RecordedChange) {
        id = change.id.text
        time = JSONText.time(change.time)
        user = change.user
        login = change.login
        pid = change.pid
        guest = change.guest
        source = change.source
        uuid = change.uuid
        reverts = change.reverts?.text
        requested = TargetsJSON(change.requested)
        planned = TargetsJSON(change.planned)
        before = MapsJSON(change.before)
        boot = change.boot
    }
}

/// An intent with the word that tells it from other lines.
private struct IntentLine: Encodable {
    let event = "intent"
    let intent: IntentJSON

    enum CodingKeys: CodingKey { case event }

    func encode(to encoder: any Encoder) throws {
        try intent.encode(to: encoder)
        var members = encoder.container(keyedBy: CodingKeys.self)
        try members.encode(event, forKey: .event)
    }
}

private struct OutcomeJSON: Encodable {
    let event = "outcome"
    let id: String
    let time: String
    let outcome: String
    @Nullable var after: MapsJSON?
    @Nullable var failure: FailureJSON?

    init(_ id: ChangeID, _ end: RecordedChange.End) {
        self.id = id.text
        time = JSONText.time(end.time)
        outcome = end.outcome.rawValue
        after = end.after.map(MapsJSON.init)
        failure = end.failure.map(FailureJSON.init)
    }
}

private struct FoundJSON: Encodable {
    let event = "found"
    let id: String
    let time: String
    let after: MapsJSON

    init(_ id: ChangeID, _ finding: RecordedChange.Finding) {
        self.id = id.text
        time = JSONText.time(finding.time)
        after = MapsJSON(finding.after)
    }
}

/// What went wrong, as the journal and the log have it.
package struct FailureJSON: Encodable {
    @Nullable var vcpu: Int?
    let message: String

    package init(_ failure: RecordedChange.Failure) {
        vcpu = failure.vcpu
        message = failure.message
    }
}

extension MapsJSON {
    /// The maps of a reading that was recorded.
    package init(_ maps: RecordedMaps) {
        self.init(vcpus: maps.vcpus, online: maps.online, offlinable: maps.offlinable)
    }
}
