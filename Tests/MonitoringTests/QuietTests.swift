import GuestVCPU
import Synchronization
import TestSupport
import Testing

@testable import Monitoring

@Suite("The monitor while the program is stopped")
struct QuietTests {
    private static let fast = PollPace(
        timeout: .seconds(60), host: .milliseconds(10), shown: .milliseconds(5),
        hidden: .milliseconds(10), longest: .milliseconds(40))

    @Test("no exchange begins, and all resume after it")
    func quiet() async throws {
        let guest = ScriptedGuest("g")
        let source = ScriptedSource([guest])
        let fleet = FleetMonitor(sources: [source], pace: Self.fast)
        await fleet.start()
        #expect(await eventually { guest.reads > 3 })
        await fleet.setQuiet(true)
        let (reads, hostReads) = (guest.reads, source.hostReads.withLock { $0 })
        await fleet.refresh([guest.id])
        try await Task.sleep(for: .milliseconds(100))
        #expect(guest.reads == reads)
        #expect(source.hostReads.withLock { $0 } == hostReads)
        await fleet.setQuiet(false)
        #expect(await eventually { guest.reads > reads + 3 })
        #expect(await eventually { source.hostReads.withLock { $0 } > hostReads })
        await fleet.stop()
    }

    @Test("a reading that hangs is cancelled, leaves the guest's status, and is repeated")
    func cancelled() async {
        let guest = GuestThatHangs()
        let fleet = FleetMonitor(sources: [ScriptedSource(listing: guest.guest)], pace: Self.fast)
        await fleet.start()
        #expect(await eventually { guest.reads == 2 })
        await fleet.setQuiet(true)
        #expect(guest.cancellations == 1)
        let snapshot = await fleet.snapshot()
        #expect(snapshot.guests.first?.agent == .ok)
        await fleet.setQuiet(false)
        #expect(await eventually { guest.reads == 3 })
        await fleet.stop()
    }

    @Test("a guest whose change ends meanwhile is read after it")
    func changed() async throws {
        let guest = ScriptedGuest("g")
        let fleet = FleetMonitor(sources: [ScriptedSource([guest])], pace: Self.fast)
        await fleet.start()
        _ = await fleet.settled()
        let request = try ChangeRequest([2], online: false)
        let result = await fleet.commit(
            request, to: guest.id, reviewed: nil, policy: .rollBack,
            follow: { _ in
                // The guest becomes due during its change, and so leaves its queue.
                try? await Task.sleep(for: .milliseconds(100))
                await fleet.setQuiet(true)
            })
        #expect(result?.outcome == .committed)
        let reads = guest.reads
        await fleet.setQuiet(false)
        #expect(await eventually { guest.reads > reads + 1 })
        await fleet.stop()
    }

    @Test("a call that cannot be cancelled delays the stop only for a limited time")
    func uncancellable() async {
        let guest = ScriptedGuest("g")
        guest.gate.shut()
        let fleet = FleetMonitor(sources: [ScriptedSource([guest])], pace: Self.fast)
        await fleet.start()
        #expect(await eventually { guest.gate.isHolding })
        let start = ContinuousClock.now
        await fleet.setQuiet(true)
        #expect(start.duration(to: .now) < .seconds(20))
        guest.gate.open()
        await fleet.stop()
    }
}

/// A guest that answers its first reading, and hangs in all others until they are cancelled.
private final class GuestThatHangs: GuestReader {
    private let state = Mutex((reads: 0, cancellations: 0))

    var reads: Int { state.withLock { $0.reads } }
    var cancellations: Int { state.withLock { $0.cancellations } }
    var guest: Guest {
        Guest(id: GuestID(source: .other("scripted"), name: "g"), reader: self, writer: nil)
    }

    func read(timeout: Duration) async throws(AgentError) -> AgentReading {
        let isFirst = state.withLock { state in
            state.reads += 1
            return state.reads == 1
        }
        if !isFirst {
            try? await Task.sleep(for: timeout)
            if Task.isCancelled { state.withLock { $0.cancellations += 1 } }
            throw AgentError(.disconnected)
        }
        return AgentReading(
            vcpus: GuestVCPUs(vcpus: [0, 1], online: [0], offlinable: [1], readAt: .now),
            version: "1", setSupport: .available)
    }
}

extension ScriptedSource {
    /// A source of one guest.
    fileprivate convenience init(listing guest: Guest) {
        self.init([])
        list(guest)
    }
}
