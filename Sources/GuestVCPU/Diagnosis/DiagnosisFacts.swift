internal import SafeText

/// Everything that a diagnosis of one guest is made of.
package struct DiagnosisFacts: Hashable, Sendable {
    /// The guest as it was read last.
    package let state: GuestState
    /// What was looked up on this host.
    package let clues: GuestClues
    /// The access to the socket of libvirt's daemon; nil where the guest is not of a local one.
    package let daemon: SocketAccess?
    /// The name of this user.
    package let user: String

    /// Collects facts.
    package init(state: GuestState, clues: GuestClues, daemon: SocketAccess?, user: String) {
        self.state = state
        self.clues = clues
        self.daemon = daemon
        self.user = user
    }

    /// The guest's name as one word of a shell.
    var name: String { state.id.name.printable(limit: 200).shellWord }

    /// How virsh is called for the guest's source; nil where it is not of libvirt.
    var virsh: String? {
        guard case .libvirt(let uri) = state.id.source else { return nil }
        return "virsh -c \(uri.printable(limit: 300).shellWord)"
    }

    /// The path of the agent's socket, printable; nil where the guest is of libvirt.
    var socketPath: String? {
        guard case .agentSocket(let path) = state.id.source else { return nil }
        return path.printable(limit: 300)
    }

    /// Why the guest was not read; nil where it was.
    var error: AgentError? {
        if case .failed(let error) = state.agent { return error }
        return nil
    }

    /// Whether the agent was asked at all.
    var wasAsked: Bool { state.agent != .pending && error?.kind != .waiting }

    /// The version that the agent reports.
    var version: String? { state.reading?.version ?? clues.version }
}
