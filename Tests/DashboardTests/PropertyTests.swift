import CanvasKit
import GuestVCPU
import TestSupport
import Testing

@testable import Dashboard

@Suite("whatever is pressed and whatever happens, the dashboard stays valid")
struct PropertyTests {
    @Test("over many random keys and events", arguments: 0..<8)
    func randomEvents(seed: Int) {
        var world = RandomWorld(seed: UInt64(seed))
        var sent = 0
        var marked = 0
        for step in 0..<12_500 {
            let event = world.nextEvent()
            let before = world.model
            let effects = world.update(event)
            Invariants.check(world.model, effects, before: before, event: event)
            if step % 31 == 0 { Invariants.check(world.render()) }
            sent += world.take(effects)
            marked += world.model.shared.marks.count
        }
        // Random keys that never get to a sending would prove nothing.
        #expect(sent > 5, "seed \(seed)")
        #expect(marked > 100, "seed \(seed)")
    }

    @Test("every key of the table in every context, where it works and where it does not")
    func everyKey() {
        let keys = Set(KeyTable.bindings.flatMap(\.keys)).union(
            [.control("x"), .character("é"), .character("\u{1B}"), .character("👨‍👩‍👧")])
        var seen: Set<Context> = []
        for preparation in Self.waysToContexts {
            for (columns, rows) in [(80, 24), (39, 7)] {
                var driver = Driver(columns: 80, rows: 24, fleet: .hosted)
                for (name, id) in [("web-03", 7), ("db-01", 61)] {
                    driver.go(to: name, id)
                    driver.press(" ")
                }
                driver.press(preparation)
                _ = driver.update(.resized(Size(columns: columns, rows: rows)))
                seen.insert(driver.model.context)
                for key in keys {
                    var model = driver.model
                    for second in [key, .down, .escape] {
                        let before = model
                        let effects = model.update(.key(second), at: driver.now)
                        Invariants.check(model, effects, before: before, event: .key(second))
                    }
                    Invariants.check(model.render(at: driver.now))
                }
            }
        }
        #expect(seen == Set(Context.allCases))
    }

    /// Keys that lead to each context, from the list with two guests marked.
    private static let waysToContexts = [
        "", "t", "v", "i", "<ret>", "<ret><tab>", "c", "cy", "cyc", "?", "?/ma", "L", "q", "/we",
        "fvc",
        "=1", ":3", "c?", "cL/x", "<ret>v", "Us", "Us?", "C", "C<down>", "<ret>Us", "H", "Hs",
        "H/app", "<ret>H<ret>", "D", "Dr",
    ]

    @Test("nothing is marked and nothing sent in a read-only dashboard")
    func readOnly() {
        var world = RandomWorld(seed: 77, isReadOnly: true)
        for _ in 0..<3000 {
            let event = world.nextEvent()
            let before = world.model
            let effects = world.update(event)
            Invariants.check(world.model, effects, before: before, event: event)
            #expect(world.take(effects) == 0)
        }
    }
}

/// A fleet that changes by itself, transactions that end in every way, and a user who presses
/// keys at random.
struct RandomWorld {
    var model: Model
    private var random: SeededGenerator
    private var monitor = SampleMonitor()
    private var guests: [GuestState] = []
    private var away: [GuestState] = []
    private var underWay: [(guest: GuestID, request: ChangeRequest, before: GuestVCPUs)] = []
    private var now = SampleFleet.start

    private static let keys: [Key] =
        [.up, .down, .left, .right, .pageUp, .pageDown, .home, .end]
        + [.enter, .escape, .tab, .backspace, .control("l")]
        + " +-v=uUzZcyp[]?LsSCbtMn/rmaf!*:>,^0123456789hjklHD()".map(Key.character)
    /// Keys that lead somewhere, pressed more often.
    private static let likely: [Key] = [
        .right, .down, .character(" "), .character("+"), .character("-"), .character("c"),
        .character("y"), .escape, .escape,
    ]

