internal import CLibvirt
internal import Glibc
internal import GuestVCPU
internal import Synchronization

/// A connection of the library of this machine.
///
/// Unchecked: libvirt lets any thread use a connection and a domain; the rest is guarded.
final class LibraryConnection: LibvirtConnection, @unchecked Sendable {
    let library: LibvirtLibrary
    let handle: OpaquePointer
    private let hasEvents: Bool
    private let state = Mutex(State())

    private struct State {
        var isClosed = false
        var watches: [Int32] = []
        var isCloseWatched = false
        var domains: [String: DomainHandle] = [:]
    }

    /// More domains than this are looked up anew.
    private static let mostDomains = 4_096
    /// The most domains and parameters that an answer may have.
    private static let mostDomainsListed = 65_536

    /// Takes an open connection over.
    init(_ handle: OpaquePointer, of library: LibvirtLibrary, hasEvents: Bool) {
        self.handle = handle
        self.library = library
        self.hasEvents = hasEvents
    }

    var isAlive: Bool {
        state.withLock { !$0.isClosed } && library.calls.virConnectIsAlive(handle) == 1
    }

    func close() {
        let state: State? = state.withLock { state in
            guard !state.isClosed else { return nil }
            defer { state = State(isClosed: true) }
            return state
        }
        guard let state else { return }
        for watch in state.watches {
            _ = library.calls.virConnectDomainEventDeregisterAny(handle, watch)
        }
        if state.isCloseWatched { stopWatchingClose() }
        _ = library.calls.virConnectClose(handle)
    }

    // MARK: - Calls

    func activeDomains() throws(LibvirtError) -> [Domain] {
        var list: UnsafeMutablePointer<OpaquePointer?>?
        let count = library.calls.virConnectListAllDomains(
            handle, &list, UInt32(VIR_CONNECT_LIST_DOMAINS_ACTIVE))
        guard count >= 0 else { throw library.lastError() }
        defer { free(list) }
        var domains: [Domain] = []
        for index in 0..<Int(count) {
            guard let domain = list?[index] else { continue }
            if index < Self.mostDomainsListed, let name = library.domain(domain) {
                domains.append(name)
            }
            _ = library.calls.virDomainFree(domain)
        }
        return domains
    }

    func statistics() throws(LibvirtError) -> [DomainStatistics] {
        var records: UnsafeMutablePointer<UnsafeMutablePointer<virDomainStatsRecord>?>?
        let count = library.calls.virConnectGetAllDomainStats(
            handle, UInt32(VIR_DOMAIN_STATS_STATE | VIR_DOMAIN_STATS_VCPU), &records,
            UInt32(
                VIR_CONNECT_GET_ALL_DOMAINS_STATS_ACTIVE
                    | VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT))
        guard count >= 0 else { throw library.lastError() }
        defer { library.calls.virDomainStatsRecordListFree(records) }
        var all: [DomainStatistics] = []
        for index in 0..<min(Int(count), Self.mostDomainsListed) {
            guard let record = records?[index]?.pointee, let dom = record.dom,
                let uuid = library.uuid(dom)
            else { continue }
            var domain = DomainStatistics(uuid: uuid)
            for index in 0..<max(0, Int(record.nparams)) {
                guard let parameter = record.params.map({ $0 + index }),
                    let value = parameter.pointee.number
                else { continue }
                domain.take(parameter.fieldBytes, value)
            }
            all.append(domain)
        }
        return all
    }

    func description(of uuid: String) throws(LibvirtError) -> String {
        let domain = try domain(uuid)
        guard let text = library.calls.virDomainGetXMLDesc(domain.handle, 0) else {
            throw library.lastError()
        }
        defer { free(text) }
        guard strnlen(text, PlugOrder.longest + 1) <= PlugOrder.longest else {
            throw LibvirtError(
                code: LibvirtError.malformed, message: "the domain's description is too long")
        }
        return String(cString: text)
    }

    func guestVCPUs(of uuid: String) throws(LibvirtError) -> GuestVCPULists {
        let domain = try domain(uuid)
        var parameters: UnsafeMutablePointer<virTypedParameter>?
        var count: UInt32 = 0
        guard library.calls.virDomainGetGuestVcpus(domain.handle, &parameters, &count, 0) == 0
        else { throw explained(library.lastError(), of: domain) }
        defer { library.calls.virTypedParamsFree(parameters, Int32(clamping: count)) }
        var lists = GuestVCPULists()
        for index in 0..<Int(count) {
            guard let parameter = parameters.map({ $0 + index }),
                let text = parameter.pointee.text(limit: GuestVCPULists.longest)
            else { continue }
            if parameter.fieldBytes.elementsEqual("vcpus".utf8) {
                lists.vcpus = text
            } else if parameter.fieldBytes.elementsEqual("online".utf8) {
                lists.online = text
            } else if parameter.fieldBytes.elementsEqual("offlinable".utf8) {
                lists.offlinable = text
            }
        }
        return lists
    }

    func setGuestVCPUs(of uuid: String, _ list: String, online: Bool) throws(LibvirtError) {
        let domain = try domain(uuid)
        guard library.calls.virDomainSetGuestVcpus(domain.handle, list, online ? 1 : 0, 0) == 0
        else { throw explained(library.lastError(), of: domain) }
    }

    // MARK: - Domains

    /// The domain's handle on this connection, looked up once.
    private func domain(_ uuid: String) throws(LibvirtError) -> DomainHandle {
        if let known = state.withLock({ $0.domains[uuid] }) { return known }
        guard let found = library.calls.virDomainLookupByUUIDString(handle, uuid) else {
            throw library.lastError()
        }
        let domain = DomainHandle(found, of: library)
        state.withLock { state in
            if state.domains.count >= Self.mostDomains { state.domains = [:] }
            state.domains[uuid] = domain
        }
        return domain
    }

    /// The error, with what the domain is doing where it says no more than «not running».
    private func explained(_ error: LibvirtError, of domain: DomainHandle) -> LibvirtError {
        guard error.code == VIR_ERR_OPERATION_INVALID else { return error }
        var explained = error
        var state: Int32 = 0
        if library.calls.virDomainGetState(domain.handle, &state, nil, 0) == 0 {
            explained.domainState = RunState(libvirt: UInt64(clamping: state))
        }
        return explained
    }

    // MARK: - Events

    func watch(_ take: @escaping @Sendable (ConnectionEvent) -> Void) {
        guard hasEvents else { return }
        let receiver = EventReceiver(library, take)
        let watches = receiver.watchDomains(of: handle)
        let isCloseWatched = receiver.watchClose(of: handle)
        state.withLock { state in
            state.watches = watches
            state.isCloseWatched = isCloseWatched
        }
    }

    private func stopWatchingClose() {
        _ = library.calls.virConnectUnregisterCloseCallback(handle, EventReceiver.closed)
    }
}

/// A domain on one connection.
private final class DomainHandle: @unchecked Sendable {
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
