internal import GuestVCPU

/// An agent that the host knows to be unreachable, as from QMP; it is never asked.
struct ObstructedAgent: GuestReader, GuestWriter {
    let obstacle: AgentError.Kind

    func read(timeout: Duration) async throws(AgentError) -> AgentReading {
        throw AgentError(obstacle)
    }

    func open(timeout: Duration) async throws(AgentError) -> any AgentChannel {
        throw AgentError(obstacle)
    }
}
