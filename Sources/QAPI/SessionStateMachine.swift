/// The pure part of a session: what happens goes in, what to do next comes out.
///
/// One thing is under way at a time, so each event has exactly one next action.
protocol SessionStateMachine: Sendable {
    /// The session is to be opened.
    mutating func open() -> SessionAction
    /// A command is to be run, whose reply is at most `replySize` bytes.
    mutating func execute(
        _ command: String, arguments: JSON?, replySize: Int, form: ReplyForm
    ) -> SessionAction
    /// Bytes came in.
    mutating func received(_ bytes: [UInt8]) -> SessionAction
    /// The line failed, or the deadline passed.
    mutating func failed(_ error: ByteStreamError) -> SessionAction
}

/// What the driver of a session does next.
enum SessionAction: Hashable, Sendable {
    /// Send these bytes, then wait for more.
    case send([UInt8])
    /// Wait for more bytes.
    case receive
    /// The session is open; the caller's `open` returns.
    case opened
    /// The command has its answer, which its call returns. The session can take another.
    case answered(Result<Returned, QAPIError>)
    /// What was under way has failed, and the session with it.
    case fail(QAPIError)
}

/// Commands and replies on a line that is known to be in step: the part that agent and QMP share.
struct CommandExchange: Hashable, Sendable {
    private enum State: Hashable, Sendable {
        /// Nothing is under way.
        case idle
        /// This command was sent; the next reply is its answer.
        case waiting(command: String, form: ReplyForm)
        /// A message arrived without a question: the next command fails with that.
        case outOfStep(QAPIError)
        /// Replies can no longer be matched; a command has failed with that.
        case ended
    }

    private var state = State.idle

    /// Whether a command was sent and has no answer yet.
    var isWaiting: Bool {
        if case .waiting = state { true } else { false }
    }

    /// The form in which the next answer is wanted.
    var form: ReplyForm {
        if case .waiting(_, let form) = state { form } else { .json }
    }

    /// Asks for a command to be sent.
    ///
    /// - Parameters:
    ///   - form: The form in which the command's value is wanted.
    ///   - isInsideLine: Whether a line has begun to arrive, which cannot be the answer.
    mutating func execute(
        _ command: String, arguments: JSON?, form: ReplyForm, isInsideLine: Bool
    ) -> SessionAction {
        switch state {
        case .waiting, .ended: return .fail(.notReady)
        case .outOfStep(let error):
            state = .ended
            return .fail(error)
        case .idle where isInsideLine:
            state = .ended
            return .fail(.malformed(.unsolicited, excerpt: ""))
        case .idle:
            state = .waiting(command: command, form: form)
            return .send(Self.request(command, arguments: arguments))
        }
    }

    /// Handles a message; nil when it asks for no action.
    mutating func received(_ message: WireMessage) -> SessionAction? {
        switch (state, message) {
        case (.outOfStep, _), (.ended, _), (_, .event), (_, .greeting): return nil
        case (.waiting, .returned(let value)):
            state = .idle
            return .answered(.success(value))
        case (.waiting(let command, _), .failed(let fault)):
            state = .idle
            return .answered(.failure(QAPIError(fault, command: command)))
        case (.waiting, .meaningless(let error)):
            // It may or may not have been the answer, so the next line may be or not.
            state = .ended
            return .fail(error)
        case (.idle, .returned(let value)):
            state = .outOfStep(.malformed(.unsolicited, excerpt: value.json.excerpt))
            return nil
        case (.idle, .failed(let fault)):
            state = .outOfStep(.malformed(.unsolicited, excerpt: fault.description))
            return nil
        case (.idle, .meaningless(let error)):
            state = .outOfStep(error)
            return nil
        }
    }

    /// A request as it goes over the wire; without `id`, which some agents refuse.
    static func request(_ command: String, arguments: JSON? = nil) -> [UInt8] {
        var bytes = Array("{\"execute\":".utf8) + JSON.string(command).serialized()
        if let arguments {
            bytes += Array(",\"arguments\":".utf8) + arguments.serialized()
        }
        return bytes + Array("}\n".utf8)
    }
}

extension WireMessage {
    /// What a frame says.
    ///
    /// - Parameter form: The form in which the value of a command is wanted.
    init(_ frame: Framer.Frame, form: ReplyForm = .json) {
        switch frame {
        case .line(let line, afterReset: _): self.init(line: line, form: form)
        case .tooLong: self = .meaningless(.tooLarge)
        }
    }
}
