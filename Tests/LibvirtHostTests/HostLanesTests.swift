import CLibvirt
import Glibc
import GuestVCPU
import Synchronization
import TestSupport
import Testing

@testable import LibvirtHost

@Suite("Hung calls to a host", .timeLimit(.minutes(5)))
struct HostLanesTests {
    private let host = ScriptedHost()
    private let lanes: HostLanes
    private let ready = Ready()

    init() async {
        lanes = Self.lanes(host)
        await Self.begin(lanes, ready)
    }

    private static func lanes(_ host: ScriptedHost, leavesOut: Bool = true) -> HostLanes {
        HostLanes(
            ConnectionOpener("", host, pause: .milliseconds(1)),
            patience: HostLanes.Patience(
                opening: .seconds(60), fewLanes: .milliseconds(50), leavesOut: leavesOut))
    }

    private static func begin(_ lanes: HostLanes, _ ready: Ready) async {
        await lanes.setObstacle(nil)
        await lanes.onEvent { event in
            if case .ready(let guests) = event { ready.add(guests) }
        }
    }

    private func hang(_ uuids: some Sequence<String>) {
        host.state.withLock { $0.hung.formUnion(uuids) }
    }

    private func resume() {
        host.state.withLock { $0.hung = [] }
    }

    private func error(
        reading uuid: String, timeout: Duration = .seconds(30), on lanes: HostLanes? = nil
    ) async -> AgentError? {
        do throws(AgentError) {
            _ = try await LibvirtGuest(uuid: uuid, lanes: lanes ?? self.lanes)
                .read(timeout: timeout)
            return nil
        } catch {
            return error
        }
    }

    /// Reads a hung guest until a call has been made and has missed its deadline.
    private func hold(_ uuid: String) async -> AgentError? {
        hang([uuid])
        while true {
            let error = await error(reading: uuid, timeout: .milliseconds(100))
            if host.state.withLock({ $0.asked.contains("\(uuid): read") }) { return error }
        }
    }

    @Test("a hung guest gets no calls until its call returns, and is then ready at once")
    func holding() async {
        defer { resume() }
        #expect(await hold("a") == AgentError(.unresponsive, "no answer within 0.1 s"))
        #expect(
            await error(reading: "a")
                == AgentError(.unresponsive, "an earlier call has not returned"))
        #expect(host.state.withLock(\.asked) == ["a: read"])
        // Other guests need another connection.
        #expect(await error(reading: "b") == nil)
        #expect(host.open.count == 2)

