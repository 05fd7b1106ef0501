import GuestVCPU
import Synchronization
import TestSupport
import Testing

@testable import Monitoring

@Suite("The state as it is known at an instant")
struct RefreshedTests {
    /// Nothing is read but what is asked for.
    private static let once = PollPace(
        timeout: .seconds(900), host: .seconds(900), shown: .seconds(900), hidden: .seconds(900),
        longest: .seconds(900))

    @Test("a guest that has never answered is not waited for, and a new one is in the list")
    func pending() async {
        let live = ScriptedGuest("live")
        let silent = ScriptedGuest("silent")
        silent.gate.shut()
        let source = ScriptedSource([live])
        let fleet = FleetMonitor(sources: [source], pace: Self.once)
        await fleet.start()
        #expect(await fleet.settled().guests.map(\.agent) == [.ok])
        source.list([live, silent])
        #expect(await eventually { silent.reads == 1 })
        let snapshot = await fleet.refreshed(within: .seconds(900))
        #expect(snapshot.guests.map(\.agent) == [.ok, .pending])
        silent.gate.open()
        #expect(
            await eventually {
                await fleet.refreshed(within: .seconds(900)).guests.map(\.agent) == [.ok, .ok]
            })
        #expect([live, silent].map(\.reads) == [1, 1])
        await fleet.stop()
    }

    @Test("a guest that hangs shows what it said last")
    func hanging() async {
        let guest = ScriptedGuest("g")
        let fleet = FleetMonitor(sources: [ScriptedSource([guest])], pace: Self.once)
        await fleet.start()
        let first = await fleet.settled().guests.first?.vcpus
        guest.gate.shut()
        await fleet.refresh([guest.id])
        #expect(await eventually { guest.reads == 2 })
        let state = await fleet.refreshed(within: .seconds(900)).guests.first
        #expect(state?.agent == .ok)
        #expect(state?.vcpus != nil && state?.vcpus == first)
        guest.gate.open()
        await fleet.stop()
    }

    @Test("each host is read each time, and one that hangs delays it by the limit at most, once")
    func hosts() async {
        let (live, hung) = (GatedHost("live"), GatedHost("hung"))
        let fleet = FleetMonitor(sources: [live, hung], pace: Self.once)
        await fleet.start()
        _ = await fleet.settled()
        let before = (live.reads, hung.reads)
        hung.gate.shut()
        _ = await fleet.refreshed(within: .milliseconds(100))
        // The limit is short for a busy machine.
        #expect(
            await eventually {
                await fleet.snapshot().guests.map(\.host?.reading.maximum)
                    == [before.0 + 1, before.1]
            })
        // The other one's reading still runs, so that it is neither asked again nor waited for.
        for turn in 2...4 {
            let snapshot = await fleet.refreshed(within: .seconds(900))
            #expect(snapshot.guests.map(\.host?.reading.maximum) == [before.0 + turn, before.1])
        }
        // What it says in the end counts.
        hung.gate.open()
        #expect(
            await eventually {
                await fleet.refreshed(within: .seconds(900))
                    .guests.last?.host?.reading.maximum == hung.reads
            })
        #expect(hung.reads > before.1)
        await fleet.stop()
    }
}

/// A host with one guest, of which it says how often it was asked.
private final class GatedHost: GuestSource {
    let id: SourceID
    let gate = Gate()
    private let guest: ScriptedGuest
    private let asked = Mutex(0)

    init(_ name: String) {
        id = .other(name)
        guest = ScriptedGuest(name)
    }

    var reads: Int { asked.withLock { $0 } }

    func listings() -> AsyncStream<SourceListing> {
        AsyncStream { $0.yield(SourceListing(status: .ok, guests: [guest.guest])) }
    }

    func readHost(timeout: Duration) async -> [GuestID: HostObservation] {
        let reads = asked.withLock { count in
            count += 1
            return count
        }
        await gate.pass()
        let reading = HostReading(vcpus: [], current: 3, maximum: reads, readAt: .now)
        return [guest.id: HostObservation(state: .running, reading: reading)]
    }
}
