import CanvasKit
import GuestVCPU
import TestSupport
import Testing

@testable import Dashboard

@Suite("what the host sees of vCPUs that were taken offline")
struct StandstillTests {
    private static let web = SampleFleet.id("web-03")
    private static let vcpus = CPUMap(0..<8)

    /// The host, read so long after the start, when vCPUs had used so much time.
    private func host(
        at seconds: Double, milliseconds: [Int: Int], paired: Bool = true, incarnation: UInt64 = 1
    ) -> HostState {
        let vcpus = (0..<8).map { id in
            HostVCPU(
                index: HostIndex(id),
                timeNanoseconds: milliseconds[id].map { UInt64($0) * 1_000_000 } ?? 5_000_000,
                thread: 4700 + id, state: .running)
        }
        let reading = HostReading(
            vcpus: vcpus, current: 8, maximum: 8,
            readAt: SampleFleet.start + .milliseconds(Int64(seconds * 1000)),
            incarnation: incarnation)
        return HostState(
            reading: reading,
            pairing: paired ? .infer(guest: Self.vcpus, host: vcpus) : .unknown, shares: [:])
    }

    /// A dashboard in which vCPUs 6 and 7 of web-03 were taken offline, 2 s after the start.
    private func committed(before: HostState?) throws -> Driver {
        var driver = Driver(fleet: SampleFleet(guests: []))
        let old = SampleFleet.guest("web-03", vcpus: Self.vcpus, host: before)
        driver.fleet.guests = [old]
        driver.snapshot()
        driver.press("<end>v<left> cy")
        let reading = try #require(old.vcpus)
        let request = try ChangeRequest([6, 7], online: false)
        driver.finish(
            "web-03",
            TransactionResult(
                request: request, outcome: .committed, before: reading,
                after: GuestVCPUs(
                    vcpus: Self.vcpus, online: CPUMap(0..<6), offlinable: reading.offlinable,
                    readAt: SampleFleet.start + .seconds(2))))
        return driver
    }

    private func see(_ host: HostState?, in driver: inout Driver) {
        driver.fleet.guests = [
            SampleFleet.guest(
                "web-03", vcpus: Self.vcpus, offline: [6, 7], age: .seconds(-2), host: host)
        ]
        driver.snapshot()
    }

    private func verdict(_ driver: Driver) -> Standstill.Verdict? {
        driver.model.shared.commits[Self.web]?.standstill?.verdict
    }

    @Test("threads that used nothing in an interval after the change stand still")
    func still() throws {
        var driver = try committed(before: host(at: 1, milliseconds: [6: 100]))
        // An interval that began before the change was over says nothing, however quiet.
        see(host(at: 1.9, milliseconds: [6: 100]), in: &driver)
        see(host(at: 3, milliseconds: [6: 900]), in: &driver)
        #expect(verdict(driver) == .watching)
        see(host(at: 3.5, milliseconds: [6: 900]), in: &driver)
        #expect(verdict(driver) == .watching, "too short to tell")
        see(host(at: 4, milliseconds: [6: 901]), in: &driver)
        #expect(verdict(driver) == .still(.seconds(1)))
        #expect(driver.model.shared.log.entries.last?.text.contains("host confirms") == true)
        let shown = driver.render()
        let text = (0..<24).map { shown.line($0).map(\.text).joined() }.joined(separator: "\n")
        #expect(text.contains("host confirms: vCPUs 6-7 idle for 1.0 s"))
    }

    @Test("a thread that runs on is told, and so is that it stops later")
    func running() throws {
        var driver = try committed(before: host(at: 1, milliseconds: [:]))
        see(host(at: 3, milliseconds: [7: 100]), in: &driver)
        see(host(at: 4, milliseconds: [7: 600]), in: &driver)
        #expect(verdict(driver) == .running([7]))
        see(host(at: 5, milliseconds: [7: 900]), in: &driver)
        see(host(at: 6, milliseconds: [7: 900]), in: &driver)
        #expect(verdict(driver) == .still(.seconds(1)))
        let told = driver.model.shared.log.entries.filter { $0.text.contains("host") }
        #expect(told.map(\.role) == [.contradicted, .good])
    }

    @Test("where nothing can be told, it is said why")
    func blind() throws {
        var driver = try committed(before: nil)
        see(nil, in: &driver)
        #expect(verdict(driver) == .unknown(.noHost))
        see(host(at: 3, milliseconds: [:], paired: false), in: &driver)
        #expect(verdict(driver) == .unknown(.unpaired))
        see(host(at: 4, milliseconds: [:], incarnation: 2), in: &driver)
        #expect(verdict(driver) == .unknown(.otherMachine))
        // It stays so: the numbers mean other vCPUs now.
        see(host(at: 6, milliseconds: [:], incarnation: 2), in: &driver)
        #expect(verdict(driver) == .unknown(.otherMachine))
    }

    @Test("host and guest contradict each other once the guest, read after its thread ran, says so")
    func contradiction() throws {
        func put(read: Double, host: Double, share: Double, in driver: inout Driver) {
            let vcpus = CPUMap(0..<2)
            let reading = GuestVCPUs(
                vcpus: vcpus, online: [0], offlinable: [1],
                readAt: SampleFleet.start + .milliseconds(Int64(read * 1000)))
            let state = HostState(
                reading: HostReading(
                    vcpus: (0..<2).map { HostVCPU(index: HostIndex($0), timeNanoseconds: 1) },
                    current: 2,
                    maximum: 2,
                    readAt: SampleFleet.start + .milliseconds(Int64(host * 1000))),
                pairing: .infer(
                    guest: vcpus,
                    host: (0..<2).map { HostVCPU(index: HostIndex($0), timeNanoseconds: 1) }),
                shares: [0: 0.1, 1: share],
                measuredFrom: SampleFleet.start + .milliseconds(Int64(host * 1000) - 2000))
            driver.fleet.guests = [
                GuestState(
                    id: Self.web, runState: .running, agent: .ok,
                    reading: AgentReading(
                        vcpus: reading, version: nil, setSupport: .available), host: state,
                    isWritable: true)
            ]
            driver.snapshot()
        }
        var driver = Driver(fleet: SampleFleet(guests: []))
        func isContradicted() throws -> Bool {
            try #require(driver.model.shared.roster[Self.web]).contradicted.contains(1)
        }
        put(read: 0, host: 1, share: 0.9, in: &driver)
        #expect(try !isContradicted(), "it may have run before it went offline")
        put(read: 0, host: 4, share: 0.9, in: &driver)
        #expect(try !isContradicted(), "it may have come online since it was read")
        put(read: 4.5, host: 4, share: 0.9, in: &driver)
        #expect(try isContradicted())
        put(read: 4.5, host: 5, share: 0.9, in: &driver)
        #expect(try isContradicted())
        put(read: 4.5, host: 6, share: 0, in: &driver)
        #expect(try !isContradicted())
    }

    @Test("a change that takes nothing offline has nothing to watch")
    func onlineOnly() throws {
        var driver = Driver()
        driver.go(to: "db-01", 61)
        driver.press(" cy")
        let before = try #require(driver.model.shared.roster[SampleFleet.id("db-01")]?.state.vcpus)
        driver.finish(
            "db-01",
            TransactionResult(
                request: try ChangeRequest([61], online: true), outcome: .committed,
                before: before,
                after: GuestVCPUs(
                    vcpus: before.vcpus, online: before.online.union([61]),
                    offlinable: before.offlinable, readAt: before.readAt + .seconds(3))))
        #expect(driver.model.shared.commits[SampleFleet.id("db-01")]?.standstill == nil)
    }
}
