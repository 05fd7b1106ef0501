/// What is right and what is wrong on the way from this program to a guest's vCPUs.
package struct Diagnosis: Hashable, Sendable {
    /// The guest's name, as its source has it; nil for a source without a known guest.
    package let guest: String?
    /// The source.
    package let source: SourceID
    /// One finding for each check, in the order of `GuestCheck`.
    package let findings: [Finding]

    /// Creates a diagnosis; a check without a finding is skipped.
    package init(guest: String?, source: SourceID, findings: [Finding]) {
        self.guest = guest
        self.source = source
        self.findings = GuestCheck.allCases.map { check in
            findings.first { $0.check == check } ?? Finding(check, .skipped, "not checked")
        }
    }

    /// The worst result: `ok`, `warn` or `fail`.
    package var verdict: CheckResult {
        let results = findings.map(\.result)
        return results.contains(.fail) ? .fail : results.contains(.warn) ? .warn : .ok
    }

    /// The first finding that decides the verdict; nil where nothing is wrong.
    package var cause: Finding? {
        findings.first { $0.result == verdict && verdict != .ok }
    }

    /// The finding of a check.
    package subscript(check: GuestCheck) -> Finding {
        findings.first { $0.check == check } ?? Finding(check, .skipped, "not checked")
    }
}

extension Diagnosis {
    /// A source that does not answer: nothing beyond it can be checked.
    ///
    /// - Parameters:
    ///   - guest: The guest that was asked for and may be there; nil where none was.
    ///   - reason: Why the source does not answer.
    ///   - daemon: The access to its daemon's socket on this host; nil where it has none.
    package init(
        guest: String?, failed source: SourceID, reason: String, daemon: SocketAccess?,
        user: String
    ) {
        self.init(
            guest: guest, source: source,
            findings: [
                Finding(
                    .source, .fail, "cannot reach '\(source.name)': \(reason)",
                    help: SourceMend(source, reason: reason, daemon: daemon, user: user).help)
            ])
    }

    /// A guest that was found on this host and is not listed.
    package init(_ guest: LeftOutGuest, source: SourceID) {
        let before = GuestCheck.allCases.prefix { $0 != guest.obstacle }
        self.init(
            guest: guest.name, source: source,
            findings: before.map { Finding($0, .ok, $0.plainWords) } + [
                Finding(
                    guest.obstacle, .fail, guest.reason, help: [guest.help].compactMap { $0 })
            ])
    }
}

extension GuestCheck {
    /// What it means that nothing is wrong here, where no more is known.
    var plainWords: String {
        switch self {
        case .source: "the source answers"
        case .process: "it runs"
        case .channel: "it has a channel for an agent"
        case .permission: "this user may use the channel"
        case .holder: "no other client holds the channel"
        case .agent: "the agent answers"
        case .version: "the agent's version is known"
        case .commands: "the commands are enabled"
        case .frozen: "no file system is frozen"
        case .guest: "the guest's vCPUs are read"
        case .host: "host time is read"
        case .pairing: "the pairing is known"
        }
    }
}