    init(seed: UInt64, isReadOnly: Bool = false) {
        random = SeededGenerator(seed: seed)
        let glyphs: GlyphSet = seed.isMultiple(of: 2) ? .ascii : .unicode
        model = Model(
            options: Options(isReadOnly: isReadOnly, glyphs: glyphs),
            size: Size(columns: 80, rows: 24))
        for number in 0..<9 { guests.append(makeGuest(number)) }
    }

    /// The moment of the next event.
    private var moment: Moment { Moment(now, clock: "12:00:00") }

    mutating func update(_ event: Event) -> [Effect] { model.update(event, at: moment) }

    func render() -> Canvas { model.render(at: moment) }

    mutating func nextEvent() -> Event {
        now += .milliseconds(Int64.random(in: 1...800, using: &random))
        switch Int.random(in: 0..<20, using: &random) {
        case 0, 1: return .fleet(FleetUpdate(monitor.judge(nextSnapshot())))
        case 2 where !underWay.isEmpty:
            let guest = underWay[Int.random(in: 0..<underWay.count, using: &random)].guest
            return .step(
                guest,
                [.reading, .sending([]), .rereading].randomElement(using: &random) ?? .reading)
        case 3 where !underWay.isEmpty: return nextResult()
        case 4 where Int.random(in: 0..<4, using: &random) == 0: return .resized(nextSize())
        case 5 where Bool.random(using: &random):
            let place = Position(
                column: Int.random(in: 0..<170, using: &random),
                row: Int.random(in: 0..<55, using: &random))
            let actions: [MouseAction] = [.press, .press, .wheelUp, .wheelDown]
            return .mouse(actions.randomElement(using: &random) ?? .press, place)
        case 5: return .tick
        case 6...12: return .key(Self.likely.randomElement(using: &random) ?? .down)
        default: return .key(Self.keys.randomElement(using: &random) ?? .up)
        }
    }

    /// Does what a program would.
    ///
    /// - Returns: How many changes were sent.
    mutating func take(_ effects: [Effect]) -> Int {
        var sent = 0
        for effect in effects {
            if case .commit(let order) = effect {
                underWay.append((order.guest, order.request, order.reviewed))
                sent += 1
            }
        }
        return sent
    }

    private mutating func nextSize() -> Size {
        let sizes = [(80, 24), (160, 50), (40, 10), (40, 8), (39, 7), (100, 12), (1, 1), (0, 0)]
        let (columns, rows) = sizes.randomElement(using: &random) ?? (80, 24)
        return Size(columns: columns, rows: rows)
    }

    private mutating func nextSnapshot() -> FleetSnapshot {
        switch Int.random(in: 0..<6, using: &random) {
        case 0 where guests.count > 1:
            away.append(guests.remove(at: Int.random(in: 0..<guests.count, using: &random)))
        case 1, 2:
            if let back = away.popLast() { guests.append(back) }
        case 3:
            let position = Int.random(in: 0..<max(guests.count, 1), using: &random)
            if guests.indices.contains(position),
                let number = guests[position].id.name.split(separator: "-").last.flatMap({ Int($0) }
                )
            {
                guests[position] = makeGuest(number)
            }
        default: break
        }
        guests = guests.map { aged($0) }
        let cpus = [4, 96].randomElement(using: &random) ?? 4
        return FleetSnapshot(
            takenAt: now, sources: nextSources(), guests: guests,
            hosts: [SampleFleet.physicalHost(cpus: cpus, at: now)])
    }

    private mutating func nextSources() -> [SourceState] {
        let status: SourceStatus =
            Int.random(in: 0..<8, using: &random) == 0 ? .failed("no route to host") : .ok
        return [
            SourceState(id: SampleFleet.source, status: status),
            SourceState(id: .libvirt(uri: "qemu:///session"), status: .failed("refused")),
        ]
    }

