internal import GuestVCPU
internal import Synchronization

/// One connection that carries one call at a time; it opens when a call first needs it.
final class Lane: Sendable {
    private let connection: Mutex<(any LibvirtConnection)?>

    init(_ connection: (any LibvirtConnection)? = nil) {
        self.connection = Mutex(connection)
    }

    /// Whether the connection was opened and not closed; it can have been lost since.
    var isOpened: Bool { connection.withLock { $0 != nil } }

    /// Opens the connection; blocks.
    func open(
        _ opener: ConnectionOpener, isReadOnly: Bool, until deadline: ContinuousClock.Instant
    ) throws(LibvirtError) {
        let opened = try opener.open(isReadOnly: isReadOnly, until: deadline)
        connection.withLock { $0 = opened }
    }

    /// The result of a call that was made.
    struct Attempt<T: Sendable>: Sendable {
        let result: Result<T, LaneError>
        let ending: LaneTable.Ending
    }

    /// Makes a call on the connection; blocks.
    ///
    /// - Returns: Nil when the connection was already lost, so that nothing was asked.
    func perform<T: Sendable>(
        _ call: (any LibvirtConnection) throws(LibvirtError) -> T
    ) -> Attempt<T>? {
        guard let connection = connection.withLock(\.self), connection.isAlive else {
            close()
            return nil
        }
        do throws(LibvirtError) {
            return Attempt(result: .success(try call(connection)), ending: .answered)
        } catch {
            let isAlive = connection.isAlive
            return Attempt(
                result: .failure(.failed(error, isAlive: isAlive)),
                ending: isAlive ? LaneTable.Ending(error) : .lost)
        }
    }

    /// Marks the connection as closed; does not block.
    func close() {
        let connection = connection.withLock { connection in
            defer { connection = nil }
            return connection
        }
        connection?.close()
    }
}

extension LaneTable.Ending {
    /// Maps an error of a connection that is still alive.
    fileprivate init(_ error: LibvirtError) {
        switch AgentError(error, asked: .read, isAlive: true).kind {
        case .unresponsive, .busy: self = .unanswered
        default: self = .answered
        }
    }
}

/// Why a call over a lane gave no result.
enum LaneError: Error {
    /// No agent of this host can be asked.
    case obstacle(AgentError)
    /// Our own limits refused the call; the details, if any.
    case refused(String)
    /// The call was not made: an earlier call to the same guest has not returned, as far as we
    /// know.
    case held(String)
    /// No connection could be opened.
    case noConnection(LibvirtError)
    /// The call has not returned in time.
    case noAnswer(Duration)
    /// The call failed; `isAlive` tells whether the connection was still alive afterwards.
    case failed(LibvirtError, isAlive: Bool)
}

extension AgentError {
    /// Converts an error of a lane into one of a guest's agent.
    init(_ error: LaneError, asked question: Question) {
        switch error {
        case .obstacle(let error): self = error
        case .refused(let details): self.init(.waiting, details)
        case .held(let details): self.init(.unresponsive, details)
        case .noConnection(let error):
            self.init(
                error.isDenial ? .denied : .disconnected,
                "no other connection to libvirt can be opened: \(error.message)")
        case .noAnswer(let timeout):
            self.init(.unresponsive, "no answer within \(timeout.inSeconds)")
        case .failed(let error, let isAlive):
            self.init(error, asked: question, isAlive: isAlive)
        }
    }
}

extension Duration {
    /// The duration in seconds, as in `5 s` and `0.5 s`.
    var inSeconds: String {
        let tenths = Int((self / .milliseconds(100)).rounded())
        return tenths.isMultiple(of: 10) ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
    }
}
