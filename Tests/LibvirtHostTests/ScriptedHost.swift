import CLibvirt
import Foundation
import GuestVCPU
import Synchronization

@testable import LibvirtHost

/// A host whose connections behave as a test says, and record their calls.
final class ScriptedHost: LibvirtDriver {
    struct State {
        var domains: [Domain] = []
        var statistics: [DomainStatistics] = []
        var statisticsError: LibvirtError?
        /// The error of opening a connection; nil for success.
        var openError: LibvirtError?
        /// Whether only read-only connections can be opened.
        var isReadOnly = false
        /// The error of opening a connection with write access then.
        var refusal = LibvirtError(number: VIR_ERR_ACCESS_DENIED, message: "not you")
        /// Whether opening and listing hang.
        var isSilent = false
        /// The answer of all agents.
        var maps = GuestVCPULists(vcpus: "0-1", online: "0-1", offlinable: "1")
        /// The error of sets; nil for sets that succeed and change nothing.
        var setError: LibvirtError?
        /// Domains whose agents do not answer.
        var hung: Set<String> = []
        /// The errors of calls to these domains.
        var errors: [String: LibvirtError] = [:]
        /// How many of the next statistics calls hang.
        var hungStatistics = 0
        /// Whether hung statistics calls keep hanging.
        var holdsStatistics = true
        /// Whether connections count as ssh connections.
        var usesSSH = false
        /// Openings in progress, their maximum, and all that have started.
        var opening = (now: 0, most: 0, begun: 0)
        /// How many of the next openings fail.
        var failures = 0
        var connections: [ScriptedConnection] = []
        var opened = 0
        var asked: [String] = []
        /// The domains whose descriptions were read.
        var described: [String] = []
        /// The description of every domain.
        var description = "<domain>\n</domain>\n"
        var topology = HostTopology(count: 4, online: [0b1011], nodes: [0: 0, 1: 1])
        /// The times that each reading returns, one after the other; none where libvirt fails.
        var hostTimes: [CPUTimes] = []
        var topologyReads = 0
    }

    let state = Mutex(State())

    init(_ names: String...) {
        let domains = names.map { Domain(uuid: "uuid-\($0)", name: $0) }
        state.withLock { $0.domains = domains }
    }

    func open(_ uri: String, isReadOnly: Bool) throws(LibvirtError) -> any LibvirtConnection {
        state.withLock { state in
            state.opening.now += 1
            state.opening.begun += 1
            state.opening.most = max(state.opening.most, state.opening.now)
        }
        waitWhileSilent()
        let connection = ScriptedConnection(self)
        let error: LibvirtError? = state.withLock { state in
            state.opening.now -= 1
            if let error = state.openError { return error }
            if state.failures > 0 {
                state.failures -= 1
                return LibvirtError(
                    number: VIR_ERR_SYSTEM_ERROR, message: "Connection reset by peer")
            }
            if state.isReadOnly, !isReadOnly { return state.refusal }
            state.opened += 1
            state.connections.append(connection)
            return nil
        }
        if let error { throw error }
        return connection
    }

    func usesSSH(_ uri: String) -> Bool { state.withLock(\.usesSSH) }

    fileprivate func waitWhileSilent() {
        while state.withLock(\.isSilent) { usleep(1_000) }
    }

    /// The connections that are open.
    var open: [ScriptedConnection] {
        state.withLock { $0.connections }.filter(\.isAlive)
    }

    /// Hands an event to each watcher.
    func send(_ event: ConnectionEvent) {
        for connection in open { connection.send(event) }
    }

    /// Ends all connections, as the end of the daemon does.
    func cut() {
        for connection in open { connection.end(with: .closed("cut")) }
    }
}

final class ScriptedConnection: LibvirtConnection {
    private let host: ScriptedHost
    private let line = Mutex(Line())

    private struct Line {
        var isAlive = true
        var report: (@Sendable (ConnectionEvent) -> Void)?
    }

    init(_ host: ScriptedHost) {
        self.host = host
    }

    var isAlive: Bool { line.withLock(\.isAlive) }
    var isWatched: Bool { line.withLock { $0.report != nil } }

    func hostTopology() throws(LibvirtError) -> HostTopology {
        host.state.withLock { state in
            state.topologyReads += 1
            return state.topology
        }
    }

    func hostTimes() throws(LibvirtError) -> CPUTimes {
        let times = host.state.withLock { state in
            state.hostTimes.isEmpty ? nil : state.hostTimes.removeFirst()
        }
        guard let times else { throw LibvirtError(number: VIR_ERR_NO_SUPPORT, message: "no") }
        return times
    }

    func activeDomains() throws(LibvirtError) -> [Domain] {
        host.waitWhileSilent()
        guard isAlive else {
            throw LibvirtError(number: VIR_ERR_INTERNAL_ERROR, message: "client socket is closed")
        }
        return host.state.withLock(\.domains)
    }

    func statistics() throws(LibvirtError) -> [DomainStatistics] {
        let hangs = host.state.withLock { state in
            guard state.hungStatistics > 0 else { return false }
            state.hungStatistics -= 1
            return true
        }
        while hangs, host.state.withLock(\.holdsStatistics) { usleep(1_000) }
        guard isAlive else {
            throw LibvirtError(number: VIR_ERR_INTERNAL_ERROR, message: "client socket is closed")
        }
        if let error = host.state.withLock(\.statisticsError) { throw error }
        return host.state.withLock(\.statistics)
    }

    func description(of uuid: String) throws(LibvirtError) -> String {
        host.state.withLock { state in
            state.described.append(uuid)
            return state.description
        }
    }

    func guestVCPUs(of uuid: String) throws(LibvirtError) -> GuestVCPULists {
        try ask(uuid, "read")
        return host.state.withLock(\.maps)
    }

    func setGuestVCPUs(of uuid: String, _ list: String, online: Bool) throws(LibvirtError) {
        try ask(uuid, "\(online ? "online" : "offline") \(list)")
        if let error = host.state.withLock(\.setError) { throw error }
    }

    private func ask(_ uuid: String, _ question: String) throws(LibvirtError) {
        host.state.withLock { $0.asked.append("\(uuid): \(question)") }
        while host.state.withLock({ $0.hung.contains(uuid) }) { usleep(1_000) }
        guard isAlive else {
            throw LibvirtError(number: VIR_ERR_INTERNAL_ERROR, message: "client socket is closed")
        }
        if let error = host.state.withLock({ $0.errors[uuid] }) { throw error }
    }

    func watch(_ report: @escaping @Sendable (ConnectionEvent) -> Void) {
        line.withLock { $0.report = report }
    }

    func send(_ event: ConnectionEvent) {
        line.withLock { $0.report }?(event)
    }

    /// Ends the connection without an event, as for a connection without a watch.
    func die() {
        line.withLock { $0.isAlive = false }
    }

    func end(with event: ConnectionEvent) {
        let report = line.withLock { line in
            line.isAlive = false
            return line.report
        }
        report?(event)
    }

    func close() {
        line.withLock { $0 = Line(isAlive: false) }
    }
}
