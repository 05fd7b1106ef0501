/// Performs the actions of a session's state machine on a line.
///
/// An actor because callers are anywhere; what is under way is kept apart by the machine, which
/// refuses a second command.
actor SessionDriver<Machine: SessionStateMachine> {
    private let stream: any ByteStream
    private var machine: Machine
    private let now: @Sendable () -> ContinuousClock.Instant

    init(
        _ machine: Machine, over stream: any ByteStream,
        now: @escaping @Sendable () -> ContinuousClock.Instant
    ) {
        self.machine = machine
        self.stream = stream
        self.now = now
    }

    func open(until deadline: ContinuousClock.Instant) async throws(QAPIError) {
        _ = try await perform(machine.open(), until: deadline)
    }

    func execute(
        _ command: String, arguments: JSON?, replySize: Int, form: ReplyForm = .json,
        until deadline: ContinuousClock.Instant
    ) async throws(QAPIError) -> Returned {
        try await perform(
            machine.execute(command, arguments: arguments, replySize: replySize, form: form),
            until: deadline)
    }

    private func perform(
        _ first: SessionAction, until deadline: ContinuousClock.Instant
    ) async throws(QAPIError) -> Returned {
        var action = first
        while true {
            switch action {
            case .opened: return .json(.null)
            case .answered(let result): return try result.get()
            case .fail(let error): throw error
            case .send, .receive:
                do throws(ByteStreamError) {
                    action = try await exchange(action, until: deadline)
                } catch {
                    action = machine.failed(error)
                }
            }
        }
    }

    private func exchange(
        _ action: SessionAction, until deadline: ContinuousClock.Instant
    ) async throws(ByteStreamError) -> SessionAction {
        // A stream has bytes at once for as long as the other side floods it, so its own deadline
        // would never come.
        guard now() < deadline else { throw .timedOut }
        if case .send(let bytes) = action {
            try await stream.send(bytes, until: deadline)
            return .receive
        }
        let bytes = try await stream.receive(until: deadline)
        guard !bytes.isEmpty else { throw .closed }
        return machine.received(bytes)
    }
}
