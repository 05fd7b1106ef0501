internal import GuestVCPU
internal import Synchronization

/// One connection that carries one call at a time, opened when it is first needed.
final class Lane: Sendable {
    private let connection: Mutex<(any LibvirtConnection)?>

    init(_ connection: (any LibvirtConnection)? = nil) {
        self.connection = Mutex(connection)
    }

    /// Whether it was opened and not closed; the line may have been lost since.
    var isOpened: Bool { connection.withLock { $0 != nil } }

    /// Opens the connection; blocks.
    func open(
        _ opener: ConnectionOpener, isReadOnly: Bool, until deadline: ContinuousClock.Instant
    ) throws(LibvirtError) {
        let opened = try opener.open(isReadOnly: isReadOnly, until: deadline)
        connection.withLock { $0 = opened }
    }

    /// What became of a call.
    struct Attempt<T: Sendable>: Sendable {
        let result: Result<T, LaneError>
        let ending: LaneTable.Ending
    }

    /// Makes a call on the connection; blocks.
    ///
    /// - Returns: Nil where the connection had been lost before, and nothing was asked.
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
    /// Sorts an error of a connection that still stands.
    fileprivate init(_ error: LibvirtError) {
        switch AgentError(error, asked: .read, isAlive: true).kind {
        case .unresponsive, .busy: self = .unanswered
        default: self = .answered
        }
    }
}

/// Why a call over a lane gave no result.
enum LaneError: Error {
    /// Nothing can be asked over this host's connections.
    case obstacle(AgentError)
    /// Our own limits turned it away; the details, if any.
    case refused(String)
    /// It was not made, since an earlier call to the same guest is not known to have returned.
    case held(String)
    /// No connection could be opened.
    case noConnection(LibvirtError)
    /// It has not returned in time.
    case noAnswer(Duration)
    /// It failed; `isAlive` says whether the connection still stood afterwards.
    case failed(LibvirtError, isAlive: Bool)
}

extension AgentError {
    /// The same as an error of a guest's agent.
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
    /// The time in seconds, as people write it: `5 s`, `0.5 s`.
    var inSeconds: String {
        let tenths = Int((self / .milliseconds(100)).rounded())
        return tenths.isMultiple(of: 10) ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
    }
}
