internal import SafeText

/// One open connection to a guest's agent.
///
/// After an error the line may be out of step: its user closes it and opens another, unless the
/// error was the guest's own answer.
public protocol AgentChannel: Sendable {
    /// How the agent takes a change.
    var setForm: SetForm { get }

    /// Reads the guest.
    ///
    /// - Parameter timeout: How long to wait for each answer.
    /// - Throws: `AgentError`.
    func read(timeout: Duration) async throws(AgentError) -> AgentReading

    /// Reads the guest, with which boot of it answers where that can be known, even where that
    /// takes more of the agent's time.
    ///
    /// - Parameter timeout: As for `read(timeout:)`.
    /// - Throws: `AgentError`.
    func readWithBoot(timeout: Duration) async throws(AgentError) -> AgentReading

    /// Asks for changes, in one call.
    ///
    /// - Parameters:
    ///   - changes: What to do, in order; never empty; of one state for `.oneState`.
    ///   - timeout: How long to wait for the reply.
    /// - Returns: The number that the agent returned, unchecked; for `.oneState` the number of
    ///   changes.
    /// - Throws: `AgentError`; `.error` where the guest refused the first change (`.mixedList`)
    ///   or any of them (`.oneState`).
    func set(_ changes: [VCPUChange], timeout: Duration) async throws(AgentError) -> Int64

    /// Closes the line.
    func close() async
}

extension AgentChannel {
    /// Reads the guest; for agents whose every reading tells its boot, or none does.
    public func readWithBoot(timeout: Duration) async throws(AgentError) -> AgentReading {
        try await read(timeout: timeout)
    }
}
