public import GuestVCPU
internal import QAPI
internal import UnixSockets

/// Reads a guest's agent over the socket that QEMU serves for it, and cannot change the guest.
///
/// A program that may only watch makes this and no `AgentSocket`: no value that it holds can send a
/// change.
public struct AgentSocketReader: GuestReader {
    let place: SocketPlace
    /// The same path as it is written on QEMU's command line, where it can be relative.
    let pathInQEMU: String
    let process: GuestProcess
    /// How long QMP may take to say why the agent did not answer.
    let patienceWithQMP: Duration
    /// The questions of a reading; a change always asks all that it needs.
    var questions = AgentQuestions.all
    /// The longest time that reading the firmware may occupy the agent, which other tools need too;
    /// nil where the firmware is not to be read.
    var patienceWithFirmware: Duration? = .seconds(2)
    /// Records the exchanges with the agent.
    var recorder: WireRecorder?

    /// Reads the guest, in an exchange of its own; see `AgentSocket.read(timeout:)`.
    public func read(timeout: Duration) async throws(AgentError) -> AgentReading {
        try await read(timeout: timeout, readsBoot: false)
    }

    /// Reads the guest with its boot; see `AgentSocket.readWithBoot(timeout:)`.
    public func readWithBoot(timeout: Duration) async throws(AgentError) -> AgentReading {
        try await read(timeout: timeout, readsBoot: true)
    }

    private func read(
        timeout: Duration, readsBoot: Bool
    ) async throws(AgentError) -> AgentReading {
        let line = try await connect(timeout: timeout)
        let channel = AgentSocketChannel(
            line, to: self, description: await description(readsBoot: readsBoot))
        do throws(AgentError) {
            let reading =
                readsBoot
                ? try await channel.readWithBoot(timeout: timeout)
                : try await channel.read(timeout: timeout)
            var whole = reading
            if let patienceWithFirmware {
                whole = await channel.withFirmware(
                    reading, until: .now + timeout, patience: patienceWithFirmware)
            }
            await channel.close()
            return whole
        } catch {
            await channel.close()
            throw await explained(error)
        }
    }

    /// The description for a reading that need not ask the agent; see `RememberedDescription`.
    private func description(readsBoot: Bool) async -> AgentDescription? {
        switch questions {
        case .vcpus: AgentDescription()
        // A change is reviewed on the reading that also asks for the boot.
        case .all: readsBoot ? nil : await process.agentDescription
        }
    }

    /// Connects to the agent and synchronizes with it.
    ///
    /// - Parameter timeout: How long to wait for room in the socket's queue, and again for the
    ///   agent's answer to the sync.
    /// - Throws: `AgentError`. It is `.denied` also where a process other than the guest's QEMU
    ///   serves the socket. Where QMP can be asked, it can be `.paused`, `.notRunning` or `.busy`;
    ///   QMP is asked after the timeout, and takes up to `patienceWithQMP` more.
    func connect(timeout: Duration) async throws(AgentError) -> AgentLine {
        let socket: UnixStream
        do throws(UnixSocketError) {
            socket = try await UnixStream.connect(
                to: place, until: .now + timeout, recorder: recorder)
        } catch {
            await process.recordFailure()
            throw AgentError(connect: error, path: place.text)
        }
        let stream = RecordedStream.wrapping(socket, recorder)
        guard await process.recordPeer(socket.peer.processID) else {
            await stream.close()
            throw AgentError(
                .denied,
                "\(place.text): a process other than the guest's QEMU serves it")
        }
        let session = AgentSession(over: stream)
        do throws(QAPIError) {
            let deadline = ContinuousClock.now + timeout
            try await waitForTurn(on: socket, until: deadline)
            try await session.open(until: deadline)
        } catch {
            await stream.close()
            throw await explained(AgentError(wire: error))
        }
        await process.recordAnswer()
        return AgentLine(session: session, stream: stream)
    }

    /// Waits until QEMU serves the connection, where another client may have its turn first.
    ///
    /// A request that is left in QEMU's queue is answered to a later client. The answer to
    /// `guest-sync-delimited` begins with 0xFF, and libvirt (9.0) gives up an agent that sends it
    /// such a byte, until the agent or libvirt restarts. So an empty line goes first, which means
    /// nothing to an agent, and the request follows when QEMU has taken it.
    private func waitForTurn(
        on socket: UnixStream, until deadline: ContinuousClock.Instant
    ) async throws(QAPIError) {
        if !LibvirtKind.owns(path: pathInQEMU), await process.servesAtOnce { return }
        let emptyLine = Array("\n".utf8)
        do throws(ByteStreamError) {
            try await socket.sendUntilTaken(emptyLine, until: deadline)
            recorder?.record(.sent(emptyLine))
        } catch {
            recorder?.record(.failed("not served: \(error.words)"))
            throw QAPIError(error)
        }
    }

    /// The reason that QEMU knows for the error; the error itself where it knows none.
    private func explained(_ error: AgentError) async -> AgentError {
        await process.recordFailure()
        guard error.kind == .unresponsive else { return error }
        let deadline = ContinuousClock.now + patienceWithQMP
        return await process.reasonForSilence(ofAgentAt: pathInQEMU, until: deadline) ?? error
    }
}

extension AgentSocketReader {
    /// Creates a reader; it does not connect yet.
    ///
    /// - Parameters:
    ///   - path: The path of the agent's socket; see `AgentSocket.init(path:qmpPath:)`.
    ///   - qmpPath: The path of the same guest's QMP socket; nil where QMP must not be asked.
    public init(path: String, qmpPath: String? = nil) {
        let place = SocketPlace(shownAs: path)
        self.init(
            place: place, pathInQEMU: place.path,
            process: GuestProcess(
                qmp: qmpPath.map(SocketPlace.init(shownAs:)), reader: .system, now: { .now }),
            patienceWithQMP: .seconds(1), patienceWithFirmware: nil)
    }

    /// The path of the agent's socket.
    public var path: String { place.text }
}

extension AgentSocketReader: CustomStringConvertible {
    /// The kind of the source and its path: `agent:/run/qemu/web1.agent`.
    public var description: String { SourceID.agentSocket(path: path).name }
}

/// A connection to an agent that has answered a sync.
struct AgentLine {
    let session: AgentSession
    let stream: any ByteStream
}
