internal import SafeText

/// What to do about a source that does not answer.
struct SourceMend {
    private let source: SourceID
    private let reason: String
    private let daemon: SocketAccess?
    private let user: String

    /// - Parameters:
    ///   - reason: Why it does not answer.
    ///   - daemon: The access to the socket of its daemon on this host; nil where it has none.
    ///   - user: The name of this user.
    init(_ source: SourceID, reason: String, daemon: SocketAccess?, user: String) {
        self.source = source
        self.reason = reason
        self.daemon = daemon
        self.user = user
    }

    var help: [String] {
        guard case .libvirt(let uri) = source else { return [] }
        let word = uri.printable(limit: 300).shellWord
        if reason.contains("parse URI") {
            return ["in a URI a blank is %20: see 'man vcputop', EXAMPLES"]
        }
        switch daemon?.state {
        case .denied: return denialHelp
        case .missing:
            return [
                "sudo systemctl start libvirtd",
                "where each driver has its own daemon: sudo systemctl start virtqemud.socket",
                "without libvirt on this host: sudo apt install libvirt-daemon-system",
            ]
        case .notASocket, .noAddress, .unknown, .allowed, nil: break
        }
        if reason.contains("libvirt.so") { return ["sudo apt install libvirt0"] }
        let isRemote = SourceID.libvirt(uri: uri).host != "localhost"
        return isRemote
            ? ["see whether virsh gets there: virsh -c \(word) list"]
            : ["see what virsh says: virsh -c \(word) list", "systemctl status libvirtd virtqemud"]
    }

    /// What gives this user the right to ask agents.
    var denialHelp: [String] {
        if case .denied(let gate)? = daemon?.state { return gate.help(user: user) }
        return [
            "as root, or in group libvirt: sudo usermod -aG libvirt \(user.shellWord)",
            "then log in again",
            "where polkit decides: allow org.libvirt.unix.manage, and org.libvirt.api.domain.write "
                + "with access drivers",
            "not with a read-only connection (+ro, libvirt-sock-ro): it asks no agent",
        ]
    }
}
