internal import SafeText

/// What was looked up about one guest on this host, to find the cause of its agent's condition.
package struct GuestClues: Hashable, Sendable {
    /// The access to the agent's socket; nil where the guest has none here.
    package var socket: SocketAccess?
    /// The process that serves the socket; nil where that is not known.
    package var process: NamedProcess?
    /// The other clients that the process serves; nil where that cannot be known.
    package var holders: [NamedProcess]?
    /// Whether that process is a guest of libvirt's, which uses the channel itself.
    package var isOfLibvirt = false
    /// The guest's QMP socket; nil where none is known.
    package var monitor: MonitorClue?
    /// The agent's own version, where it was asked although the guest was not read.
    package var version: String?
    /// The commands of the agent and whether each is enabled; nil where they are not known.
    package var commands: [String: Bool]?

    /// Creates clues that say nothing.
    package init() {}
}

/// A process of this host.
package struct NamedProcess: Hashable, Sendable {
    /// Its number; nil where this user may not see which it is.
    package let processID: Int32?
    /// Its name, printable; nil where that is not known.
    package let name: String?
    /// The user that runs it; nil where that is not known.
    package let user: String?

    /// Creates a process.
    package init(processID: Int32?, name: String?, user: String? = nil) {
        self.processID = processID
        self.name = name?.printable(limit: 40)
        self.user = user
    }

    /// The process in a few words: `socat (process 4711 of root)`.
    var summary: String {
        guard let processID else { return "a process that this user may not see" }
        let owner = user.map { " of \($0)" } ?? ""
        guard let name else { return "process \(processID)\(owner)" }
        return "\(name) (process \(processID)\(owner))"
    }
}

/// A reader that can also look for the cause of its guest's condition.
package protocol GuestExaminer: Sendable {
    /// Looks for the cause, and changes nothing.
    ///
    /// - Parameters:
    ///   - error: Why the last reading failed; nil where it succeeded.
    ///   - timeout: How long an agent's answer may take.
    func clues(about error: AgentError?, timeout: Duration) async -> GuestClues
}
