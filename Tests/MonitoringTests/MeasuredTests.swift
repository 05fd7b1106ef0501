import GuestVCPU
import Synchronization
import TestSupport
import Testing

@testable import Monitoring

@Suite("What is measured between two readings of the hosts")
struct MeasuredTests {
    /// Nothing is read but what is asked for.
    private static let once = PollPace(
        host: .seconds(900), shown: .seconds(900), hidden: .seconds(900), longest: .seconds(900))

    private func fleet(_ guests: [ScriptedGuest]) -> (FleetMonitor, BusyHost) {
        let host = BusyHost(guests)
        return (FleetMonitor(sources: [host], pace: Self.once), host)
    }

    @Test("use is known after two readings of the host, and of each guest one is enough")
    func load() async throws {
        let guest = ScriptedGuest("g")
        guest.state.withLock { $0.online = [0, 1] }
        let (fleet, host) = fleet([guest])
        await fleet.start()
        let before = await fleet.settled()
        #expect(before.guests.map { GuestLoad(of: $0).cores } == [nil])
        let reads = host.reads.withLock { $0 }
        let after = await fleet.measured(over: .milliseconds(600), findsContradictions: false)
        #expect(host.reads.withLock { $0 } == reads + 1)
        let cores = try #require(after.guests.first.map { GuestLoad(of: $0).cores } ?? nil)
        // All three threads run all the time.
        #expect((2.5...3).contains(cores), "\(cores)")
        #expect(guest.reads == 1)
        await fleet.stop()
    }

    @Test("a vCPU that runs is contradicted once its guest, read again, still calls it offline")
    func contradictions() async {
        let liar = ScriptedGuest("liar")
        let honest = ScriptedGuest("honest")
        let broken = ScriptedGuest("broken")
        liar.state.withLock { $0.online = [0, 1] }
        broken.state.withLock { $0.error = AgentError(.unresponsive) }
        let (fleet, _) = fleet([liar, honest, broken])
        await fleet.start()
        let snapshot = await fleet.measured(over: .milliseconds(500), findsContradictions: true)
        #expect(snapshot.guests.map(\.judgement.contradicted) == [[2], [], nil])
        #expect([liar, honest, broken].map(\.reads) == [2, 1, 1])
        await fleet.stop()
    }

    @Test("a guest that came online meanwhile is not contradicted")
    func changed() async {
        let guest = ScriptedGuest("g")
        guest.state.withLock { $0.online = [0, 1] }
        let (fleet, _) = fleet([guest])
        await fleet.start()
        _ = await fleet.settled()
        guest.state.withLock { $0.online = [0, 1, 2] }
        let snapshot = await fleet.measured(over: .milliseconds(500), findsContradictions: true)
        #expect(snapshot.guests.first?.judgement.contradicted?.isEmpty != false)
        #expect(guest.reads == 2)
        await fleet.stop()
    }
}

/// A source whose guests have three vCPUs, the threads of which run all the time.
private final class BusyHost: GuestSource {
    let id = SourceID.other("scripted")
    let reads = Mutex(0)
    private let guests: [ScriptedGuest]
    private let start = ContinuousClock.now

    init(_ guests: [ScriptedGuest]) {
        self.guests = guests
    }

    func listings() -> AsyncStream<SourceListing> {
        AsyncStream { continuation in
            continuation.yield(SourceListing(status: .ok, guests: guests.map(\.guest)))
        }
    }

    func readHost(timeout: Duration) async -> [GuestID: HostObservation] {
        reads.withLock { $0 += 1 }
        let now = ContinuousClock.now
        let time = UInt64(max(start.duration(to: now) / .nanoseconds(1), 0))
        let reading = HostReading(
            vcpus: (0..<3).map {
                HostVCPU(index: HostIndex($0), timeNanoseconds: time + 1, thread: 100 + $0)
            },
            current: 3, maximum: 3, readAt: now)
        return Dictionary(
            guests.map { ($0.id, HostObservation(state: .running, reading: reading)) },
            uniquingKeysWith: { first, _ in first })
    }
}
