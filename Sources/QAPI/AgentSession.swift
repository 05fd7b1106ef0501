/// A conversation with a guest agent, over a line that others use too.
///
/// Open it, run commands one at a time, and close the stream: an agent serves one client at a
/// time, so a connection that stays open keeps all other clients out.
///
/// After `.timedOut` close the stream at once. The command may still run, and its reply then goes
/// to the next client; the session takes no further command (`.notReady`).
public struct AgentSession: Sendable {
    private let driver: SessionDriver<AgentSessionStateMachine>

    /// Creates a session that is still to be opened.
    ///
    /// - Parameter stream: A line fresh from `connect`. The session never closes it.
    public init(over stream: any ByteStream) {
        self.init(AgentSessionStateMachine(), over: stream) { .now }
    }

    init(
        _ machine: AgentSessionStateMachine, over stream: any ByteStream,
        now: @escaping @Sendable () -> ContinuousClock.Instant
    ) {
        driver = SessionDriver(machine, over: stream, now: now)
    }

    /// Gets in step with the agent: 0xFF and `guest-sync-delimited`, or `guest-sync` where the
    /// agent lacks that; what was meant for earlier clients is dropped.
    ///
    /// - Parameter deadline: Latest instant to wait for the answer.
    /// - Throws: `.timedOut`, `.closed`, `.failed`; `.notFound` or `.disabled` when the agent has
    ///   neither sync; `.notReady` when called twice.
    public func open(until deadline: ContinuousClock.Instant) async throws(QAPIError) {
        try await driver.open(until: deadline)
    }

    /// Runs one command and returns what it returned.
    ///
    /// - Parameters:
    ///   - command: The command's name.
    ///   - arguments: An object with its arguments, where it has any.
    ///   - replySize: Most bytes of its reply; a longer one is `.tooLarge`.
    ///   - deadline: Latest instant to wait for the reply.
    /// - Throws: Any `QAPIError`. After `.guest`, `.notFound`, `.disabled` and `.frozen` the
    ///   session takes further commands; after all others the stream should be closed.
    public func execute(
        _ command: String, arguments: JSON? = nil,
        replySize: Int = Framer.defaultMaximumLineSize, until deadline: ContinuousClock.Instant
    ) async throws(QAPIError) -> JSON {
        try await driver.execute(
            command, arguments: arguments, replySize: replySize, until: deadline
        ).json
    }

    /// Runs `guest-get-vcpus`, whose plain replies need no JSON.
    func vcpuList(until deadline: ContinuousClock.Instant) async throws(QAPIError) -> Returned {
        try await driver.execute(
            "guest-get-vcpus", arguments: nil, replySize: ReplySize.vcpus, form: .vcpus,
            until: deadline)
    }
}