    /// The guest, read now, by its agent and by the host; at times the host does not see it, or
    /// the machine has restarted.
    private mutating func aged(_ guest: GuestState) -> GuestState {
        var host = guest.host
        switch Int.random(in: 0..<40, using: &random) {
        case 0: host = nil
        case 1: host = host.map { later($0, beginsAnew: true) }
        default: host = host.map { later($0) }
        }
        var reading = guest.reading
        if let old = reading, guest.agent == .ok {
            reading = AgentReading(
                vcpus: GuestVCPUs(
                    vcpus: old.vcpus.vcpus, online: old.vcpus.online,
                    offlinable: old.vcpus.offlinable, readAt: now), version: nil,
                setSupport: old.setSupport)
        }
        return GuestState(
            id: guest.id, runState: guest.runState, agent: guest.agent, reading: reading,
            host: host, isWritable: guest.isWritable, hostID: .local)
    }

    private mutating func later(_ host: HostState, beginsAnew: Bool = false) -> HostState {
        let old = host.reading
        let vcpus = old.vcpus.map { vcpu in
            HostVCPU(
                index: vcpu.index,
                timeNanoseconds: vcpu.timeNanoseconds.map {
                    $0 &+ UInt64.random(in: 0...2, using: &random) * 30_000_000
                }, thread: vcpu.thread, physicalCPU: Int.random(in: 0...99, using: &random),
                affinity: [nil, PhysicalCPUSet([1, 2]), PhysicalCPUSet(0...200)]
                    .randomElement(using: &random) ?? nil, state: vcpu.state)
        }
        var history = host.history
        history.append(host.shares, from: old.readAt, to: now)
        return HostState(
            reading: HostReading(
                vcpus: vcpus, current: old.current, maximum: old.maximum, readAt: now,
                incarnation: old.incarnation + (beginsAnew ? 1 : 0)),
            pairing: host.pairing, shares: host.shares, measuredFrom: old.readAt,
            waitShares: host.waitShares,
            history: history)
    }

    private mutating func makeGuest(_ number: Int) -> GuestState {
        var ids = CPUMap()
        let count = Int.random(in: 1...24, using: &random)
        for id in 0..<count where Int.random(in: 0..<8, using: &random) > 0 { ids.insert(id) }
        if number == 5 { ids.insert(4095) }
        if ids.isEmpty { ids.insert(3) }
        let offline = CPUMap(ids.filter { _ in Int.random(in: 0..<3, using: &random) == 0 })
        let fixed = CPUMap(ids.filter { _ in Int.random(in: 0..<4, using: &random) == 0 })
        let support: [SetSupport] = [.available, .available, .available, .unknown, .absent]
        let status: [AgentStatus] = [.ok, .ok, .ok, .failed(AgentError(.unresponsive))]
        return SampleFleet.guest(
            "guest-\(number)", vcpus: ids, offline: offline == ids ? [] : offline, fixed: fixed,
            agent: status.randomElement(using: &random) ?? .ok,
            setSupport: support.randomElement(using: &random) ?? .available,
            host: SampleFleet.host(
                ids.count, guest: ids, seed: number, current: ids.count + number % 3,
                maximum: 32),
            writable: number != 7)
    }

    private mutating func nextResult() -> Event {
        let (guest, request, before) = underWay.remove(
            at: Int.random(in: 0..<underWay.count, using: &random))
        let outcome = Outcome.allCases.filter { $0 != .planned }.randomElement(using: &random)
        let done = outcome == .committed || outcome == .unchanged
        let after = GuestVCPUs(
            vcpus: before.vcpus,
            online: done
                ? before.online.union(request.targets.online).subtracting(request.targets.offline)
                : before.online,
            offlinable: before.offlinable, readAt: now)
        let isReadable = outcome != .unknown && outcome != .unreachable
        let result = TransactionResult(
            request: request, outcome: outcome ?? .failed, before: before,
            after: isReadable ? after : nil, elapsed: .milliseconds(300))
        if let position = guests.firstIndex(where: { $0.id == guest }), done {
            let old = guests[position]
            guests[position] = GuestState(
                id: guest, runState: old.runState, agent: .ok,
                reading: AgentReading(vcpus: after, version: nil, setSupport: .available),
                host: old.host, isWritable: old.isWritable)
        }
        return .finished(guest, result)
    }
}
