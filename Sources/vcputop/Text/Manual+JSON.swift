internal import GuestVCPU

/// What a member of the JSON that commands print means.
struct JSONMember {
    /// Where it is: `[]` stands for each element of an array.
    let path: String
    let meaning: String

    init(_ path: String, _ meaning: String) {
        self.path = path
        self.meaning = meaning
    }
}

extension Manual {
    /// The members of the object that `list --json` prints.
    static let listMembers: [JSONMember] = [
        JSONMember("time", "when it was printed: UTC, ISO 8601 with milliseconds"),
        JSONMember("sources[].name", "a libvirt URI, agent:PATH, or host for the processes found"),
        JSONMember("sources[].status", "ok, failed or pending"),
        JSONMember(
            "sources[].message",
            "why it failed; else what it notes, with the guests that it leaves out; or null"),
        JSONMember("guests[].name", "the name that its source gives it, with nothing added"),
        JSONMember("guests[].uuid", "its UUID; null where it is not known"),
        JSONMember("guests[].source", "its source; source/name is its full name"),
        JSONMember("guests[].state", list(RunState.allCases)),
        JSONMember(
            "guests[].agent.status",
            "one of CONDITIONS OF AN AGENT; with --watch also pending, before the first answer"),
        JSONMember("guests[].agent.message", "what is wrong; null where nothing is"),
        JSONMember("guests[].agent.version", "the agent's version; null where it does not say"),
        JSONMember("guests[].agent.ageMilliseconds", "the age of guest; null without one"),
        JSONMember("guests[].guest", "what the guest says; null where it was not read"),
        JSONMember("guests[].guest.vcpus", "the list of its vCPUs"),
        JSONMember("guests[].guest.online", "those that are online"),
        JSONMember("guests[].guest.offlinable", "those that it can take offline"),
        JSONMember(
            "guests[].guest.contradicted",
            "those that it calls offline although their threads use a physical CPU, in two "
                + "readings at least; null where the host cannot tell, or not yet"),
        JSONMember("guests[].host", "what the host says; null where nothing is known"),
        JSONMember("guests[].host.current", "how many vCPUs are plugged; or null"),
        JSONMember("guests[].host.maximum", "how many could be plugged; or null"),
        JSONMember(
            "guests[].host.pairing",
            "how guestID is known: \(list(Pairing.Confidence.allCases))"),
        JSONMember("guests[].host.vcpus[].id", "the hypervisor's number of the vCPU"),
        JSONMember(
            "guests[].host.vcpus[].guestID", "the guest's number of it; null where not known"),
        JSONMember(
            "guests[].host.vcpus[].timeNanoseconds", "CPU time that it consumed; or null"),
        JSONMember(
            "guests[].host.vcpus[].waitNanoseconds",
            "time that it waited for a physical CPU; or null"),
        JSONMember("guests[].host.vcpus[].thread", "the host's thread that runs it; or null"),
        JSONMember("guests[].host.vcpus[].state", list(HostVCPUState.allCases)),
    ]

    /// The members of the object that `set --json` prints.
    static let setMembers: [JSONMember] = [
        JSONMember(
            "guest",
            "the guest as it was named; where a glob or a filter chose it, its name, or source/name "
                + "where more than one has that name"),
        JSONMember("outcome", "one of the outcomes under EXIT STATUS"),
        JSONMember(
            "requested.online",
            "the list of vCPUs that were to be online; all where that was asked for and the guest "
                + "was not read"),
        JSONMember("requested.offline", "those that were to be offline"),
        JSONMember(
            "requested.count",
            "only where a number was asked for; the lists are then all vCPUs of the guest, or empty "
                + "where it was not read or cannot have that number"),
        JSONMember(
            "before", "the guest before the change; null where it was not read"),
        JSONMember("before.vcpus", "the list of its vCPUs"),
        JSONMember("before.online", "those that were online"),
        JSONMember("before.offlinable", "those that it could take offline"),
        JSONMember("after", "the guest as it was read last; null where it could not be read"),
        JSONMember("after.vcpus", "as in before"),
        JSONMember("after.online", "as in before"),
        JSONMember("after.offlinable", "as in before"),
        JSONMember("reasons[].vcpu", "the vCPU that speaks against the change; or null"),
        JSONMember(
            "reasons[].code",
            Refusal.Code.allCases.map { code in
                "\(code.rawValue) (\(Refusal(vcpu: nil, code: code).summary))"
            }.joined(separator: ", ")),
        JSONMember("reasons[].message", "the same in words"),
        JSONMember("failure", "the first thing that failed; null where nothing did"),
        JSONMember("failure.vcpu", "the vCPU to blame; null where it is no single one"),
        JSONMember(
            "failure.message",
            "the agent's error or its condition, or one of: "
                + ([.notDone, .outOfTime, .interrupted, .rebooted] as [TransactionFailure.Cause])
                .map(\.summary).joined(separator: "; ")),
        JSONMember("id", "the change's id in the journal; null where nothing was recorded"),
        JSONMember(
            "changedElsewhere",
            "the list of vCPUs that changed between before and after and were not asked for or not "
                + "reached: another hand changed them, and they are left alone"),
        JSONMember("planned.online", "only with --dry-run: the list that would be sent"),
        JSONMember("planned.offline", "likewise"),
    ]

