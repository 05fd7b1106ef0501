import GuestVCPU
import Synchronization
import Testing

@testable import LibvirtHost

@Suite("Agents of which some hang", .timeLimit(.minutes(5)))
struct AgentLanesTests {
    private let host = ScriptedHost()
    private let lanes: AgentLanes

    init() async {
        let host = host
        lanes = AgentLanes { () throws(LibvirtError) in try host.open("", isReadOnly: false) }
        await lanes.setObstacle(nil)
    }

    private func guest(_ uuid: String) -> LibvirtGuest { LibvirtGuest(uuid: uuid, lanes: lanes) }

    private func hang(_ uuids: String...) {
        host.state.withLock { $0.hung.formUnion(uuids) }
    }

    private func error(reading uuid: String, timeout: Duration) async -> AgentError? {
        do throws(AgentError) {
            _ = try await guest(uuid).read(timeout: timeout)
            return nil
        } catch {
            return error
        }
    }

    /// Reads a guest that hangs, until its time was up with the call made.
    private func giveUp(on uuid: String) async -> AgentError? {
        host.state.withLock { _ = $0.hung.insert(uuid) }
        while true {
            let error = await error(reading: uuid, timeout: .milliseconds(100))
            if host.state.withLock({ $0.asked.contains("\(uuid): read") }) { return error }
        }
    }

    @Test("a hung guest is given up, left alone until its call returns, and then asked again")
    func quarantine() async {
        defer { host.state.withLock { $0.hung = [] } }
        #expect(await giveUp(on: "a") == AgentError(.unresponsive, "no answer within 0.1 s"))
        let second = await error(reading: "a", timeout: .seconds(30))
        #expect(second == AgentError(.unresponsive, "an earlier call has not returned"))
        #expect(host.state.withLock(\.asked) == ["a: read"])
        // Its connection is of no use to others.
        #expect(await error(reading: "b", timeout: .seconds(30)) == nil)
        #expect(host.open.count == 2)

        host.state.withLock { $0.hung = [] }
        let end = ContinuousClock.now + .seconds(30)
        while await error(reading: "a", timeout: .seconds(30)) != nil, .now < end {
            try? await Task.sleep(for: .milliseconds(2))
        }
        #expect(await error(reading: "a", timeout: .seconds(30)) == nil)
    }

    @Test("too many hung guests end the asking at once, and not the program's threads")
    func exhaustion() async {
        defer { host.state.withLock { $0.hung = [] } }
        for number in 1...LaneTable.mostGivenUp {
            #expect(await giveUp(on: "\(number)")?.kind == .unresponsive)
        }
        #expect(await error(reading: "x", timeout: .seconds(30))?.kind == .waiting)
        #expect(host.open.count == LaneTable.mostGivenUp)
    }

    @Test("guests that hang on the first few connections hold the others up for a moment only")
    func growing() async {
        defer { host.state.withLock { $0.hung = [] } }
        let names = (1...LaneTable.fewLanes).map { "hung \($0)" }
        host.state.withLock { $0.hung = Set(names) }
        await withTaskGroup(of: Void.self) { group in
            for name in names {
                group.addTask { _ = await error(reading: name, timeout: .seconds(60)) }
            }
            let host = host
            #expect(await eventually { host.state.withLock { $0.asked.count == names.count } })
            #expect(await error(reading: "live", timeout: .seconds(30)) == nil)
            #expect(host.open.count == names.count + 1)
            // They still hang.
            #expect(host.state.withLock(\.hung).count == names.count)
            host.state.withLock { $0.hung = [] }
        }
    }

    @Test("a set goes before readings that wait, and a wait has an end")
    func turns() async {
        let most = LaneTable.mostLanes
        let names = (1...most).map { "hung \($0)" }
        host.state.withLock { $0.hung = Set(names) }
        await withTaskGroup(of: Void.self) { group in
            for name in names {
                group.addTask { _ = await error(reading: name, timeout: .seconds(600)) }
            }
            let (host, lanes) = (host, lanes)
            #expect(await eventually { host.state.withLock { $0.asked.count == most } })
            #expect(await error(reading: "late", timeout: .milliseconds(10))?.kind == .waiting)

            group.addTask { _ = await error(reading: "reader", timeout: .seconds(600)) }
            let writer = LibvirtGuestWriter(guest: guest("writer"))
            #expect(await eventually { await lanes.waitingCount == 1 })
            group.addTask {
                let channel = try? await writer.open(timeout: .seconds(600))
                let set = [VCPUChange(id: 1, online: false), VCPUChange(id: 3, online: false)]
                _ = try? await channel?.set(set, timeout: .seconds(600))
            }
            #expect(await eventually { await lanes.waitingCount == 2 })
            host.state.withLock { _ = $0.hung.remove(names[0]) }
            #expect(await eventually { host.state.withLock { $0.asked.count == most + 2 } })
            #expect(
                host.state.withLock { $0.asked.suffix(2) }
                    == ["writer: offline 1,3", "reader: read"])
            host.state.withLock { $0.hung = [] }
        }
    }

    @Test("a connection that was lost is opened anew for the next call")
    func reopening() async {
        #expect(await error(reading: "a", timeout: .seconds(30)) == nil)
        host.cut()
        #expect(await error(reading: "a", timeout: .seconds(30)) == nil)
        #expect(host.state.withLock(\.opened) >= 2)
        #expect(host.open.count == 1)
    }

    @Test("a call whose connection is lost under it fails as that")
    func lostUnderway() async {
        hang("a")
        async let failed = error(reading: "a", timeout: .seconds(60))
        let host = host
        #expect(await eventually { !host.state.withLock(\.asked).isEmpty })
        host.cut()
        host.state.withLock { $0.hung = [] }
        #expect(await failed?.kind == .disconnected)
    }

    @Test("nothing is asked where nothing can be, and a writer does not open there")
    func obstacle() async throws {
        await lanes.setObstacle(AgentError(.denied, "read-only"))
        #expect(await error(reading: "a", timeout: .seconds(30))?.kind == .denied)
        let writer = LibvirtGuestWriter(guest: guest("a"))
        await #expect(throws: AgentError(.denied, "read-only")) {
            try await writer.open(timeout: .seconds(30))
        }
        #expect(host.state.withLock(\.opened) == 0)
    }
}
