import CanvasKit
import GuestVCPU
import TestSupport

@testable import Dashboard

/// A dashboard that is driven by keys, as a user types them.
struct Driver {
    var model: Model
    var effects: [Effect] = []
    var fleet: SampleFleet
    /// The moment of the next event.
    var now = Moment(SampleFleet.start, clock: "12:41:09")
    private var monitor = SampleMonitor()

    init(
        columns: Int = 80, rows: Int = 24, glyphs: GlyphSet = .ascii, isReadOnly: Bool = false,
        fleet: SampleFleet = .sample, search: SearchHelp = SearchHelp(),
        stories: [GuestID: String] = [:], view: StartView = StartView(),
        confirmation: ConfirmationLimits = ConfirmationLimits(),
        configurationFile: String? = nil
    ) {
        model = Model(
            options: Options(
                isReadOnly: isReadOnly, glyphs: glyphs, search: search, stories: stories,
                view: view, confirmation: confirmation,
                configurationFile: configurationFile),
            size: Size(columns: columns, rows: rows))
        self.fleet = fleet
        // What the host holds against a guest counts once the guest was read again.
        self.fleet.guests = fleet.guests.map { $0.read(earlier: .milliseconds(500)) }
        snapshot()
        self.fleet = fleet
        snapshot()
    }

    /// Hands an event over, now.
    @discardableResult
    mutating func update(_ event: Event) -> [Effect] { model.update(event, at: now) }

    /// Lets the time pass to so many seconds after the first snapshot.
    mutating func advance(seconds: Int, clock: String = "12:41:09") {
        now = Moment(SampleFleet.start + .seconds(seconds), clock: clock)
    }

    /// What the screen shows now.
    func render() -> Canvas { model.render(at: now) }

    /// Presses keys: a character each, with `<down>` and the like for the others.
    mutating func press(_ keys: String) {
        effects = []
        var rest = keys[...]
        while let first = rest.first {
            if first == "<", let end = rest.firstIndex(of: ">"),
                let key = Self.named[String(rest[rest.index(after: rest.startIndex)..<end])]
            {
                effects += update(.key(key))
                rest = rest[rest.index(after: end)...]
            } else {
                effects += update(.key(.character(first)))
                rest.removeFirst()
            }
        }
    }

    private static let named: [String: Key] = [
        "up": .up, "down": .down, "left": .left, "right": .right, "pgup": .pageUp,
        "pgdn": .pageDown, "home": .home, "end": .end, "ret": .enter, "esc": .escape,
        "tab": .tab, "bs": .backspace, "^l": .control("l"), "f1": .function(1),
        "f10": .function(10),
    ]

    /// Hands the fleet over as it is now.
    mutating func snapshot() {
        now = Moment(max(now.instant, fleet.takenAt), clock: now.clock)
        effects = update(.fleet(FleetUpdate(monitor.judge(fleet.snapshot))))
    }

    /// Lets time pass, with a reading of the host every two seconds in which loads change.
    mutating func pass(seconds: Int) {
        for step in 1...max(seconds / 2, 1) {
            let now = SampleFleet.start + .seconds(2 * step)
            fleet.takenAt = now
            fleet.guests = fleet.guests.enumerated().map { number, guest in
                guest.with(host: guest.host.map { $0.later(at: now, turn: number + step) })
            }
            snapshot()
        }
    }

    /// Moves the cursor to a vCPU.
    mutating func go(to name: String, _ vcpu: Int = 0) {
        model.shared.cursor = Cursor(guest: SampleFleet.id(name), vcpu: vcpu)
        update(.tick)
    }

    mutating func finish(_ name: String, _ result: TransactionResult) {
        now = Moment(max(now.instant, SampleFleet.start + .seconds(2)), clock: now.clock)
        effects = update(.finished(SampleFleet.id(name), result))
    }
}

extension GuestState {
    /// The guest as it was read so long before.
    fileprivate func read(earlier duration: Duration) -> GuestState {
        GuestState(
            id: id, runState: runState, agent: agent,
            reading: reading.map { old in
                old.with(
                    GuestVCPUs(
                        vcpus: old.vcpus.vcpus, online: old.vcpus.online,
                        offlinable: old.vcpus.offlinable, readAt: old.vcpus.readAt - duration))
            }, exchange: exchange, host: host, isWritable: isWritable, hostID: hostID)
    }

    /// The guest with another word of the host, and with its own read at that time.
    func with(host: HostState?) -> GuestState {
        var reading = reading
        if let old = reading, agent == .ok, let readAt = host?.reading.readAt {
            reading = old.with(
                GuestVCPUs(
                    vcpus: old.vcpus.vcpus, online: old.vcpus.online,
                    offlinable: old.vcpus.offlinable, readAt: readAt - .seconds(1)))
        }
        return GuestState(
            id: id, runState: runState, agent: agent, reading: reading, exchange: exchange,
            host: host, isWritable: isWritable, hostID: hostID)
    }
}

extension HostState {
    /// What the host could say later, with other loads where there was one.
    fileprivate func later(at instant: ContinuousClock.Instant, turn: Int) -> HostState {
        var shares = shares
        for (index, share) in shares where share > 0 {
            shares[index] = SampleFleet.share(turn, index.number) * Double(turn % 9 + 1) / 9
        }
        return HostState(
            reading: HostReading(
                vcpus: reading.vcpus, current: reading.current, maximum: reading.maximum,
                readAt: instant),
            pairing: pairing, shares: shares, measuredFrom: instant - .seconds(2),
            waitShares: waitShares, history: history)
    }
}