        resume()
        let ready = ready
        #expect(await eventually { ready.all.contains("a") })
        #expect(await error(reading: "a") == nil)
    }

    @Test("healthy guests are read however many others hang, also for the first time")
    func healthyBesideHung() async {
        defer { resume() }
        #expect(await error(reading: "known") == nil)
        for number in 1..<LaneTable.mostHeld.unproven {
            #expect(await hold("\(number)")?.kind == .unresponsive)
        }
        #expect(await error(reading: "new") == nil)
        #expect(await hold("last")?.kind == .unresponsive)
        let held = LaneTable.mostHeld.unproven
        #expect(
            await error(reading: "newer")
                == AgentError(.waiting, "\(held) calls have not returned"))
        // This guest has answered before.
        #expect(await error(reading: "known") == nil)
        #expect(await error(reading: "new") == nil)
        #expect(host.open.count <= held + LaneTable.Limits.local.most)

        // When a held call returns, the refused guest is ready at once.
        host.state.withLock { _ = $0.hung.remove("1") }
        let ready = ready
        #expect(await eventually { ready.all.isSuperset(of: ["1", "newer"]) })
        #expect(await error(reading: "newer") == nil)
    }

    @Test("new guests that do not answer leave a lane for those that do")
    func suspects() async {
        defer { resume() }
        #expect(await error(reading: "known") == nil)
        hang(["x", "y", "z"])
        await withTaskGroup(of: Void.self) { group in
            for name in ["x", "y", "z"] {
                group.addTask { _ = await error(reading: name, timeout: .seconds(600)) }
            }
            let (host, lanes) = (host, lanes)
            #expect(await eventually { host.state.withLock { $0.asked.count == 4 } })
            group.addTask { _ = await error(reading: "last", timeout: .seconds(600)) }
            #expect(await eventually { await lanes.waitingCount == 1 })
            for _ in 1...3 { #expect(await error(reading: "known") == nil) }
            #expect(host.state.withLock { !$0.asked.contains("last: read") })
            // A wait ends at the deadline, with an error of its own.
            #expect(
                await error(reading: "late", timeout: .milliseconds(30)) == AgentError(.waiting))
            resume()
        }
        #expect(host.state.withLock { $0.asked.contains("last: read") })
    }

    @Test("without a limit on waiting, each guest is asked after those before it were given up")
    func oneTimeReaders() async {
        defer { resume() }
        let lanes = Self.lanes(host, leavesOut: false)
        await Self.begin(lanes, ready)
        hang((1...6).map { "hung \($0)" })
        let kinds = await withTaskGroup(of: AgentError.Kind?.self) { group in
            for name in (1...6).map({ "hung \($0)" }) + ["live 1", "live 2"] {
                group.addTask {
                    await error(reading: name, timeout: .milliseconds(500), on: lanes)?.kind
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(kinds.count { $0 == .unresponsive } == 6)
        #expect(kinds.count { $0 == nil } == 2)
    }

    @Test("a change goes before readings that wait")
    func turns() async {
        defer { resume() }
        #expect(await error(reading: "known") == nil)
        hang(["x", "y", "z"])
        await withTaskGroup(of: Void.self) { group in
            for name in ["x", "y", "z"] {
                group.addTask { _ = await error(reading: name, timeout: .seconds(600)) }
            }
            let (host, lanes) = (host, lanes)
            #expect(await eventually { host.state.withLock { $0.asked.count == 4 } })
            group.addTask { _ = await error(reading: "reader", timeout: .seconds(600)) }
            #expect(await eventually { await lanes.waitingCount == 1 })
            let writer = LibvirtGuestWriter(guest: LibvirtGuest(uuid: "writer", lanes: lanes))
            let channel = try? await writer.open(timeout: .seconds(600))
            let set = [VCPUChange(id: 1, online: false), VCPUChange(id: 3, online: false)]
            _ = try? await channel?.read(timeout: .seconds(600))
            _ = try? await channel?.set(set, timeout: .seconds(600))
            #expect(
                host.state.withLock { $0.asked.suffix(2) }
                    == ["writer: read", "writer: offline 1,3"])
            resume()
        }
    }

    @Test("a call that fails because another call holds the agent does not prove the guest")
    func heldElsewhere() async {
        defer { resume() }
        #expect(await hold("a")?.kind == .unresponsive)
        host.state.withLock { state in
            state.errors["a"] = LibvirtError(
                number: VIR_ERR_OPERATION_TIMEOUT, message: "cannot acquire lock")
            state.hung = []
        }
        // The call has returned and the guest still hangs: it is asked again as an unproven guest.
        let lanes = lanes
        #expect(await eventually { (try? await lanes.check("a")) != nil })
        #expect(await error(reading: "a")?.kind == .busy)
        #expect(ready.all.isEmpty)
    }

    @Test("statistics use another lane when a call hangs, twice at most")
    func hungStatistics() async throws {
        defer { host.state.withLock { $0.holdsStatistics = false } }
        host.state.withLock { $0.hungStatistics = 2 }
        let lanes = lanes
        func statistics() async throws(LaneError) -> [DomainStatistics] {
            try await lanes.call(.host, timeout: .milliseconds(200)) { c throws(LibvirtError) in
                try c.statistics()
            }
        }
        for count in 1...2 {
            await #expect(throws: LaneError.self) { try await statistics() }
            #expect(await eventually { await lanes.trouble.heldHostCalls == count })
        }
        await #expect(throws: LaneError.self) { try await statistics() }
        #expect(host.open.count == 2)
        #expect(await error(reading: "a") == nil)
        host.state.withLock { $0.holdsStatistics = false }
        #expect(await eventually { await lanes.trouble.heldHostCalls == 0 })
        _ = try await statistics()
    }

    @Test("a connection that was lost is opened again for the next call")
    func reopening() async {
        #expect(await error(reading: "a") == nil)
        host.cut()
        #expect(await error(reading: "a") == nil)
        #expect(host.state.withLock(\.opened) >= 2)
        #expect(host.open.count == 1)
    }

    @Test("a call whose connection is lost meanwhile fails as disconnected")
    func lostUnderway() async {
        hang(["a"])
        async let failed = error(reading: "a", timeout: .seconds(60))
        let host = host
        #expect(await eventually { !host.state.withLock(\.asked).isEmpty })
        host.cut()
        resume()
        #expect(await failed?.kind == .disconnected)
    }

    @Test("the agent's deadline does not include opening the connection")
    func slowOpening() async {
        host.state.withLock { $0.isSilent = true }
        async let failed = error(reading: "a", timeout: .milliseconds(50))
        try? await Task.sleep(for: .milliseconds(300))
        host.state.withLock { $0.isSilent = false }
        #expect(await failed == nil)
    }

    @Test("a connection that cannot be opened is reported, and its guest can be asked again")
    func failedOpening() async {
        host.state.withLock {
            $0.openError = LibvirtError(number: VIR_ERR_SYSTEM_ERROR, message: "too many clients")
        }
        let error = await error(reading: "a")
        #expect(error?.kind == .disconnected)
        #expect(error?.message.hasSuffix("can be opened: too many clients") == true)
        #expect(await lanes.trouble.openingError == "too many clients")
        host.state.withLock { $0.openError = nil }
        #expect(await self.error(reading: "a") == nil)
        #expect(await lanes.trouble.openingError == nil)
    }

    @Test("over ssh few connections open, one at a time, and a failed one is retried once")
    func overSSH() async {
        host.state.withLock { state in
            state.usesSSH = true
            state.failures = 1
        }
        let lanes = Self.lanes(host)
        await Self.begin(lanes, ready)
        await withTaskGroup(of: AgentError?.self) { group in
            for number in 1...8 {
                group.addTask { await error(reading: "\(number)", on: lanes) }
            }
            for await error in group { #expect(error == nil) }
        }
        #expect(host.state.withLock(\.opening.most) == 1)
        #expect(host.state.withLock(\.opened) == 1)
        #expect(host.state.withLock(\.failures) == 0)
    }

    @Test(
        "what ssh or sshd refuses is not tried twice",
        arguments: [
            ("root@a: Permission denied (publickey).", 1), ("Host key verification failed.", 1),
            ("Connection closed by remote host", 2),
        ])
    func refusedBySSH(words: String, attempts: Int) {
        host.state.withLock { state in
            state.usesSSH = true
            state.openError = LibvirtError(
                number: VIR_ERR_SYSTEM_ERROR, systemError: ECONNRESET,
                message: "Cannot recv data: \(words): Connection reset by peer")
        }
        let opener = ConnectionOpener("qemu+ssh://a/system", host, pause: .milliseconds(1))
        #expect(throws: LibvirtError.self) {
            try opener.open(isReadOnly: false, until: .now + .seconds(60))
        }
        #expect(host.state.withLock(\.opening.begun) == attempts)
    }

    @Test("calls use the main connection, and no other one opens")
    func sharedMain() async throws {
        let connection = try host.open("", isReadOnly: false)
        await lanes.addMain(connection, isReadOnly: false)
        for name in ["a", "b", "c"] { #expect(await error(reading: name) == nil) }
        #expect(host.state.withLock(\.opened) == 1)
        await lanes.closeIdle()
        #expect(connection.isAlive)
        await lanes.dropMain()
        #expect(await error(reading: "a") == nil)
        #expect(host.state.withLock(\.opened) == 2)
    }

    @Test("a driver that cannot ask agents is asked once, on one connection")
    func unsupported() async throws {
        let names = (1...50).map(String.init)
        host.state.withLock { state in
            for name in names {
                state.errors[name] = LibvirtError(number: VIR_ERR_NO_SUPPORT, message: "not here")
            }
        }
        let connection = try host.open("", isReadOnly: false)
        await lanes.addMain(connection, isReadOnly: false)
        await withTaskGroup(of: AgentError?.self) { group in
            for name in names { group.addTask { await error(reading: name) } }
            for await error in group { #expect(error == AgentError(.unsupported, "not here")) }
        }
        #expect(host.state.withLock(\.asked.count) == 1)
        #expect(host.state.withLock(\.opened) == 1)
        // A later connection may have another driver.
        await lanes.setObstacle(nil)
        host.state.withLock { $0.errors = [:] }
        #expect(await error(reading: "1") == nil)
    }

    @Test("waiting calls fail when no agent can be asked any more")
    func obstacleWhileWaiting() async throws {
        defer { resume() }
        hang(["x", "y", "z", "w"])
        await withTaskGroup(of: AgentError?.self) { group in
            group.addTask { await error(reading: "x", timeout: .seconds(600)) }
            let (host, lanes) = (host, lanes)
            #expect(await eventually { host.state.withLock { $0.asked.count == 1 } })
            for name in ["y", "z", "w"] {
                group.addTask { await error(reading: name, timeout: .seconds(600)) }
            }
            #expect(await eventually { await lanes.waitingCount == 2 })
            await lanes.setObstacle(AgentError(.disconnected, "gone"))
            for _ in 1...2 {
                #expect(await group.next() == AgentError(.disconnected, "gone"))
            }
            resume()
            await group.waitForAll()
        }
    }

    @Test("an obstacle prevents all calls to agents, and writers do not open")
    func obstacle() async throws {
        await lanes.setObstacle(AgentError(.denied, "read-only"))
        #expect(await error(reading: "a")?.kind == .denied)
        let writer = LibvirtGuestWriter(guest: LibvirtGuest(uuid: "a", lanes: lanes))
        await #expect(throws: AgentError(.denied, "read-only")) {
            try await writer.open(timeout: .seconds(30))
        }
        #expect(host.state.withLock(\.opened) == 0)
    }
}

/// The guests that were reported as ready.
private final class Ready: Sendable {
    private let guests = Mutex<Set<String>>([])

    var all: Set<String> { guests.withLock(\.self) }

    func add(_ more: Set<String>) {
        guests.withLock { $0.formUnion(more) }
    }
}
