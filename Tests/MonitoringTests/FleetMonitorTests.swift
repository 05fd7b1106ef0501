import GuestVCPU
import Synchronization
import TestSupport
import Testing

@testable import Monitoring

@Suite("The monitor of the fleet")
struct FleetTests {
    private static let fast = PollPace(
        timeout: .seconds(5), host: .milliseconds(10), shown: .milliseconds(5),
        hidden: .milliseconds(10), longest: .milliseconds(40))
    /// No guest becomes due a second time while a test runs.
    private static let once = PollPace(
        host: .seconds(900), shown: .seconds(900), hidden: .seconds(900), longest: .seconds(900))

    private func fleet(_ guests: [ScriptedGuest], _ pace: PollPace) -> (
        FleetMonitor, ScriptedSource
    ) {
        let source = ScriptedSource(guests)
        return (FleetMonitor(sources: [source], pace: pace), source)
    }

    @Test("every guest is read once, in the order of the source")
    func settled() async {
        let guests = (0..<300).map { ScriptedGuest("g\($0)") }
        guests[7].state.withLock { $0.error = AgentError(.frozen) }
        let (fleet, source) = fleet(guests, Self.once)
        await fleet.start()
        let snapshot = await fleet.settled()
        // A host that has reported nothing is read once more.
        #expect(source.hostReads.withLock { $0 } == 2)
        #expect(snapshot.guests.map(\.id) == guests.map(\.id))
        #expect(snapshot.guests[7].agent == .failed(AgentError(.frozen)))
        #expect(snapshot.guests.filter { $0.agent == .ok }.count == 299)
        #expect(snapshot.sources == [SourceState(id: .other("scripted"), status: .ok)])
        #expect(guests.allSatisfy { $0.reads == 1 })
        await fleet.stop()
    }

