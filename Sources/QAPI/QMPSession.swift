/// A conversation with a QEMU process over its QMP socket.
///
/// A QMP socket serves one client at a time, and other tools need it: open, ask, close the stream.
///
/// - Source: qemu/docs/interop/qmp-spec.rst.
public struct QMPSession: Sendable {
    private let driver: SessionDriver<QMPSessionStateMachine>

    /// Creates a session that is still to be opened.
    ///
    /// - Parameter stream: A line fresh from `connect`. The session never closes it.
    public init(over stream: any ByteStream) {
        self.init(over: stream) { .now }
    }

    init(
        over stream: any ByteStream, now: @escaping @Sendable () -> ContinuousClock.Instant
    ) {
        driver = SessionDriver(QMPSessionStateMachine(), over: stream, now: now)
    }

    /// Waits for the greeting and negotiates (`qmp_capabilities`).
    ///
    /// - Throws: `.timedOut` also when another client holds the socket; `.malformed` when the
    ///   other side is no QMP server.
    public func open(until deadline: ContinuousClock.Instant) async throws(QAPIError) {
        try await driver.open(until: deadline)
    }

    /// Runs one command and returns what it returned; events are skipped.
    ///
    /// - Parameters:
    ///   - command: The command's name.
    ///   - arguments: An object with its arguments, where it has any.
    ///   - replySize: Most bytes of its reply.
    ///   - deadline: Latest instant to wait for the reply.
    /// - Throws: As `AgentSession.execute`.
    public func execute(
        _ command: String, arguments: JSON? = nil,
        replySize: Int = Framer.defaultMaximumLineSize, until deadline: ContinuousClock.Instant
    ) async throws(QAPIError) -> JSON {
        try await driver.execute(
            command, arguments: arguments, replySize: replySize, until: deadline
        ).json
    }
}

/// A QMP session without its line: events in, actions out.
struct QMPSessionStateMachine: SessionStateMachine {
    private enum State {
        /// Not asked to open yet.
        case unopened
        /// Waiting for `{"QMP": ...}`; QEMU answers nothing before it.
        case awaitingGreeting
        /// `qmp_capabilities` was sent.
        case negotiating(CommandExchange)
        /// Commands can be run.
        case established(CommandExchange)
        /// Over, by a failure or a deadline.
        case ended
    }

    private var state = State.unopened
    private var framer = Framer(maximumLineSize: ReplySize.monitorLine)

    mutating func open() -> SessionAction {
        guard case .unopened = state else { return .fail(.notReady) }
        state = .awaitingGreeting
        return .receive
    }

    mutating func execute(
        _ command: String, arguments: JSON?, replySize: Int, form: ReplyForm
    ) -> SessionAction {
        guard case .established(var exchange) = state else { return .fail(.notReady) }
        // Unlike an agent's, half a line is no reason to refuse: an event can come at any time.
        let action = exchange.execute(
            command, arguments: arguments, form: .json, isInsideLine: false)
        state = .established(exchange)
        // An event may come first.
        if exchange.isWaiting { framer.maximumLineSize = max(replySize, ReplySize.monitorLine) }
        return action
    }

    mutating func failed(_ error: ByteStreamError) -> SessionAction {
        state = .ended
        return .fail(QAPIError(error))
    }

    mutating func received(_ bytes: [UInt8]) -> SessionAction {
        var next = SessionAction.receive
        for frame in framer.push(bytes) {
            if let action = received(WireMessage(frame)) { next = action }
        }
        return next
    }

    private mutating func received(_ message: WireMessage) -> SessionAction? {
        switch state {
        case .unopened, .ended:
            return nil
        case .awaitingGreeting:
            return greeted(by: message)
        case .negotiating(var exchange):
            guard let action = exchange.received(message) else { return nil }
            guard case .answered(let result) = action else {
                state = .ended
                return action
            }
            switch result {
            case .success:
                state = .established(exchange)
                return .opened
            case .failure(let error):
                state = .ended
                return .fail(error)
            }
        case .established(var exchange):
            let action = exchange.received(message)
            state = .established(exchange)
            if !exchange.isWaiting { framer.maximumLineSize = ReplySize.monitorLine }
            return action
        }
    }

    private mutating func greeted(by message: WireMessage) -> SessionAction? {
        switch message {
        case .greeting:
            var exchange = CommandExchange()
            let action = exchange.execute(
                "qmp_capabilities", arguments: nil, form: .json, isInsideLine: false)
            state = .negotiating(exchange)
            return action
        case .event:
            return nil
        case .returned, .failed:
            state = .ended
            return .fail(.malformed(.unsolicited, excerpt: ""))
        case .meaningless(let error):
            state = .ended
            return .fail(error)
        }
    }
}
