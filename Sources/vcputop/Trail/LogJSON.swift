internal import GuestVCPU
internal import JSONForms
internal import Journal

/// What `log --json` prints of a change: the members and their meaning are other people's contract.
struct LogJSON: Encodable {
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
    let outcome: String
    @Nullable var after: MapsJSON?
    @Nullable var failure: Failure?
    @Nullable var found: Finding?

    struct Failure: Encodable {
        @Nullable var vcpu: Int?
        let message: String
    }

    struct Finding: Encodable {
        let time: String
        let after: MapsJSON
    }

    init(_ change: RecordedChange) {
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
        outcome = change.outcome
        after = change.end?.after.map { MapsJSON($0) }
        failure = change.end?.failure.map { Failure(vcpu: $0.vcpu, message: $0.message) }
        found = change.found.map {
            Finding(time: JSONText.time($0.time), after: MapsJSON($0.after))
        }
    }
}
