/// One step of the way from this program to a guest's vCPUs, in the order in which they are checked.
package enum GuestCheck: String, Hashable, Sendable, CaseIterable {
    /// The source that lists the guest answers.
    case source
    /// The guest's process or domain is there, and its machine runs.
    case process
    /// The guest has a channel for its agent.
    case channel
    /// This user may use the channel.
    case permission
    /// No other client holds the channel.
    case holder
    /// An agent runs in the guest, and answers.
    case agent
    /// The agent's version has no fault that matters here.
    case version
    /// The agent has the commands that are needed, and they are enabled.
    case commands
    /// The guest's file systems are not frozen.
    case frozen
    /// The guest's vCPUs are read.
    case guest
    /// The host's side of the vCPUs is read.
    case host
    /// It is known which vCPU of the guest is which of the host's.
    case pairing
}

/// The result of a check.
package enum CheckResult: String, Hashable, Sendable, CaseIterable {
    /// Nothing is wrong.
    case ok
    /// Something is limited or doubtful; the guest is read all the same.
    case warn
    /// It keeps the guest from being read.
    case fail
    /// It was not checked: something before it failed, or nothing can tell.
    case skipped
}

/// What a check found.
package struct Finding: Hashable, Sendable {
    /// Which check.
    package let check: GuestCheck
    /// Its result.
    package let result: CheckResult
    /// What was found, in a few words.
    package let message: String
    /// What to type or to do, a line each; empty where nothing is to be done.
    package let help: [String]

    /// Creates a finding.
    package init(_ check: GuestCheck, _ result: CheckResult, _ message: String, help: [String] = [])
    {
        self.check = check
        self.result = result
        self.message = message
        self.help = help
    }
}
