internal import SafeText

/// Where a guest's vCPU state is changed.
///
/// A program that may only watch holds no value of this type.
public protocol GuestWriter: Sendable {
    /// Opens a connection of its own, ready for commands.
    ///
    /// - Parameter timeout: How long to wait until the agent has answered a sync.
    /// - Throws: `AgentError`.
    func open(timeout: Duration) async throws(AgentError) -> any AgentChannel
}
