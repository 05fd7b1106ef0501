internal import GuestVCPU
internal import UnixSockets

/// Checks the command line of a QEMU process against what the system says about the process.
struct GuestExamination {
    /// The result of an examination.
    enum Finding: Sendable {
        /// A guest with its process, and whether the system confirmed that this process serves the
        /// agent's socket.
        case guest(Guest, GuestProcess, isProven: Bool)
        /// A guest that is left out, and whether another examination can have another result.
        case leftOut(LeftOutGuest, isDoubtful: Bool)
        /// A QEMU that runs no machine.
        case noMachine
    }

    /// How long to wait for a connection that shows which process serves a socket.
    private static let patience = Duration.seconds(1)

    let isReadOnly: Bool
    /// The questions of a reading.
    let questions: AgentQuestions
    /// Reads the process that is examined.
    let reader: ProcessReader
    /// Reads the threads of the guest that is found.
    let threadReader: ProcessReader
    let users: UserTable
    /// Records the exchanges with the guests.
    var recorder: WireRecorder?

    /// Examines a process.
    ///
    /// - Parameter incarnation: The incarnation that the guest begins with.
    func examine(
        _ identity: ProcessIdentity, _ commandLine: QEMUCommandLine, incarnation: UInt64
    ) async throws(Shortage) -> Finding {
        guard !commandLine.isWithoutMachine else { return .noMachine }
        let owner = try await reader.user(of: identity.processID).map(users.owner)
        if let libvirt = commandLine.libvirt {
            let socket = try await reader.foreignLibvirtSocket(of: identity.processID)
            return .leftOut(
                LeftOutGuest(
                    identity, commandLine, of: libvirt, owner: owner, foreignSocket: socket),
                isDoubtful: false)
        }
        guard let path = commandLine.agentPath else {
            return .leftOut(
                LeftOutGuest(identity, withoutSocket: commandLine), isDoubtful: false)
        }
        let places = try await places(of: path, seenBy: identity)
        switch try await serving(places, identity.processID) {
        case .served(let place):
            return try await guest(
                identity, commandLine, at: place, owner, incarnation, isProven: true)
        case .stranger(let place, let peer):
            return .leftOut(
                LeftOutGuest(identity, commandLine, socket: place.text, servedBy: peer),
                isDoubtful: true)
        case .unreachable(let existing):
            // Where the socket's path is known, the guest is listed, and its row shows the error.
            guard let place = existing ?? (path.isAbsolutePath ? places.first : nil) else {
                return .leftOut(
                    LeftOutGuest(identity, commandLine, relativePath: path), isDoubtful: true)
            }
            return try await guest(
                identity, commandLine, at: place, owner, incarnation, isProven: false)
        }
    }

    private func guest(
        _ identity: ProcessIdentity, _ commandLine: QEMUCommandLine, at place: SocketPlace,
        _ owner: GuestOwner?, _ incarnation: UInt64, isProven: Bool
    ) async throws(Shortage) -> Finding {
        var qmp: SocketPlace?
        if let path = commandLine.qmpPath {
            let places = try await places(of: path, seenBy: identity)
            // The agent's socket was found in the folder in which QEMU was started.
            qmp = places.first { $0.folder == place.folder } ?? places.first
        }
        let id = GuestID(
            source: .agentSocket(path: place.text),
            name: LeftOutGuest.name(of: identity, commandLine),
            uuid: commandLine.uuid)
        let recorder = recorder?.recorder(source: id.source, guest: id.name)
        let process = GuestProcess(
            qmp: qmp, expected: identity, commandLine: commandLine, incarnation: incarnation,
            reader: threadReader, recorder: recorder
        ) { .now }
        let socket = AgentSocketReader(
            place: place, pathInQEMU: commandLine.agentPath ?? place.path, process: process,
            patienceWithQMP: .seconds(1), questions: questions, recorder: recorder)
        let guest = Guest(
            id: id, owner: owner, reader: socket,
            writer: isReadOnly ? nil : AgentSocket(socket))
        return .guest(guest, process, isProven: isProven)
    }

    // MARK: - Where a socket is

    /// The places that a path can mean to a process, the likeliest first; never empty for an
    /// absolute path.
    private func places(
        of path: String, seenBy identity: ProcessIdentity
    ) async throws(Shortage) -> [SocketPlace] {
        let view = try await reader.view(of: identity.processID)
        var paths = [path]
        if !path.isAbsolutePath {
            // QEMU changes to / when it becomes a daemon; its environment still names the folder in
            // which it was started.
            let started = try await reader.startFolder(of: identity.processID)
            var folders = [view.workingFolder, started].compactMap { $0 }
            if folders.count == 2, folders[0] == folders[1] { folders.removeLast() }
            paths = folders.map { $0.hasSuffix("/") ? $0 + path : "\($0)/\(path)" }
        }
        return paths.flatMap { path in
            let plain = SocketPlace(path)
            guard !view.sharesMounts || !view.sharesRoot else { return [plain] }
            let inside = SocketPlace(path, inRoot: view.root)
            // A QEMU that changes its root after its start creates its sockets before that.
            return view.sharesMounts ? [inside, plain] : [inside]
        }
    }

    /// Which process serves the sockets at some places.
    private enum Serving {
        case served(SocketPlace)
        case stranger(SocketPlace, Int32?)
        /// No place accepts a connection; the first place at which a file exists.
        case unreachable(SocketPlace?)
    }

    private func serving(
        _ places: [SocketPlace], _ processID: Int32
    ) async throws(Shortage) -> Serving {
        var stranger: (SocketPlace, Int32?)?
        var existing: SocketPlace?
        for place in places {
            do throws(UnixSocketError) {
                let recorder = recorder?.recorder(source: .agentSocket(path: place.text))
                let stream = try await UnixStream.connect(
                    to: place, until: .now + Self.patience, recorder: recorder)
                let peer = stream.peer.processID
                await stream.close()
                recorder?.record(.closed)
                if peer == processID { return .served(place) }
                stranger = stranger ?? (place, peer)
            } catch {
                switch error {
                case .missing: break
                case .shortage(let shortage): throw shortage
                default: existing = existing ?? place
                }
            }
        }
        if let existing { return .unreachable(existing) }
        if let (place, peer) = stranger { return .stranger(place, peer) }
        return .unreachable(nil)
    }
}

extension SocketPlace {
    /// The folder that the socket is in.
    fileprivate var folder: Substring {
        text[..<(text.lastIndex(of: "/") ?? text.startIndex)]
    }
}

extension String {
    /// Whether the path begins at the root; by bytes, as the system reads it.
    fileprivate var isAbsolutePath: Bool { utf8.first == UInt8(ascii: "/") }
}
