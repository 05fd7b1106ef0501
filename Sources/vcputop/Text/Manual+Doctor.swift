internal import GuestVCPU

extension Manual {
    /// The members of the object that `doctor --json` prints.
    static let doctorMembers: [JSONMember] = [
        JSONMember(
            "guest",
            "the guest's name, as in list; null for a source that does not answer"),
        JSONMember("source", "as in list"),
        JSONMember("verdict", "ok, warn or fail: the worst result of its checks"),
        JSONMember(
            "checks[].check",
            "each of these, in this order: "
                + GuestCheck.allCases.map(\.rawValue).joined(separator: ", ")),
        JSONMember(
            "checks[].result",
            "ok; warn: limited or doubtful; fail: it keeps the guest from being read; skipped: not "
                + "checked, because a check before it failed or nothing can tell"),
        JSONMember("checks[].message", "what was found, in words"),
        JSONMember("checks[].help", "what to type or to do, a line each; null where nothing"),
    ]

    static func doctorStatus(on page: inout Roff) {
        page.macro("PP")
        page.text("Of doctor:")
        page.item(Roff.bold("0"), "no check failed, though there may be warnings")
        page.item(Roff.bold("1"), "a check failed")
        page.item(Roff.bold("2"), "a named guest cannot be found")
    }
}
