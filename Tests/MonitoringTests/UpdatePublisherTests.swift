import GuestVCPU
import Synchronization
import TestSupport
import Testing

@testable import Monitoring

@Suite("The rate and the contents of updates")
struct UpdatePublisherTests {
    @Test("the first three come at once, and then at most ten a second")
    func pace() async throws {
        let clock = ContinuousClock()
        let publisher = UpdatePublisher(clock: clock)
        let seen = Mutex(0)
        let reader = Task { for await _ in publisher.changes { seen.withLock { $0 += 1 } } }
        let start = clock.now
        #expect(
            await eventually {
                publisher.publish()
                return seen.withLock { $0 } >= 8
            })
        // The limit is three, and one more for each tenth of a second, however slow the machine is.
        let most = 4 + Int(start.duration(to: clock.now) / .milliseconds(100))
        #expect(seen.withLock { $0 } <= most)
        publisher.finish()
        await reader.value
    }

    @Test("updates hold only what has changed, and together they are equal to a snapshot")
    func updates() async {
        let guests = (0..<40).map { ScriptedGuest("g\($0)") }
        let source = ScriptedSource(guests)
        let pace = PollPace(
            host: .seconds(900), shown: .seconds(900), hidden: .seconds(900),
            longest: .seconds(900))
        let fleet = FleetMonitor(sources: [source], pace: pace)
        await fleet.start()
        _ = await fleet.settled()
        var mirror = Mirror()
        mirror.apply(await fleet.update())
        #expect(mirror.guests == (await fleet.snapshot().guests))
        let nothing = await fleet.update()
        #expect(nothing.guests.isEmpty && nothing.order == nil && nothing.sources == nil)
        var random = SeededGenerator(seed: 7)
        var listed = guests
        for _ in 0..<60 {
            let guest = guests[Int.random(in: 0..<guests.count, using: &random)]
            switch Int.random(in: 0..<4, using: &random) {
            case 0:
                listed.shuffle(using: &random)
                listed = Array(listed.prefix(Int.random(in: 1...40, using: &random)))
                source.list(listed)
            case 1:
                listed = guests
                source.list(listed)
            case 2:
                guest.state.withLock { $0.error = $0.error == nil ? AgentError(.frozen) : nil }
                await fleet.refresh([guest.id])
            default: await fleet.refresh([guest.id])
            }
            let wanted = listed.map(\.id)
            #expect(
                await eventually { await fleet.settled().guests.map(\.id) == wanted })
            mirror.apply(await fleet.update())
        }
        await fleet.setQuiet(true)
        mirror.apply(await fleet.update())
        let snapshot = await fleet.snapshot()
        #expect(mirror.guests == snapshot.guests)
        #expect(mirror.sources == snapshot.sources)
        await fleet.setQuiet(false)
        // One guest was read, so the update holds one guest.
        if let guest = listed.first {
            await fleet.refresh([guest.id])
            await fleet.setQuiet(true)
            #expect(await fleet.update().guests.map(\.id) == [guest.id])
        }
        await fleet.stop()
    }
}

/// The fleet that successive updates make.
private struct Mirror {
    var sources: [SourceState] = []
    private var order: [GuestID] = []
    private var states: [GuestID: GuestState] = [:]

    var guests: [GuestState] { order.compactMap { states[$0] } }

    mutating func apply(_ update: FleetUpdate) {
        sources = update.sources ?? sources
        for state in update.guests { states[state.id] = state }
        guard let order = update.order else { return }
        self.order = order
        states = states.filter { order.contains($0.key) }
    }
}
