internal import CLibvirt
internal import GuestVCPU

/// Opens connections with the library of this machine.
struct LibraryDriver: LibvirtDriver {
    /// Whether connections tell of events, and notice by themselves that the line is lost.
    let hasEvents: Bool

    func open(_ uri: String, isReadOnly: Bool) throws(LibvirtError) -> any LibvirtConnection {
        let library = try (hasEvents ? LibvirtLibrary.withEvents : LibvirtLibrary.installed).get()
        // Neither of these two asks for credentials.
        let open = isReadOnly ? library.calls.virConnectOpenReadOnly : library.calls.virConnectOpen
        let handle = try Self.inOwnSession(uri) { () throws(LibvirtError) in
            guard let handle = open(Self.withoutPrompts(uri)) else { throw library.lastError() }
            return handle
        }
        let connection = LibraryConnection(handle, of: library, hasEvents: hasEvents)
        // A remote machine that fell silent is noticed after some 20 s. Not every driver can.
        if hasEvents { _ = library.calls.virConnectSetKeepAlive(handle, 5, 3) }
        return connection
    }

    /// Whether connections to the URI are made by ssh, each a process and a login.
    static func usesSSH(_ uri: String) -> Bool {
        guard let scheme = uri.firstRange(of: "://").map({ uri[..<$0.lowerBound] }) else {
            return false
        }
        return ["+ssh", "+libssh", "+libssh2", "+ext"].contains(where: scheme.hasSuffix)
    }

    /// Opens a connection; ssh gets a session of its own. A daemon of this host that libvirt
    /// starts does not, since that makes one for itself.
    private static func inOwnSession<T>(
        _ uri: String, _ open: () throws(LibvirtError) -> T
    ) throws(LibvirtError) -> T {
        usesSSH(uri) ? try ChildSession.separate(open) : try open()
    }

    /// The URI with which `ssh` fails where it would ask on the terminal.
    ///
    /// - Source: libvirt, `docs/uri.rst`, parameter `no_tty`.
    static func withoutPrompts(_ uri: String) -> String {
        guard let scheme = uri.firstRange(of: "://").map({ uri[..<$0.lowerBound] }),
            scheme.hasSuffix("+ssh"), !uri.contains("no_tty=")
        else { return uri }
        return uri + (uri.contains("?") ? "&" : "?") + "no_tty=1"
    }
}