    @Test("a read-only guest becomes writable when its source lists it so, and read-only again")
    func writability() async {
        let guest = ScriptedGuest("g")
        let source = ScriptedSource([])
        let fleet = FleetMonitor(sources: [source], pace: Self.once)
        await fleet.start()
        for isWritable in [false, true, false] {
            if isWritable { source.list([guest]) } else { source.listReadOnly([guest]) }
            #expect(
                await eventually { await fleet.settled().guests.first?.isWritable == isWritable })
        }
        await fleet.stop()
    }

    @Test("a guest that hangs delays only itself, and is never read twice at once")
    func hanging() async {
        let hung = ScriptedGuest("hung")
        let live = ScriptedGuest("live")
        hung.gate.shut()
        let (fleet, _) = fleet([hung, live], Self.fast)
        await fleet.start()
        #expect(await eventually { live.reads > 20 })
        #expect(hung.reads == 1)
        hung.gate.open()
        #expect(await eventually { hung.reads > 3 })
        #expect(hung.state.withLock { $0.mostReadsUnderWay } == 1)
        await fleet.stop()
    }

    @Test("the number of concurrent readings is limited, and every guest gets its turn")
    func bounded() async {
        let gates = (0..<400).map { ScriptedGuest("g\($0)") }
        for guest in gates { guest.gate.shut() }
        let (fleet, _) = fleet(gates, Self.once)
        await fleet.start()
        #expect(await eventually { gates.filter { $0.reads == 1 }.count == 256 })
        for guest in gates { guest.gate.open() }
        #expect(await eventually { gates.allSatisfy { $0.reads == 1 } })
        await fleet.stop()
    }

    @Test("a change waits for a running reading, and no reading runs beside it")
    func commit() async throws {
        let guest = ScriptedGuest("g")
        let (fleet, _) = fleet([guest], Self.fast)
        await fleet.start()
        _ = await fleet.settled()
        guest.gate.shut()
        #expect(await eventually { guest.gate.isHolding })
        let request = try ChangeRequest([2], online: false)
        async let result = fleet.commit(
            request, to: guest.id, reviewed: nil, policy: .rollBack,
            follow: { step in
                // The transaction reads the same guest, so its gate must be open.
                if case .reading = step { guest.gate.open() }
            })
        try await Task.sleep(for: .milliseconds(30))
        #expect(!guest.state.withLock { $0.isChannelOpen })
        guest.gate.open()
        #expect(await result?.outcome == .committed)
        #expect(!guest.state.withLock { $0.hasOverlap })
        #expect(guest.state.withLock { $0.sets } == [[VCPUChange(id: 2, online: false)]])
        #expect(await fleet.settled().guests.first?.vcpus?.online == [0, 1])
        await fleet.stop()
    }

    @Test("a guest that leaves and returns during its change is not read beside the change")
    func relisted() async throws {
        let guest = ScriptedGuest("g")
        let (fleet, source) = fleet([guest], Self.once)
        await fleet.start()
        _ = await fleet.settled()
        let request = try ChangeRequest([2], online: false)
        for hasLeft in [true, false] {
            guest.gate.shut()
            guest.state.withLock { $0.mostReadsUnderWay = 0 }
            async let result = fleet.commit(
                request, to: guest.id, reviewed: nil, policy: .rollBack)
            #expect(await eventually { guest.gate.isHolding })
            if hasLeft {
                for guests in [[], [guest]] {
                    source.list(guests)
                    #expect(await eventually { await fleet.count == guests.count })
                }
            }
            await fleet.refresh([guest.id])
            guest.gate.open()
            #expect(await result?.outcome == (hasLeft ? .committed : .unchanged))
            #expect(guest.state.withLock { $0.mostReadsUnderWay } == 1)
            _ = await fleet.settled()
        }
        await fleet.stop()
    }

    @Test("an answer for a guest that has left does not count for a new guest of its name")
    func lateAnswer() async throws {
        let (old, new) = (ScriptedGuest("g"), ScriptedGuest("g"))
        old.gate.shut()
        new.gate.shut()
        new.state.withLock { $0.online = [0] }
        let (fleet, source) = fleet([old], Self.once)
        await fleet.start()
        #expect(await eventually { old.gate.isHolding })
        for guests in [[], [new]] {
            source.list(guests)
            #expect(await eventually { await fleet.count == guests.count })
        }
        #expect(await eventually { new.gate.isHolding })
        old.gate.open()
        try await Task.sleep(for: .milliseconds(50))
        #expect(await fleet.snapshot().guests.first?.agent == .pending)
        new.gate.open()
        #expect(await fleet.settled().guests.first?.vcpus?.online == [0])
        await fleet.stop()
    }

    @Test("a guest that needs a refresh while it is read is read again")
    func needingRefresh() async {
        let guest = ScriptedGuest("g")
        guest.gate.shut()
        let (fleet, source) = fleet([guest], Self.once)
        await fleet.start()
        #expect(await eventually { guest.gate.isHolding })
        source.list([guest], status: .failed("needingRefresh"), needingRefresh: [guest.id])
        #expect(await eventually { await fleet.hasFailed })
        guest.gate.open()
        #expect(await eventually { guest.reads == 2 })
        await fleet.stop()
    }

    @Test("a guest that the user refreshes while it is read is read again with its boot")
    func refreshedDuringReading() async {
        let guest = ScriptedGuest("g")
        guest.gate.shut()
        let (fleet, _) = fleet([guest], Self.once)
        await fleet.start()
        #expect(await eventually { guest.gate.isHolding })
        await fleet.setPaused(true)
        await fleet.refresh([guest.id])
        #expect(guest.state.withLock { $0.bootReads } == 0)
        guest.gate.open()
        #expect(await eventually { guest.state.withLock { $0.bootReads } == 1 })
        _ = await fleet.settled()
        #expect(guest.reads == 2)
        await fleet.stop()
    }

    @Test("a guest that two sources list and both take back is counted once")
    func listedTwice() async {
        let (guest, other) = (ScriptedGuest("g"), ScriptedGuest("other"))
        guest.gate.shut()
        let sources = [ScriptedSource([guest, other]), ScriptedSource([guest])]
        let fleet = FleetMonitor(sources: sources, pace: Self.once)
        await fleet.start()
        #expect(await eventually { await fleet.count == 3 })
        sources[0].list([other])
        #expect(await eventually { await fleet.count == 2 })
        sources[1].list([])
        #expect(await eventually { await fleet.count == 1 })
        #expect(await eventually { other.reads == 1 })
        #expect(await eventually { await fleet.pendingCount == 0 })
        guest.gate.open()
        await fleet.stop()
    }

    @Test("guests that come on the screen and leave it again and again do not fill the queues")
    func shownAgainAndAgain() async {
        let guests = (0..<20).map { ScriptedGuest("g\($0)") }
        let (fleet, _) = fleet(guests, Self.once)
        await fleet.start()
        _ = await fleet.settled()
        await fleet.setPaused(true)
        for _ in 0..<500 {
            await fleet.show(Set(guests.map(\.id)))
            await fleet.show([])
        }
        #expect(await fleet.queueCount < 1_000)
        let reads = guests.map(\.reads)
        await fleet.refresh(guests.map(\.id))
        #expect(await eventually { zip(guests, reads).allSatisfy { $0.reads == $1 + 1 } })
        await fleet.stop()
    }

    @Test("a read-only guest is not changed")
    func readOnly() async throws {
        let guest = ScriptedGuest("g")
        let (stream, continuation) = AsyncStream<SourceListing>.makeStream()
        continuation.yield(
            SourceListing(
                status: .ok, guests: [Guest(id: guest.id, reader: guest, writer: nil)]))
        struct Source: GuestSource {
            let id = SourceID.other("read-only")
            let stream: AsyncStream<SourceListing>
            func listings() -> AsyncStream<SourceListing> { stream }
            func readHost(timeout: Duration) async -> [GuestID: HostObservation] { [:] }
        }
        let fleet = FleetMonitor(sources: [Source(stream: stream)], pace: Self.once)
        await fleet.start()
        #expect(await fleet.settled().guests.first?.isWritable == false)
        let request = try ChangeRequest(2, online: false)
        let result = await fleet.commit(
            request, to: guest.id, reviewed: nil, policy: .rollBack)
        #expect(result == nil && guest.state.withLock { $0.sets.isEmpty })
        await fleet.stop()
    }

    @Test("while paused, only the guests that the user refreshes are read")
    func paused() async throws {
        let guest = ScriptedGuest("g")
        let (fleet, source) = fleet([guest], Self.fast)
        await fleet.start()
        _ = await fleet.settled()
        await fleet.setPaused(true)
        // Readings that ran when the monitor was paused may still end.
        #expect(
            await eventually {
                let (reads, hosts) = (guest.reads, source.hostReads.withLock { $0 })
                try? await Task.sleep(for: .milliseconds(200))
                return guest.reads == reads && source.hostReads.withLock { $0 } == hosts
            })
        let reads = guest.reads
        await fleet.refresh([guest.id])
        #expect(await eventually { guest.reads == reads + 1 })
        await fleet.setPaused(false)
        #expect(await eventually { guest.reads > reads + 3 })
        await fleet.stop()
    }

    @Test("guests come and go with the source's list, and a failed reading keeps the last good one")
    func listings() async {
        let (one, two) = (ScriptedGuest("one"), ScriptedGuest("two"))
        let (fleet, source) = fleet([one], Self.fast)
        await fleet.start()
        #expect(await fleet.settled().guests.map(\.id.name) == ["one"])
        source.list([two, one, two])
        #expect(await eventually { two.reads > 0 })
        #expect(await fleet.settled().guests.map(\.id.name) == ["two", "one"])
        two.state.withLock { $0.error = AgentError(.unresponsive) }
        #expect(
            await eventually {
                await fleet.settled().guests.first?.agent == .failed(AgentError(.unresponsive))
            })
        #expect(await fleet.settled().guests.first?.vcpus?.online == [0, 1, 2])
        source.list([one], status: .failed("gone"))
        #expect(await eventually { await fleet.settled().guests.count == 1 })
        #expect(await fleet.settled().sources.first?.status == .failed("gone"))
        await fleet.stop()
    }

    @Test("changes are published, and their sequence ends with the monitor")
    func changes() async {
        let guest = ScriptedGuest("g")
        let (fleet, _) = fleet([guest], Self.fast)
        await fleet.start()
        var last: GuestState?
        var count = 0
        for await _ in fleet.changes {
            last = await fleet.update().guests.first ?? last
            count += 1
            if count > 5 { await fleet.stop() }
        }
        #expect(count > 5 && last?.agent == .ok)
    }

    @Test("a guest that comes on the screen is read before the guests off the screen")
    func shownFirst() async {
        let guests = (0..<600).map { ScriptedGuest("g\($0)") }
        for guest in guests { guest.gate.shut() }
        let (fleet, _) = fleet(guests, Self.once)
        await fleet.show(Set(guests.suffix(20).map(\.id)))
        await fleet.start()
        #expect(await eventually { guests.filter { $0.reads == 1 }.count == 256 })
        #expect(guests.suffix(20).allSatisfy { $0.reads == 1 })
        // The guests that came on the screen while there was no room are next.
        let next = guests[500..<520]
        await fleet.show(Set(next.map(\.id)))
        #expect(next.allSatisfy { $0.reads == 0 })
        for guest in guests.suffix(20) { guest.gate.open() }
        #expect(await eventually { next.allSatisfy { $0.reads == 1 } })
        #expect(guests.filter { $0.reads > 0 }.count == 276)
        for guest in guests { guest.gate.open() }
        #expect(await eventually { guests.allSatisfy { $0.reads == 1 } })
        await fleet.stop()
    }
}

extension FleetMonitor {
    /// The number of guests now.
    fileprivate var count: Int { snapshot().guests.count }

    /// The number of entries in the queues.
    fileprivate var queueCount: Int {
        shownQueue.count + hiddenQueue.count + failingQueue.count
    }

    /// Whether the first source has failed.
    fileprivate var hasFailed: Bool {
        if case .failed = snapshot().sources.first?.status { true } else { false }
    }
}
