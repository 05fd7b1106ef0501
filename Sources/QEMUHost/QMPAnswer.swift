internal import GuestVCPU
internal import QAPI
internal import UnixSockets

/// What a QEMU process says of itself over its QMP socket, in one short connection.
struct QMPAnswer: Hashable, Sendable {
    /// The process that listens there; nil when it cannot be seen from here.
    let processID: Int32?
    /// What the machine is doing.
    let runState: RunState
    /// Its vCPUs with their threads.
    let cpus: [QMPVCPU]
    /// Its character devices.
    let chardevs: [QMPChardev]

    /// What came of asking.
    enum Outcome: Hashable, Sendable {
        case answer(QMPAnswer)
        /// Another process listens there than the one that has to; it was not asked.
        case stranger(processID: Int32)
        /// There was no answer in time, whatever the reason: what QMP adds is never needed.
        case none
    }

    /// Connects, asks, and closes, since other tools need the socket too.
    ///
    /// - Parameters:
    ///   - place: Where it listens.
    ///   - expected: The process that has to listen there; nil where any may. Another one is not
    ///     spoken to: it may be the monitor of another guest.
    ///   - deadline: Latest instant to wait for an answer.
    ///   - recorder: Records the exchange.
    static func ask(
        at place: SocketPlace, of expected: Int32?, until deadline: ContinuousClock.Instant,
        recorder: WireRecorder? = nil
    ) async -> Outcome {
        guard
            let socket = try? await UnixStream.connect(
                to: place, until: deadline, recorder: recorder)
        else { return .none }
        let stream = RecordedStream.wrapping(socket, recorder)
        var outcome = Outcome.none
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

    /// Why the agent behind the socket at a path does not answer, as far as QEMU knows.
    ///
    /// Only to be asked with no connection of our own to the agent's socket: QEMU does not tell
    /// whose the one is that it serves.
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

    /// Whether a client is being served.
    fileprivate var isConnected: Bool { !filename.utf8.starts(with: Self.disconnected.utf8) }

    /// Whether this is the socket at a path: `unix:/path,server=on`.
    fileprivate func listens(at path: String) -> Bool {
        let address = filename.utf8.dropFirst(isConnected ? 0 : Self.disconnected.utf8.count)
        let socket = "unix:\(path)".utf8
        guard address.starts(with: socket) else { return false }
        return [nil, UInt8(ascii: ",")].contains(address.dropFirst(socket.count).first)
    }
}
