internal import CLibvirt
internal import Dispatch
internal import Glibc

/// libvirt's client library.
///
/// It is opened at run time, so that one program runs on machines with and without it, and its 67
/// libraries are loaded only when needed.
struct LibvirtLibrary: @unchecked Sendable {
    /// The functions; each is looked up once.
    ///
    /// Unchecked: these are pointers to functions, which any thread may call.
    let calls: CLibvirtCalls

    /// The installed library; it is opened on first use.
    static let installed = Result { () throws(LibvirtError) in
        let library = try LibvirtLibrary(named: "libvirt.so.0")
        library.begin()
        return library
    }

    /// The installed library with its event loop running.
    ///
    /// Connections that were opened before have no events.
    static let withEvents = Result { () throws(LibvirtError) in
        let library = try installed.get()
        try library.beginEvents()
        return library
    }

    /// Opens a library and looks up every function.
    init(named name: String) throws(LibvirtError) {
        guard let handle = dlopen(name, RTLD_LAZY) else {
            throw LibvirtError(
                code: LibvirtError.notInstalled,
                message: "libvirt is not installed on this machine: \(name) cannot be loaded "
                    + "(it is in Debian's package libvirt0 and Fedora's libvirt-libs)")
        }
        let calls = UnsafeMutablePointer<CLibvirtCalls>.allocate(capacity: 1)
        defer { calls.deallocate() }
        if let missing = CLibvirtLookUp(handle, calls) {
            throw LibvirtError(
                code: LibvirtError.notInstalled,
                message: "libvirt is too old on this machine: it has no \(String(cString: missing))"
            )
        }
        self.calls = calls.pointee
    }

    /// Prepares the library, once in a process and before any connection.
    private func begin() {
        // libvirt would write its log over the dashboard, unless the user has redirected it.
        if getenv("LIBVIRT_LOG_OUTPUTS") == nil {
            let nowhere = "4:file:/dev/null"
            setenv(
                "LIBVIRT_LOG_OUTPUTS", LibraryLog.shared.map { "4:file:\($0.path)" } ?? nowhere, 1)
            unsetenv("LIBVIRT_DEBUG")
            _ = calls.virInitialize()
            // A process that libvirt forks, such as ssh, opens its log by this name again.
            setenv("LIBVIRT_LOG_OUTPUTS", nowhere, 1)
        }
        calls.virSetErrorFunc(nil) { _, _ in }
        // libvirt writes to sockets and pipes whose other end can be closed. Our own writes must
        // check for EPIPE from now on.
        signal(SIGPIPE, SIG_IGN)
    }

    /// Starts libvirt's event loop, which also sends keepalives, on a thread of its own.
    ///
    /// Every call of a connection with events wakes that thread several times, so a program that
    /// reads once goes without.
    private func beginEvents() throws(LibvirtError) {
        let run = calls.virEventRunDefaultImpl
        guard calls.virEventRegisterDefaultImpl() == 0 else { throw lastError() }
        DispatchQueue(label: "vcputop.libvirt.events").async { [run = SendableCall(run)] in
            LibvirtEventLoop.run(run.call)
        }
    }

    /// The NUMA node of each CPU of a connection's host; nil where the capabilities do not tell.
    func numaNodes(_ connection: OpaquePointer) -> [Int: Int]? {
        guard let text = calls.virConnectGetCapabilities(connection) else { return nil }
        defer { free(text) }
        let longest = XMLTokenizer.longestDocument
        let length = strnlen(text, longest + 1)
        guard length <= longest else { return nil }
        return HostTopology.nodes(
            capabilities: UnsafeRawBufferPointer(start: text, count: length))
    }

    /// The error of this thread's last call; any other call replaces it.
    func lastError() -> LibvirtError {
        LibraryLog.shared?.limit()
        guard let error = calls.virGetLastError() else {
            return LibvirtError(code: 0, message: "libvirt gives no reason")
        }
        return LibvirtError(
            code: error.pointee.code, systemError: error.pointee.int1,
            message: error.pointee.message.map { String(cString: $0) } ?? "")
    }
}

/// A pointer to a function that any thread may call.
private struct SendableCall: @unchecked Sendable {
    let call: @convention(c) () -> Int32

    init(_ call: @escaping @convention(c) () -> Int32) {
        self.call = call
    }
}
