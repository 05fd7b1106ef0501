internal import SafeText

/// The QMP socket of a guest, and why QMP does not answer there.
package struct MonitorClue: Hashable, Sendable {
    /// What the file system says of its path.
    package let socket: SocketAccess
    /// What came of the last question.
    package let answer: Answer

    /// What came of a question to QMP.
    package enum Answer: Hashable, Sendable {
        /// It was not asked.
        case notAsked
        /// It answered.
        case answered
        /// No process listens at the socket.
        case refused
        /// A process that is not the guest's QEMU serves the socket, and was not asked.
        case stranger(NamedProcess)
        /// It cannot be connected to; why, printable.
        case unreachable(String)
        /// No answer in time.
        case silent
    }

    /// Creates a clue.
    package init(socket: SocketAccess, answer: Answer) {
        self.socket = socket
        self.answer = answer
    }
}

extension MonitorClue {
    /// Why QMP cannot be asked; nil where nothing is known against it.
    ///
    /// - Parameter user: The name of this user.
    func trouble(user: String) -> String? {
        // A path of another root means something else here.
        guard answer != .answered else { return nil }
        if let fault = socket.faultOfPath { return "QMP cannot be asked: \(fault)" }
        if case .denied(let gate) = socket.state {
            return "QMP cannot be asked: user \(user) may not connect: \(gate.summary)"
        }
        switch answer {
        case .notAsked, .answered: return nil
        case .unreachable(let reason): return "QMP cannot be asked: \(reason)"
        case .refused: return "QMP cannot be asked: no process listens at \(path)"
        case .stranger(let process):
            return "QMP was not asked: \(process.summary) serves \(path), and not this guest's QEMU"
        case .silent: return "QMP does not answer at \(path)"
        }
    }

    /// What to do about the trouble.
    ///
    /// - Parameter user: The name of this user.
    func help(user: String) -> [String] {
        if case .denied(let gate) = socket.state { return gate.help(user: user) }
        guard socket.faultOfPath == nil else { return Self.rightPath }
        switch answer {
        case .notAsked, .answered, .unreachable: return []
        case .refused: return Self.rightPath
        case .stranger: return Self.rightPath + ["which process serves which path: sudo ss -xlp"]
        case .silent:
            return ["another client may hold it: \(Mend.listingClients(of: socket.path))"]
        }
    }

    private static let rightPath = [
        "give --qmp the path of QEMU's option -qmp unix:PATH,server=on,wait=off: pgrep -af qemu"
    ]

    private var path: String { socket.path.printable(limit: 300) }
}
