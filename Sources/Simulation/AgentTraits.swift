/// What kind of agent a simulated guest runs.
package struct AgentTraits: Hashable, Sendable {
    /// What it says of itself.
    package var version = "7.2.22"
    /// Commands that its guest's administrator has disabled.
    package var disabled: Set<AgentCommand> = []
    /// Commands that it does not know.
    package var absent: Set<AgentCommand> = []
    /// Whether it tells which vCPUs can be taken offline; old Windows agents do not.
    package var tellsOfflinable = true
    /// Whether its lines end with `\r\n`.
    package var endsLinesWithCarriageReturn = false
    /// How often it looks for a client while it has none: real ones every 100 ms.
    package var latency = Duration.zero
    /// How long each change of a set takes it.
    package var changeDuration = Duration.zero

    /// An agent of Debian 12 that answers at once.
    package init() {}
}
