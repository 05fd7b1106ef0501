internal import SafeText

/// A session with a guest agent, without its line: events in, actions out.
///
/// The line comes as others left it: with half a request inside the agent, replies to commands of
/// earlier clients on their way, and half a line of theirs already gone. So a session starts with
/// 0xFF, which makes the agent drop what it has, and a sync with a fresh id; everything that
/// arrives before the answer with that id belongs to another client.
///
/// - Source: qemu/qga/qapi-schema.json, `guest-sync-delimited` (since 1.1), `guest-sync`.
struct AgentSessionStateMachine: SessionStateMachine {
    private enum State {
        /// Nothing was sent yet.
        case unopened
        /// A sync was sent; waiting for its answer.
        case syncing(Sync)
        /// In step: replies answer our commands, in order.
        case established(CommandExchange)
        /// Over, by a failure or a deadline.
        case ended
    }

    /// How far the sync has come.
    private struct Sync {
        /// Whether `guest-sync` was sent after the agent said that it lacks the delimited one.
        var isPlainSent = false
        /// Whether the delimited one was answered even so: that error was for another client.
        var isDelimitedAnswered = false
    }

    private var state = State.unopened
    private var framer = Framer(maximumLineSize: ReplySize.idle)
    private let delimitedID: Int64
    private let plainID: Int64

    /// Creates a session that is still to be opened.
    ///
    /// - Parameters:
    ///   - delimitedID: Fresh id of `guest-sync-delimited`.
    ///   - plainID: Fresh id of `guest-sync`, should it be needed; another one.
    init(delimitedID: Int64 = Self.freshID(), plainID: Int64 = Self.freshID()) {
        self.delimitedID = delimitedID
        self.plainID = plainID
    }

    /// An id that no earlier client has used.
    ///
    /// Above every count that a command returns; and within what a double holds exactly, since not
    /// every agent reads 64-bit integers.
    static func freshID() -> Int64 { Int64.random(in: (1 << 40)..<(1 << 53)) }

    mutating func open() -> SessionAction {
        guard case .unopened = state else { return .fail(.notReady) }
        state = .syncing(Sync())
        return .send([0xFF] + Self.request("guest-sync-delimited", id: delimitedID))
    }

    mutating func execute(
        _ command: String, arguments: JSON?, replySize: Int, form: ReplyForm = .json
    ) -> SessionAction {
        guard case .established(var exchange) = state else { return .fail(.notReady) }
        let action = exchange.execute(
            command, arguments: arguments, form: form, isInsideLine: framer.isInsideLine)
        state = .established(exchange)
        framer.maximumLineSize = exchange.isWaiting ? replySize : ReplySize.idle
        return action
    }

    mutating func failed(_ error: ByteStreamError) -> SessionAction {
        state = .ended
        return .fail(QAPIError(error))
    }

    mutating func received(_ bytes: [UInt8]) -> SessionAction {
        var next = SessionAction.receive
        for frame in framer.push(bytes) {
            if let action = received(frame) { next = action }
        }
        return next
    }

    private mutating func received(_ frame: Framer.Frame) -> SessionAction? {
        switch state {
        case .unopened, .ended:
            return nil
        case .syncing(let sync):
            return received(WireMessage(frame), during: sync)
        case .established(var exchange):
            // Only a sync is answered with 0xFF in front, and ours has been.
            if case .line(_, afterReset: true) = frame { return nil }
            let message = WireMessage(frame, form: exchange.form)
            if case .returned(.json(.integer(let id))) = message, id == delimitedID || id == plainID
            {
                return nil
            }
            let action = exchange.received(message)
            state = .established(exchange)
            if !exchange.isWaiting { framer.maximumLineSize = ReplySize.idle }
            return action
        }
    }

    private mutating func received(
        _ message: WireMessage, during sync: Sync
    ) -> SessionAction? {
        var sync = sync
        defer { if case .syncing = state { state = .syncing(sync) } }
        switch message {
        // The id proves whose answer this is, whether or not 0xFF was still before it.
        case .returned(.json(.integer(delimitedID))):
            sync.isDelimitedAnswered = true
            // The plain one's answer is still to come, and must not be taken for a command's.
            return sync.isPlainSent ? nil : establish()
        case .returned(.json(.integer(plainID))) where sync.isPlainSent:
            return establish()
        case .failed(let fault) where fault.isNotFound || fault.isDisabled:
            if !sync.isPlainSent, fault.mayAnswer("guest-sync-delimited") {
                sync.isPlainSent = true
                return .send(Self.request("guest-sync", id: plainID))
            }
            guard sync.isPlainSent, fault.mayAnswer("guest-sync") else { return nil }
            if sync.isDelimitedAnswered { return establish() }
            guard fault.names("guest-sync") else { return nil }
            state = .ended
            return .fail(QAPIError(fault, command: "guest-sync"))
        default:
            return nil
        }
    }

    private mutating func establish() -> SessionAction {
        state = .established(CommandExchange())
        return .opened
    }

    private static func request(_ command: String, id: Int64) -> [UInt8] {
        CommandExchange.request(command, arguments: .object(["id": .integer(id)]))
    }
}

extension WireMessage.Fault {
    /// Whether the text names this command and not one that it is the beginning of.
    fileprivate func names(_ command: String) -> Bool {
        description.split { !$0.isLetter && !$0.isNumber && $0 != "-" && $0 != "_" }
            .contains { $0 == command }
    }

    /// Whether this can be about the command: it names it, or no agent command at all.
    fileprivate func mayAnswer(_ command: String) -> Bool {
        names(command) || !description.hasBytes(of: "guest-")
    }
}
