internal import CLibvirt
internal import Concurrency
internal import Glibc
internal import GuestVCPU
internal import Synchronization

/// A connection made by the installed library.
///
/// Unchecked: the handle never changes, and libvirt lets any thread use it.
final class LibraryConnection: LibvirtConnection, @unchecked Sendable {
    let library: LibvirtLibrary
    let handle: OpaquePointer
    private let hasEvents: Bool
    private let state = Mutex(State())
    /// Locked during a call.
    ///
    /// libvirt lets threads share a connection. But when the connection is lost under two calls,
    /// the second can use memory of the first one's stack (CVE-2024-4418; seen with libvirt 9.0 and
    /// a daemon that was stopped until the keepalives ran out).
    private let turn = Mutex(())

    private struct State {
        var isClosed = false
        var watches: [Int32] = []
        var isCloseWatched = false
        var domains: [String: DomainHandle] = [:]
        /// How many statistics libvirt has of the host's CPUs; nil before it was asked.
        var hostStatisticsCount: Int32?
    }

    /// The maximum number of cached domain handles.
    private static let mostDomains = 4_096

    /// Takes ownership of an open connection.
    init(_ handle: OpaquePointer, of library: LibvirtLibrary, hasEvents: Bool) {
        self.handle = handle
        self.library = library
        self.hasEvents = hasEvents
    }

    /// Closes the connection on a thread of its own, since that can block.
    ///
    /// The connection closes nowhere else: closing it under a call would crash the call, and each
    /// call retains this object.
    deinit {
        let end = End(
            library: library, handle: handle, state: state.withLock { state in state })
        BlockingCall.start { end.perform() }
    }

    /// The parts of a connection that must be released when it closes.
    private struct End: @unchecked Sendable {
        let library: LibvirtLibrary
        let handle: OpaquePointer
        let state: State

        func perform() {
            for watch in state.watches {
                _ = library.calls.virConnectDomainEventDeregisterAny(handle, watch)
            }
            if state.isCloseWatched {
                _ = library.calls.virConnectUnregisterCloseCallback(handle, EventReceiver.closed)
            }
            _ = library.calls.virConnectClose(handle)
        }
    }

    var isAlive: Bool {
        withExtendedLifetime(self) {
            state.withLock { !$0.isClosed } && library.calls.virConnectIsAlive(handle) == 1
        }
    }

    func close() {
        state.withLock { $0.isClosed = true }
    }

    /// Makes a call after the calls before it have returned; keeps the connection alive meanwhile.
    func inTurn<T: Sendable>(
        _ call: () throws(LibvirtError) -> T
    ) throws(LibvirtError) -> T {
        defer { withExtendedLifetime(self) {} }
        return try turn.withLock { _ throws(LibvirtError) in try call() }
    }

    // MARK: - Domains

    /// The domain's handle on this connection; it is looked up once.
    func domain(_ uuid: String) throws(LibvirtError) -> DomainHandle {
        if let known = state.withLock({ $0.domains[uuid] }) { return known }
        guard let found = library.calls.virDomainLookupByUUIDString(handle, uuid) else {
            throw library.lastError()
        }
        let domain = DomainHandle(found, of: library)
        keep(domain, of: uuid)
        return domain
    }

    /// Caches a domain's handle, which saves a look-up.
    func keep(_ domain: DomainHandle, of uuid: String) {
        state.withLock { state in
            if state.domains.count >= Self.mostDomains { state.domains = [:] }
            state.domains[uuid] = domain
        }
    }

    /// Adds the state of the domain and of the agent's channel to an error, if that explains it.
    func explained(_ error: LibvirtError, of domain: DomainHandle) -> LibvirtError {
        let hidesState = [
            VIR_ERR_OPERATION_INVALID, VIR_ERR_OPERATION_FAILED, VIR_ERR_OPERATION_TIMEOUT,
            VIR_ERR_AGENT_UNRESPONSIVE, VIR_ERR_INTERNAL_ERROR,
        ]
        guard hidesState.contains(Int(error.code)) else { return error }
        var explained = error
        var (state, reason): (Int32, Int32) = (0, 0)
        if library.calls.virDomainGetState(domain.handle, &state, &reason, 0) == 0 {
            explained.domainState = RunState(libvirt: UInt64(clamping: state))
            explained.departure = LibvirtError.Departure(state: state, reason: reason)
        }
        if error.code == VIR_ERR_AGENT_UNRESPONSIVE, let xml = try? description(domain) {
            explained.agentChannel = DomainDescription(xml.utf8)?.agentChannel
        }
        return explained
    }

    /// The domain's live XML; only to be called within `inTurn`.
    func description(_ domain: DomainHandle) throws(LibvirtError) -> String {
        defer { withExtendedLifetime(domain) {} }
        guard let text = library.calls.virDomainGetXMLDesc(domain.handle, 0) else {
            throw library.lastError()
        }
        defer { free(text) }
        let longest = XMLTokenizer.longestDocument
        guard strnlen(text, longest + 1) <= longest else {
            throw LibvirtError(
                code: LibvirtError.malformed, message: "the domain's description is too long")
        }
        return String(cString: text)
    }

    /// How many statistics libvirt has of the host's CPUs; it is asked once.
    func hostStatisticsCount() throws(LibvirtError) -> Int32 {
        if let known = state.withLock(\.hostStatisticsCount) { return known }
        var count: Int32 = 0
        guard
            library.calls.virNodeGetCPUStats(
                handle, Int32(VIR_NODE_CPU_STATS_ALL_CPUS), nil, &count, 0) == 0
        else { throw library.lastError() }
        state.withLock { $0.hostStatisticsCount = count }
        return count
    }

    // MARK: - Events

    func watch(_ report: @escaping @Sendable (ConnectionEvent) -> Void) {
        defer { withExtendedLifetime(self) {} }
        guard hasEvents else { return }
        let receiver = EventReceiver(library, report)
        let watches = receiver.watchDomains(of: handle)
        let isCloseWatched = receiver.watchClose(of: handle)
        state.withLock { state in
            state.watches = watches
            state.isCloseWatched = isCloseWatched
        }
    }
}

/// A domain on one connection.
final class DomainHandle: @unchecked Sendable {
    let handle: OpaquePointer
    private let library: LibvirtLibrary

    init(_ handle: OpaquePointer, of library: LibvirtLibrary) {
        self.handle = handle
        self.library = library
    }

    deinit {
        _ = library.calls.virDomainFree(handle)
    }
}
