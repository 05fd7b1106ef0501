import CanvasKit
import GuestVCPU
import TestSupport
import Testing

@testable import Dashboard

/// The README's tour: each task with the keys that the README says, in a fleet that has something
/// to find for each.
@Suite("the tasks of the README's tour")
struct TourTests {
    /// A task of the README: the keys, as `Driver` takes them, and how many there are.
    private func keys(_ task: String, atMost limit: Int) throws -> String {
        let row = try #require(
            try Readme().table("| task | keys |").first { $0.first == task }, "\(task)")
        let spans = Readme.code(in: row[1])
        let count = spans.reduce(0) { $0 + (Self.named[$1] == nil ? $1.count : 1) }
        #expect(count <= limit, "\(task) takes \(count) keys")
        return spans.map { Self.named[$0] ?? $0 }.joined()
    }

    private static let named = ["Enter": "<ret>", "Esc": "<esc>", "Tab": "<tab>"]

    private func current(_ driver: Driver) -> RosterGuest? { driver.model.shared.currentGuest }

    private static func guest(
        _ name: String, _ count: Int, offline: CPUMap = [], seed: Int, agent: AgentStatus = .ok,
        change: (inout HostState) -> Void = { _ in }
    ) -> GuestState {
        var host = SampleFleet.host(count, guest: CPUMap(0..<count), seed: seed, idle: offline)
        change(&host)
        var guest = SampleFleet.guest(
            name, vcpus: CPUMap(0..<count), offline: offline, agent: agent, host: host)
        guest.hostID = .local
        return guest
    }

    /// A host's word with other shares or waits.
    private static func change(
        _ host: HostState, vcpus: [HostVCPU]? = nil, share: Double? = nil, wait: Double? = nil
    ) -> HostState {
        HostState(
            reading: HostReading(
                vcpus: vcpus ?? host.reading.vcpus, current: host.reading.current,
                maximum: host.reading.maximum, readAt: host.reading.readAt),
            pairing: host.pairing,
            shares: share.map { share in host.shares.mapValues { _ in share } } ?? host.shares,
            measuredFrom: host.measuredFrom,
            waitShares: wait.map { wait in host.waitShares.mapValues { _ in wait } }
                ?? host.waitShares,
            history: host.history)
    }

    private static let webs = (1...4).map { "web-\($0)" }

    private static let fleet: SampleFleet = {
        var guests = webs.enumerated().map { guest($1, 8, seed: $0) }
        guests.append(
            guest("hot-plugged", 6, offline: [4, 5], seed: 5) { host in
                let vcpus = host.reading.vcpus.map { vcpu in
                    var vcpu = vcpu
                    vcpu.plugOrder = max(vcpu.index.number - 3, 0)
                    if vcpu.index.number > 3 { vcpu.timeNanoseconds = 2_000_000 }
                    return vcpu
                }
                host = change(host, vcpus: vcpus)
            })
        guests.append(guest("starving", 4, seed: 6) { $0 = change($0, wait: 0.4) })
        guests.append(guest("idle-giant", 64, seed: 7) { $0 = change($0, share: 0.01) })
        guests.append(
            guest("silent", 4, seed: 9, agent: .failed(AgentError(.unresponsive))))
        var fleet = SampleFleet(guests: guests)
        fleet.hosts = [SampleFleet.physicalHost()]
        return fleet
    }()

    private func driver(_ fleet: SampleFleet = Self.fleet) -> Driver {
        Driver(columns: 120, rows: 40, fleet: fleet)
    }

    /// What was sent: the guests, with the ids that are to be online and offline.
    private func sent(_ driver: Driver) -> [String: ChangeRequest] {
        driver.effects.reduce(into: [:]) { sent, effect in
            if case .commit(let order) = effect { sent[order.guest.name] = order.request }
        }
    }

    @Test("take vCPUs 4-7 of all web guests offline")
    func offline() throws {
        var driver = driver()
        driver.press(try keys("take vCPUs 4-7 of all web guests offline", atMost: 17))
        let sent = sent(driver)
        #expect(Set(sent.keys) == Set(Self.webs))
        for (guest, request) in sent {
            #expect(request == (try ChangeRequest(CPUMap(4...7), online: false)), "\(guest)")
        }
    }

    @Test("bring all hot-plugged vCPUs online")
    func online() throws {
        var driver = driver()
        driver.press(try keys("bring all hot-plugged vCPUs online", atMost: 12))
        #expect(sent(driver) == ["hot-plugged": try ChangeRequest([4, 5], online: true)])
    }

    @Test("find the guest that contradicts its host")
    func contradicted() throws {
        var driver = driver(.sample)
        driver.press(try keys("find the guest that contradicts its host", atMost: 3))
        let found = try #require(current(driver))
        #expect(found.state.judgement.contradicted?.isEmpty == false)
        #expect(driver.model.shared.currentVCPU == found.state.judgement.contradicted?.min)
    }

    @Test("revert the last change")
    func revert() throws {
        var driver = driver()
        driver.press(":-7<ret>cy")
        let before = try #require(driver.model.shared.roster[SampleFleet.id("web-1")]?.state.vcpus)
        driver.finish(
            "web-1",
            TransactionResult(
                request: try ChangeRequest([7], online: false), outcome: .committed,
                before: before,
                after: GuestVCPUs(
                    vcpus: before.vcpus, online: CPUMap(0...6), offlinable: before.offlinable,
                    readAt: SampleFleet.start + .seconds(1)),
                reached: [7], elapsed: .milliseconds(40)))
        driver.press("<esc>")
        driver.press(try keys("revert the last change", atMost: 3))
        #expect(sent(driver) == ["web-1": try ChangeRequest([7], online: true)])
    }

    @Test("which guest waits most")
    func waits() throws {
        var driver = driver()
        driver.press("G")
        driver.press(try keys("see which guest waits most", atMost: 2))
        #expect(current(driver)?.state.id.name == "starving")
    }

    @Test("which guest wastes most")
    func wastes() throws {
        var driver = driver()
        driver.pass(seconds: 10)
        driver.press(try keys("see which guest wastes most", atMost: 2))
        #expect(current(driver)?.state.id.name == "idle-giant")
        #expect((current(driver)?.spare ?? 0) > 30)
    }

    @Test("what runs on host CPU 12")
    func hostCPU() throws {
        var driver = driver()
        driver.press(try keys("see what runs on host CPU 12", atMost: 4))
        let row = try #require(driver.model.shownHost?.currentRow)
        #expect(row.cpu.id == 12 && !row.ran.isEmpty)
        let lines = (0..<40).map { driver.render().line($0).map(\.text).joined() }
        let name = try #require(row.ran.first?.name(driver.model.shared))
        #expect(lines.contains { $0.hasPrefix(">  12") && $0.contains(name) })
    }

    @Test("why a guest is not read")
    func unread() throws {
        var driver = driver()
        driver.press("/silent<ret>")
        driver.press(try keys("see why this guest is not read", atMost: 2))
        let lines = (0..<40).map { driver.render().line($0).map(\.text).joined() }
        let reason = AgentError(.unresponsive)
        let why = try #require(
            current(driver)?.conditions.first { $0 == .agent(reason) })
        #expect(lines.contains { $0.contains(why.sentence) }, "\(why.sentence)")
    }
}
