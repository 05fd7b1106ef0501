/// What a reading asks a guest's agent.
package enum AgentQuestions: Sendable {
    /// The vCPUs alone: one command, whatever the guest's size.
    case vcpus
    /// Also the agent's version and commands, and what the firmware says of the pairing.
    case all
}
