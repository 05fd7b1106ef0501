package import GuestVCPU
internal import UnixSockets

/// One guest whose agent has a socket that the user names (`--agent NAME=PATH`).
package struct AgentSocketSource: GuestSource {
    /// The agent's socket.
    package let id: SourceID

    /// The guest.
    package let guest: Guest

    private let process: GuestProcess

    /// Creates a source; it does not connect yet.
    ///
    /// - Parameters:
    ///   - guestName: The guest's name.
    ///   - agentPath: The path of its agent's socket.
    ///   - qmpPath: The path of its QMP socket; nil where QMP must not be asked.
    ///   - isReadOnly: Whether to make no writer for the guest.
    ///   - isReadOnce: Whether the host's side will be read only once or twice.
    ///   - questions: The questions of a reading.
    ///   - recorder: Records the exchanges with the guest.
    package init(
        guestName: String, agentPath: String, qmpPath: String? = nil, isReadOnly: Bool = false,
        isReadOnce: Bool = false, questions: AgentQuestions = .all, recorder: WireRecorder? = nil
    ) {
        self.init(
            guestName: guestName, agentPath: agentPath, qmpPath: qmpPath, isReadOnly: isReadOnly,
            questions: questions, reader: isReadOnce ? .once : .system,
            patienceWithQMP: .seconds(1), recorder: recorder
        ) { .now }
    }

    init(
        guestName: String, agentPath: String, qmpPath: String?, isReadOnly: Bool,
        questions: AgentQuestions = .all, reader: ProcessReader, patienceWithQMP: Duration,
        patienceWithFirmware: Duration = .seconds(2), recorder: WireRecorder? = nil,
        now: @escaping @Sendable () -> ContinuousClock.Instant
    ) {
        id = .agentSocket(path: agentPath)
        let recorder = recorder?.recorder(source: id, guest: guestName)
        process = GuestProcess(
            qmp: qmpPath.map(SocketPlace.init(shownAs:)), reader: reader, recorder: recorder,
            now: now)
        let place = SocketPlace(shownAs: agentPath)
        let socket = AgentSocketReader(
            place: place, pathInQEMU: place.path, process: process,
            patienceWithQMP: patienceWithQMP, questions: questions,
            patienceWithFirmware: patienceWithFirmware, recorder: recorder)
        guest = Guest(
            id: GuestID(source: id, name: guestName), reader: socket,
            writer: isReadOnly ? nil : AgentSocket(socket))
    }

    /// Lists the guest at once; the list never changes.
    ///
    /// The source is always `ok`: a problem with the socket is the guest's status.
    package func listings() -> AsyncStream<SourceListing> {
        AsyncStream {
            $0.yield(SourceListing(status: .ok, guests: [guest]))
            $0.finish()
        }
    }

    /// Reads the threads of the QEMU process at the other end of the guest's sockets.
    ///
    /// A connection to the agent or to QMP identifies the process; before the first one there is
    /// nothing to read.
    package func readHost(timeout: Duration) async -> [GuestID: HostObservation] {
        guard let observation = await process.observe(until: .now + timeout) else { return [:] }
        return [guest.id: observation]
    }

    /// The socket is served by a process of this machine.
    package var hostID: HostID? { .local }

    package func readPhysicalHost() async -> PhysicalHostReading? { await LocalHost.system.read() }
}
