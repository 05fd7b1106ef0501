/// The questions that a reading asks a guest's agent.
package enum AgentQuestions: Sendable {
    /// Only the list of vCPUs: one command, whatever the guest's size.
    case vcpus
    /// Also the agent's version and commands, and the pairing that the guest's firmware gives.
    case all
}