    static let logMembers = [
        JSONMember("id", "the change's id"),
        JSONMember("time", "when it was recorded, just before it was sent: UTC, as in list"),
        JSONMember("user", "the user that the program ran as"),
        JSONMember(
            "login",
            "the user that had logged in, where that is another one, as with sudo; null where not"),
        JSONMember("pid", "the program's process"),
        JSONMember("guest", "the guest's name within its source"),
        JSONMember("source", "as in list"),
        JSONMember("uuid", "the guest's UUID; null where it is not known"),
        JSONMember("reverts", "the id of the change that it takes back; null where it takes none"),
        JSONMember("requested.online", "the list of vCPUs that were to be online"),
        JSONMember("requested.offline", "those that were to be offline"),
        JSONMember("planned.online", "those of them that were offline, and were sent"),
        JSONMember("planned.offline", "those of them that were online, and were sent"),
        JSONMember("before.vcpus", "the list of the guest's vCPUs before"),
        JSONMember("before.online", "those that were online"),
        JSONMember("before.offlinable", "those that it could take offline"),
        JSONMember("boot", "the id that the guest's kernel chose at its boot; null where unknown"),
        JSONMember(
            "outcome",
            "an outcome as in set; open while its program is at work on it; died where its program "
                + "ended before it could say"),
        JSONMember("after", "the guest as the change's last reading shows it; or null"),
        JSONMember("after.vcpus", "as in before"),
        JSONMember("after.online", "as in before"),
        JSONMember("after.offlinable", "as in before"),
        JSONMember("failure", "the first thing that failed; null where nothing did"),
        JSONMember("failure.vcpu", "the vCPU to blame; null where it is no single one"),
        JSONMember("failure.message", "what failed"),
        JSONMember(
            "found", "how the guest was when it was read next, after its program died; or null"),
        JSONMember("found.time", "when that was"),
        JSONMember("found.after.vcpus", "as in before"),
        JSONMember("found.after.online", "as in before"),
        JSONMember("found.after.offlinable", "as in before"),
    ]

    static func json(on page: inout Roff) {
        page.macro("SH", "JSON")
        page.text(
            """
            With --json (list: --format json), list, set and revert print one object on one line, list \
            --watch one every interval, set one for each of several guests, as it ends, log one for \
            each change, and doctor one for each guest. Every member is there, null where nothing is known, unless it says otherwise \
            here. Members may be added later. A list of vCPUs is a string as in 0-3,8, sorted, and \
            empty for none. JSON schemas are in Assets of the sources: \
            list.schema.json, set.schema.json, which is also that of revert, log.schema.json and \
            doctor.schema.json.
            """)
        for (command, members) in [
            ("list", listMembers), ("set", setMembers), ("log", logMembers),
            ("doctor", doctorMembers),
        ] {
            page.macro("SS", "vcputop \(command) --json")
            for member in members { page.item(Roff.bold(member.path), member.meaning) }
        }
    }

    private static func list(_ values: [some RawRepresentable<String>]) -> String {
        let words = values.map(\.rawValue)
        return words.dropLast().joined(separator: ", ") + " or " + (words.last ?? "")
    }
}
