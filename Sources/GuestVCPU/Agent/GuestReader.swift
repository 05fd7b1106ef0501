internal import SafeText

/// Where a guest's vCPU state is read.
public protocol GuestReader: Sendable {
    /// Reads the guest afresh, in an exchange of its own.
    ///
    /// - Parameter timeout: How long to wait for the connection, and again for each answer.
    /// - Throws: `AgentError`.
    func read(timeout: Duration) async throws(AgentError) -> AgentReading

    /// Reads the guest afresh, with which boot of it answers, even where that takes more of the
    /// agent's time.
    ///
    /// - Parameter timeout: As for `read(timeout:)`.
    /// - Throws: `AgentError`.
    func readWithBoot(timeout: Duration) async throws(AgentError) -> AgentReading
}

extension GuestReader {
    /// Reads the guest; for agents whose every reading tells its boot, or none does.
    public func readWithBoot(timeout: Duration) async throws(AgentError) -> AgentReading {
        try await read(timeout: timeout)
    }
}
