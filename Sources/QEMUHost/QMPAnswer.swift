internal import GuestVCPU
internal import QAPI
internal import UnixSockets

/// What a QEMU process reports over its QMP socket in one short connection.
struct QMPAnswer: Hashable, Sendable {
    /// The process that serves the socket; nil when it is in another PID namespace.
    let processID: Int32?
    /// The machine's run state.
    let runState: RunState
    /// The vCPUs with their threads.
    let cpus: [QMPVCPU]
    /// The character devices.
    let chardevs: [QMPChardev]

    /// The result of asking.
    enum Outcome: Hashable, Sendable {
        case answer(QMPAnswer)
        /// A process other than the expected one serves the socket; it was not asked.
        case stranger(processID: Int32)
        /// The socket cannot be connected to; QMP's answer is always optional.
        case unreachable(UnixSocketError)
        /// There was no answer in time, or one that makes no sense.
        case silent
    }

    /// Connects, asks, and closes at once, since other tools need the socket too.
    ///
    /// - Parameters:
    ///   - place: The QMP socket.
    ///   - expected: The process that must serve the socket; nil where any process may. Another
    ///     process is not asked: it may be another guest's QEMU.
    ///   - deadline: Latest instant to wait for an answer.
    ///   - recorder: Records the exchange.
    static func ask(
        at place: SocketPlace, of expected: Int32?, until deadline: ContinuousClock.Instant,
        recorder: WireRecorder? = nil
    ) async -> Outcome {
        let socket: UnixStream
        do throws(UnixSocketError) {
            socket = try await UnixStream.connect(
                to: place, until: deadline, recorder: recorder)
        } catch {
            return .unreachable(error)
        }
        let stream = RecordedStream.wrapping(socket, recorder)
        var outcome = Outcome.silent
        if let expected, let peer = socket.peer.processID, peer != expected {
            outcome = .stranger(processID: peer)
        } else if let answer = try? await ask(
            stream, servedBy: socket.peer.processID, until: deadline)
        {
            outcome = .answer(answer)
        }
        await stream.close()
        return outcome
    }

    private static func ask(
        _ stream: any ByteStream, servedBy processID: Int32?,
        until deadline: ContinuousClock.Instant
    ) async throws(QAPIError) -> QMPAnswer {
        let session = QMPSession(over: stream)
        try await session.open(until: deadline)
        return QMPAnswer(
            processID: processID,
            runState: RunState(try await session.runState(until: deadline)),
            cpus: try await session.cpus(until: deadline),
            chardevs: try await session.chardevs(until: deadline))
    }

    /// Why the agent whose socket has this path does not answer; nil where QEMU does not know.
    ///
    /// The answer must be read while we have no connection to the agent's socket: QEMU does not
    /// tell which client it serves.
    func reasonForSilence(ofAgentAt path: String) -> AgentError? {
        switch runState {
        case .paused, .suspended: return AgentError(.paused)
        case .running, .shutdown, .crashed, .unknown: break
        }
        guard let chardev = chardevs.first(where: { $0.listens(at: path) }) else { return nil }
        if !chardev.isFrontendOpen { return AgentError(.notRunning) }
        return chardev.isConnected ? AgentError(.busy) : nil
    }
}

extension RunState {
    init(_ state: QMPRunState) {
        switch state {
        case .running: self = .running
        case .suspended: self = .suspended
        case .shutdown: self = .shutdown
        case .guestPanicked: self = .crashed
        case .paused, .prelaunch, .ioError, .internalError, .inMigrate, .finishMigrate,
            .postMigrate, .other("save-vm"), .other("restore-vm"), .other("debug"),
            .other("watchdog"):
            self = .paused
        case .other: self = .unknown
        }
    }
}

extension QMPChardev {
    private static let disconnected = "disconnected:"

    /// Whether QEMU serves a client.
    fileprivate var isConnected: Bool { !filename.utf8.starts(with: Self.disconnected.utf8) }

    /// Whether this is the socket at a path: `unix:/path,server=on`.
    fileprivate func listens(at path: String) -> Bool {
        let address = filename.utf8.dropFirst(isConnected ? 0 : Self.disconnected.utf8.count)
        let socket = "unix:\(path)".utf8
        guard address.starts(with: socket) else { return false }
        return [nil, UInt8(ascii: ",")].contains(address.dropFirst(socket.count).first)
    }
}
