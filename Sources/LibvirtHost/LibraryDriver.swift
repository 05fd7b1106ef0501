internal import CLibvirt
internal import GuestVCPU

/// Opens connections with the library of this machine.
struct LibraryDriver: LibvirtDriver {
    /// Whether connections tell of events, and notice by themselves that the line is lost.
    let hasEvents: Bool

    func open(_ uri: String, isReadOnly: Bool) throws(LibvirtError) -> any LibvirtConnection {
        let library = try (hasEvents ? LibvirtLibrary.withEvents : LibvirtLibrary.installed).get()
        let target = ConnectionURI(uri)
        let handle = try inOwnSession(target) { () throws(LibvirtError) in
            guard let handle = Self.open(target, isReadOnly, library) else {
                throw library.lastError()
            }
            return handle
        }
        let connection = LibraryConnection(handle, of: library, hasEvents: hasEvents)
        // A remote machine that fell silent is noticed after some 20 s. Not every driver can.
        if hasEvents { _ = library.calls.virConnectSetKeepAlive(handle, 5, 3) }
        return connection
    }

    /// Whether connections to the URI are made by ssh, each a process and a login.
    func usesSSH(_ uri: String) -> Bool { ConnectionURI(uri).isOverSSH }

    /// Opens a connection; ssh gets a session of its own.
    ///
    /// A daemon of this host that libvirt starts does not, since that makes one for itself.
    private func inOwnSession<T>(
        _ target: ConnectionURI, _ open: () throws(LibvirtError) -> T
    ) throws(LibvirtError) -> T {
        target.isOverSSH ? try ChildSession.separate(open) : try open()
    }

    private static func open(
        _ target: ConnectionURI, _ isReadOnly: Bool, _ library: LibvirtLibrary
    ) -> OpaquePointer? {
        let uri = target.withoutPrompts
        var kinds = credentials
        return kinds.withUnsafeMutableBufferPointer { kinds in
            var auth = virConnectAuth(
                credtype: kinds.baseAddress, ncredtype: UInt32(kinds.count), cb: answerNothing,
                cbdata: nil)
            return library.calls.virConnectOpenAuth(
                uri.isEmpty ? nil : uri, &auth, isReadOnly ? UInt32(VIR_CONNECT_RO) : 0)
        }
    }

    // MARK: - Credentials

    /// The credentials that libvirt may take from its own auth file.
    ///
    /// It does that only if the caller says that it knows such credentials. Not among them is
    /// another name to act as (`VIR_CRED_USERNAME`): SASL asks for one wherever it may.
    private static let credentials = [
        VIR_CRED_AUTHNAME, VIR_CRED_PASSPHRASE, VIR_CRED_ECHOPROMPT, VIR_CRED_NOECHOPROMPT,
        VIR_CRED_REALM,
    ].map { Int32($0) }

    /// Called for what is not in the auth file: nothing is ever asked on the terminal.
    private static let answerNothing: virConnectAuthCallbackPtr = { _, _, _ in -1 }
}
