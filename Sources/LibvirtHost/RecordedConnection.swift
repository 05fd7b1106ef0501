internal import GuestVCPU
internal import Synchronization

/// Opens connections that record their calls and events.
final class RecordedDriver: LibvirtDriver {
    private let driver: any LibvirtDriver
    private let recorder: WireRecorder
    /// The domains' names by UUID: calls identify domains by UUID alone.
    private let names = Mutex<[String: String]>([:])

    init(_ driver: any LibvirtDriver, _ recorder: WireRecorder) {
        self.driver = driver
        self.recorder = recorder
    }

    func open(_ uri: String, isReadOnly: Bool) throws(LibvirtError) -> any LibvirtConnection {
        let connection = try record("virConnectOpenAuth\(isReadOnly ? " read-only" : "")") {
            () throws(LibvirtError) in
            (try driver.open(uri, isReadOnly: isReadOnly), "a connection")
        }
        return RecordedConnection(connection, self)
    }

    func usesSSH(_ uri: String) -> Bool { driver.usesSSH(uri) }

    /// Makes a call and records its start and its end; a call may never return.
    ///
    /// - Parameter make: Returns the call's value and its text in the record.
    fileprivate func record<Value>(
        _ call: String, of uuid: String? = nil,
        _ make: () throws(LibvirtError) -> (Value, answer: String)
    ) throws(LibvirtError) -> Value {
        let recorder = recorder(of: uuid)
        recorder.record(.callBegan(call))
        let start = ContinuousClock.now
        do throws(LibvirtError) {
            let (value, answer) = try make()
            recorder.record(.callReturned(call, took: start.duration(to: .now), answer: answer))
            return value
        } catch {
            recorder.record(
                .callFailed(
                    call, took: start.duration(to: .now), code: error.code, message: error.message))
            throw error
        }
    }

    fileprivate func record(_ event: ConnectionEvent) {
        switch event {
        case .domain(let uuid, let event): recorder(of: uuid).record(.event("\(event)"))
        case .closed(let reason): recorder.record(.event("the connection was lost: \(reason)"))
        }
    }

    fileprivate func recordClose() { recorder.record(.closed) }

    fileprivate func keepNames(of domains: [Domain]) {
        let names = Dictionary(domains.map { ($0.uuid, $0.name) }) { first, _ in first }
        self.names.withLock { $0 = names }
    }

    private func recorder(of uuid: String?) -> WireRecorder {
        guard let uuid else { return recorder }
        let name = names.withLock { $0[uuid] }
        return recorder.recorder(source: recorder.source, guest: name ?? uuid)
    }
}

/// A connection that records its calls and events.
private final class RecordedConnection: LibvirtConnection {
    private let connection: any LibvirtConnection
    private let driver: RecordedDriver

    init(_ connection: any LibvirtConnection, _ driver: RecordedDriver) {
        self.connection = connection
        self.driver = driver
    }

    var isAlive: Bool { connection.isAlive }

    func activeDomains() throws(LibvirtError) -> [Domain] {
        try driver.record("virConnectListAllDomains") { () throws(LibvirtError) in
            let domains = try connection.activeDomains()
            driver.keepNames(of: domains)
            return (domains, "\(domains.count) domains")
        }
    }

    func statistics() throws(LibvirtError) -> [DomainStatistics] {
        try driver.record("virConnectGetAllDomainStats") { () throws(LibvirtError) in
            let statistics = try connection.statistics()
            return (statistics, "\(statistics.count) records")
        }
    }

    func description(of uuid: String) throws(LibvirtError) -> String {
        try driver.record("virDomainGetXMLDesc", of: uuid) { () throws(LibvirtError) in
            let text = try connection.description(of: uuid)
            return (text, "\(text.utf8.count) bytes")
        }
    }

    func guestVCPUs(of uuid: String) throws(LibvirtError) -> GuestVCPULists {
        try driver.record("virDomainGetGuestVcpus", of: uuid) { () throws(LibvirtError) in
            let lists = try connection.guestVCPUs(of: uuid)
            let parts = [
                ("vcpus", lists.vcpus), ("online", lists.online), ("offlinable", lists.offlinable),
            ]
            return (lists, parts.map { "\($0)=\($1 ?? "none")" }.joined(separator: " "))
        }
    }

    func setGuestVCPUs(of uuid: String, _ list: String, online: Bool) throws(LibvirtError) {
        let call = "virDomainSetGuestVcpus \(list) \(online ? "online" : "offline")"
        try driver.record(call, of: uuid) { () throws(LibvirtError) in
            (try connection.setGuestVCPUs(of: uuid, list, online: online), "0")
        }
    }

    func hostTopology() throws(LibvirtError) -> HostTopology {
        try driver.record("virNodeGetCPUMap, virConnectGetCapabilities") {
            () throws(LibvirtError) in
            let topology = try connection.hostTopology()
            return (topology, "\(topology.cpus.count) CPUs")
        }
    }

    func hostTimes() throws(LibvirtError) -> CPUTimes {
        try driver.record("virNodeGetCPUStats") { () throws(LibvirtError) in
            let times = try connection.hostTimes()
            return (times, "busy=\(times.busy) idle=\(times.idle)")
        }
    }

    func watch(_ report: @escaping @Sendable (ConnectionEvent) -> Void) {
        let driver = driver
        connection.watch { event in
            driver.record(event)
            report(event)
        }
    }

    func close() {
        connection.close()
        driver.recordClose()
    }
}
