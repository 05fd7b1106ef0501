internal import GuestVCPU

/// The way to an agent that the host knows to be unreachable: QMP tells so without asking it.
struct ObstructedAgent: GuestReader, GuestWriter {
    let obstacle: AgentError.Kind

    func read(timeout: Duration) async throws(AgentError) -> AgentReading {
        throw AgentError(obstacle)
    }

    func open(timeout: Duration) async throws(AgentError) -> any AgentChannel {
        throw AgentError(obstacle)
    }
}
