internal import CLibvirt
internal import GuestVCPU

/// Opens connections with the installed library.
struct LibraryDriver: LibvirtDriver {
    /// Whether connections report events, their own loss included.
    let hasEvents: Bool

    func open(_ uri: String, isReadOnly: Bool) throws(LibvirtError) -> any LibvirtConnection {
        let library = try (hasEvents ? LibvirtLibrary.withEvents : LibvirtLibrary.installed).get()
        let target = ConnectionURI(uri)
        let handle = try inOwnSession(target) { () throws(LibvirtError) in
            let logged = LibraryLog.shared?.size ?? 0
            guard let handle = Self.open(target, isReadOnly, library) else {
                let cause = LibraryLog.shared?.errors(from: logged).first
                var error = library.lastError()
                error.cause = cause
                throw error
            }
            return handle
        }
        let connection = LibraryConnection(handle, of: library, hasEvents: hasEvents)
        // Keepalives detect a silent remote host after about 20 s. Not every driver supports them.
        if hasEvents { _ = library.calls.virConnectSetKeepAlive(handle, 5, 3) }
        return connection
    }

    /// Whether connections to the URI use ssh, which takes a process and a login for each.
    func usesSSH(_ uri: String) -> Bool { ConnectionURI(uri).isOverSSH }

    /// Runs `open`; gives ssh a session of its own.
    ///
    /// A session daemon that libvirt starts needs none: it creates its own.
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

    /// The credentials that libvirt may read from its own auth file.
    ///
    /// libvirt reads them only if the caller claims to support them. The list leaves out the name
    /// to act as (`VIR_CRED_USERNAME`): SASL would ask for one whenever it can.
    private static let credentials = [
        VIR_CRED_AUTHNAME, VIR_CRED_PASSPHRASE, VIR_CRED_ECHOPROMPT, VIR_CRED_NOECHOPROMPT,
        VIR_CRED_REALM,
    ].map { Int32($0) }

    /// libvirt calls this for credentials that the auth file lacks.
    ///
    /// It fails, so that nothing asks on the terminal.
    private static let answerNothing: virConnectAuthCallbackPtr = { _, _, _ in -1 }
}
