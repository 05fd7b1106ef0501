import GuestVCPU
import Synchronization
import TestSupport
import Testing

@testable import Monitoring

/// What the monitor does not do, so that the program sleeps.
@Suite(.timeLimit(.minutes(2))) struct WakeUpTests {
    @Test("an answer that changes nothing waits for the host; one that does is published at once")
    func unchanged() async throws {
        let guest = ScriptedGuest("g")
        let source = ScriptedSource([guest])
        let pace = PollPace(host: .seconds(2), shown: .milliseconds(80), hidden: .milliseconds(80))
        let fleet = FleetMonitor(sources: [source], pace: pace)
        let counter = Counter()
        let reader = Task {
            for await _ in fleet.changes {
                _ = await fleet.update()
                counter.value.withLock { $0 += 1 }
            }
        }
        await fleet.start()
        _ = await fleet.settled()
        await fleet.show([guest.id])
        let before = (reads: guest.reads, updates: counter.count, hosts: source.reads)
        try #require(await eventually { guest.reads > before.reads + 15 })
        let hosts = source.reads - before.hosts
        // Each reading of the host makes one, and so may what was under way.
        #expect(counter.count - before.updates <= hosts + 3)

        let updates = counter.count
        guest.state.withLock { $0.online = [0] }
        try #require(await eventually { counter.count > updates })
        #expect(
            await eventually { await fleet.snapshot().guests.first?.reading?.vcpus.online == [0] })
        await fleet.stop()
        await reader.value
    }

    @Test("a guest that is due soon after the host is read together with it")
    func joined() async throws {
        let guest = ScriptedGuest("g")
        let source = TimedSource(guest)
        let pace = PollPace(
            host: .milliseconds(200), shown: .milliseconds(260), hidden: .milliseconds(260))
        let fleet = FleetMonitor(sources: [source], pace: pace)
        await fleet.start()
        await fleet.show([guest.id])
        // By chance two meet now and then, but not time after time.
        try #require(await eventually { source.areTogether })
        await fleet.stop()
    }
}

/// A count that a task changes.
private final class Counter: Sendable {
    let value = Mutex(0)
    var count: Int { value.withLock { $0 } }
}

extension ScriptedSource {
    fileprivate var reads: Int { hostReads.withLock { $0 } }
}

/// A source of one guest that notes when guest and host are read.
private final class TimedSource: GuestSource, GuestReader {
    let id = SourceID.other("timed")
    private let guest: ScriptedGuest
    private let guestReads = Mutex<[ContinuousClock.Instant]>([])
    private let hostReads = Mutex<[ContinuousClock.Instant]>([])

    init(_ guest: ScriptedGuest) { self.guest = guest }

    /// Whether each of the last readings of the guest was made together with one of the host.
    var areTogether: Bool {
        let last = guestReads.withLock { $0.suffix(8) }
        let hosts = hostReads.withLock { $0.suffix(30) }
        return last.count == 8
            && last.allSatisfy { read in
                hosts.contains { max($0, read) - min($0, read) < .milliseconds(15) }
            }
    }

    func listings() -> AsyncStream<SourceListing> {
        AsyncStream {
            let guest = Guest(id: guest.id, reader: self, writer: nil)
            $0.yield(SourceListing(status: .ok, guests: [guest]))
            $0.finish()
        }
    }

    func read(timeout: Duration) async throws(AgentError) -> AgentReading {
        guestReads.withLock { $0.append(.now) }
        return try await guest.read(timeout: timeout)
    }

    func readHost(timeout: Duration) async -> [GuestID: HostObservation] {
        hostReads.withLock { $0.append(.now) }
        return [:]
    }
}
