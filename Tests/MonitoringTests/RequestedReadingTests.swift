import GuestVCPU
import Synchronization
import TestSupport
import Testing

@testable import Monitoring

@Suite("Readings that the user's actions require")
struct RequestedReadingTests {
    /// No guest becomes due a second time while a test runs.
    private static let once = PollPace(
        timeout: .seconds(60), host: .seconds(900), shown: .seconds(900), hidden: .seconds(900),
        longest: .seconds(900))

    /// A monitor that is paused after it has read every guest once.
    private func paused(_ guests: [ScriptedGuest]) async -> FleetMonitor {
        let fleet = FleetMonitor(sources: [ScriptedSource(guests)], pace: Self.once)
        await fleet.start()
        _ = await fleet.settled()
        await fleet.setPaused(true)
        return fleet
    }

    private func running(_ guests: [ScriptedGuest]) -> Int {
        guests.reduce(0) { sum, guest in sum + guest.state.withLock { $0.readsUnderWay } }
    }

    @Test("a refresh of many guests keeps to the limit of concurrent readings, also while paused")
    func bounded() async {
        let guests = (0..<600).map { ScriptedGuest("g\($0)") }
        let fleet = await paused(guests)
        for guest in guests { guest.gate.shut() }
        await fleet.refresh(guests.map(\.id))
        #expect(await eventually { running(guests) == 256 })
        // A reading beyond the limit would begin at once.
        try? await Task.sleep(for: .milliseconds(100))
        #expect(running(guests) == 256)
        #expect(await fleet.readsUnderWay == 256)
        for guest in guests { guest.gate.open() }
        #expect(await eventually { guests.allSatisfy { $0.reads == 2 } })
        #expect(guests.allSatisfy { guest in guest.state.withLock { $0.bootReads } == 1 })
        await fleet.stop()
    }

    @Test("a refreshed guest is read before the guests that were never read")
    func first() async {
        let guests = (0..<600).map { ScriptedGuest("g\($0)") }
        for guest in guests { guest.gate.shut() }
        let fleet = FleetMonitor(sources: [ScriptedSource(guests)], pace: Self.once)
        await fleet.start()
        #expect(await eventually { running(guests) == 256 })
        await fleet.refresh([guests[599].id])
        guests[0].gate.open()
        #expect(await eventually { guests[599].reads == 1 })
        #expect(guests.filter { $0.reads > 0 }.count == 257)
        for guest in guests { guest.gate.open() }
        await fleet.stop()
    }

    @Test("a refresh while the program is stopped is carried out after that, also while paused")
    func whileStopped() async {
        let guest = ScriptedGuest("g")
        let fleet = await paused([guest])
        await fleet.setQuiet(true)
        await fleet.refresh([guest.id])
        #expect(guest.reads == 1)
        await fleet.setQuiet(false)
        #expect(await eventually { guest.reads == 2 })
        #expect(guest.state.withLock { $0.bootReads } == 1)
        await fleet.stop()
    }

    @Test("a refresh that a stop of the program cancels is repeated, also while paused")
    func cancelled() async {
        let guest = ScriptedGuest("g")
        let fleet = await paused([guest])
        guest.gate.shut()
        await fleet.refresh([guest.id])
        #expect(await eventually { guest.gate.isHolding })
        // The scripted reading ignores its cancellation until the gate opens.
        await fleet.setQuiet(true)
        guest.gate.open()
        #expect(await eventually { await fleet.readsUnderWay == 0 })
        #expect(guest.reads == 2)
        await fleet.setQuiet(false)
        #expect(await eventually { guest.reads == 3 })
        #expect(guest.state.withLock { $0.bootReads } == 2)
        await fleet.stop()
    }
}
