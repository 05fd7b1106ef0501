import GuestVCPU
import Synchronization
import TestSupport
import Testing

@testable import Monitoring

@Suite("the machines that run guests")
struct PhysicalHostTrackTests {
    /// A source on a machine that does a tick of work at each reading.
    private final class Machine: GuestSource {
        let id: SourceID
        let hostID: HostID?
        let reads = Mutex<UInt64>(0)

        init(_ name: String, _ hostID: HostID?) {
            id = .other(name)
            self.hostID = hostID
        }

        func listings() -> AsyncStream<SourceListing> {
            AsyncStream { $0.yield(SourceListing(status: .ok, guests: [])) }
        }

        func readHost(timeout: Duration) async -> [GuestID: HostObservation] { [:] }

        func readPhysicalHost() async -> PhysicalHostReading? {
            let count = reads.withLock { count in
                count += 1
                return count
            }
            return PhysicalHostReading(
                cpus: [.init(id: 3, times: CPUTimes(busy: count, idle: count))], readAt: .now)
        }
    }

    @Test("a machine of several sources is read once, and each update has what is new of it")
    func shared() async {
        let first = Machine("a", .local)
        let second = Machine("b", .local)
        let other = Machine("c", .source(.other("c")))
        let fleet = FleetMonitor(
            sources: [first, second, Machine("d", nil), other],
            pace: PollPace(host: .milliseconds(500)), readsPhysicalHosts: true)
        await fleet.start()
        var hosts: [HostID: PhysicalHost] = [:]
        #expect(
            await eventually {
                for host in await fleet.update().hosts { hosts[host.id] = host }
                return hosts.count == 2 && hosts.values.allSatisfy { $0.busyCPUs == 0.5 }
            })
        #expect(second.reads.withLock { $0 } == 0)
        await fleet.setPaused(true)
        _ = await fleet.update()
        #expect(await fleet.update().hosts.isEmpty)
        await fleet.stop()
    }

    @Test("the machines are not read where nothing shows them")
    func unasked() async {
        let machine = Machine("a", .local)
        let fleet = FleetMonitor(sources: [machine])
        await fleet.start()
        #expect(await fleet.settled().hosts.isEmpty)
        #expect(machine.reads.withLock { $0 } == 0)
        await fleet.stop()
    }

    @Test("a machine that was read just now is not read again")
    func justNow() async {
        let machine = Machine("a", .local)
        let fleet = FleetMonitor(sources: [machine], readsPhysicalHosts: true)
        let start = ContinuousClock.now
        await fleet.readHosts()
        await fleet.readHosts()
        // On a machine that stalls the second reading is not too soon.
        let isSoon = start.duration(to: .now) < .milliseconds(200)
        #expect(machine.reads.withLock { $0 } == 1 || !isSoon)
        try? await Task.sleep(for: .milliseconds(500))
        let before = machine.reads.withLock { $0 }
        await fleet.readHosts()
        #expect(machine.reads.withLock { $0 } == before + 1)
    }

    @Test("a reading too soon after the last one does not begin another interval")
    func tooSoon() {
        let start = ContinuousClock.now
        var track = PhysicalHostTrack(id: .local, source: Machine("a", .local))
        func read(_ milliseconds: Int, _ busy: UInt64) {
            track.record(
                PhysicalHostReading(
                    cpus: [.init(id: 0, times: CPUTimes(busy: busy, idle: 100))],
                    readAt: start + .milliseconds(milliseconds)))
        }
        read(0, 0)
        #expect(track.state?.busyCPUs == nil && track.state != nil)
        track.isChanged = false
        read(100, 5)
        #expect(!track.isChanged)
        read(1000, 10)
        #expect(track.isChanged && track.state?.busyCPUs == 1)
    }
}
