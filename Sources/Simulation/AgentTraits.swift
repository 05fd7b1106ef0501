/// The kind of agent that a simulated guest runs.
package struct AgentTraits: Hashable, Sendable {
    /// The version that the agent reports.
    package var version = "7.2.22"
    /// The commands that the guest's administrator has disabled.
    package var disabled: Set<AgentCommand> = []
    /// The commands that the agent does not have.
    package var absent: Set<AgentCommand> = []
    /// Whether the agent reports which vCPUs can be taken offline; old Windows agents do not.
    package var reportsOfflinable = true
    /// Whether the agent's lines end with `\r\n`.
    package var endsLinesWithCarriageReturn = false
    /// How often the agent checks for a client while it has none; a real agent does so every 100
    /// ms.
    package var latency = Duration.zero
    /// How long the agent needs for each change of a set.
    package var changeDuration = Duration.zero

    /// The agent of Debian 12; it answers at once.
    package init() {}
}
