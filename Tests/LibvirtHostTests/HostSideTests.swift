import GuestVCPU
import Testing

@testable import LibvirtHost

@Suite("Statistics of a domain")
struct StatisticsTests {
    @Test("fields become vCPUs; unknown and impossible ones are ignored")
    func decoding() {
        let domain = DomainStatistics(
            "a",
            [
                ("state.state", 1), ("state.reason", 5), ("vcpu.current", 2), ("vcpu.maximum", 6),
                ("vcpu.0.state", 1), ("vcpu.0.time", 1_960_000_000), ("vcpu.0.wait", 0),
                ("vcpu.0.delay", 244_467_037), ("vcpu.5.state", 1), ("vcpu.5.halted", 1),
                ("vcpu.5.exits.sum", 12), ("vcpu.4095.time", 1), ("vcpu.4096.time", 1),
                ("vcpu.99999.time", 1), ("vcpu.-1.time", 1), ("vcpu.1", 1), ("vcpu.", 1),
                ("vcpu.2x.time", 1), ("cpu.time", 3), ("", 0),
            ])
        #expect(domain.state == .running)
        #expect(domain.current == 2 && domain.maximum == 6)
        #expect(domain.plugged == [0, 5, 4095])
        #expect(domain.vcpus[0]?.timeNanoseconds == 1_960_000_000)
        #expect(domain.vcpus[0]?.delayNanoseconds == 244_467_037)
        #expect(domain.vcpus[0]?.hostState == .running)
        #expect(domain.vcpus[5]?.hostState == .blocked)
        #expect(domain.vcpus[5]?.timeNanoseconds == nil)
    }

    @Test(
        "libvirt's events of a domain's life",
        arguments: [
            (0, 0, .other), (2, 0, .began(isRestored: false)), (2, 1, .began(isRestored: true)),
            (2, 2, .began(isRestored: true)), (2, 3, .began(isRestored: true)),
            (2, 4, .began(isRestored: false)), (3, 0, .suspended), (4, 0, .resumed),
            (4, 1, .resumedAsAnother), (4, 2, .resumedAsAnother), (4, 3, .resumedAsAnother),
            (4, 99, .resumed), (5, 3, .ended), (8, 0, .ended), (99, 0, .other), (-1, -1, .other),
        ] as [(Int32, Int32, DomainEvent)])
    func events(event: Int32, detail: Int32, expected: DomainEvent) {
        #expect(DomainEvent(lifecycle: event, detail: detail) == expected)
    }

    @Test(
        "libvirt's states of a domain",
        arguments: [
            (0, .unknown), (1, .running), (2, .running), (3, .paused), (4, .shutdown),
            (5, .shutdown), (6, .crashed), (7, .suspended), (8, .unknown), (.max, .unknown),
        ] as [(UInt64, RunState)])
    func states(number: UInt64, state: RunState) {
        #expect(RunState(libvirt: number) == state)
    }
}

@Suite("The history of plugging")
struct PlugHistoryTests {
    private static func history(_ orders: [[HostIndex]?]) -> PlugHistory {
        var history = PlugHistory()
        for order in orders { history.record(order) }
        return history
    }

    @Test(
        "the plug order gives the guest's numbers when it ascends or every plug was seen",
        arguments: [
            ([[0, 1, 2, 3]], true),
            // The first reading comes after a plug out of order.
            ([[0, 1, 5, 3]], false),
            // The same, watched.
            ([[0, 1], [0, 1, 5], [0, 1, 5, 3]], true),
            ([[0, 1], [0, 1, 5, 3]], true),
            // The remaining vCPUs keep their numbers; the next one can get the free number.
            ([[0, 1, 5, 3], [0, 1, 5]], false),
            ([[0, 1], [0, 1, 5, 3], [0, 1, 3]], true),
            ([[0, 1], [0, 1, 5, 3], [0, 1, 3], [0, 1, 3, 4]], false),
            // One vCPU was plugged and another unplugged between two readings.
            ([[0, 1, 2], [0, 1, 3]], false),
            // The order was unknown in between.
            ([[0, 1], nil, [0, 1]], true),
            ([[0, 1], nil, [0, 1, 5, 3]], false),
        ] as [([[HostIndex]?], Bool)])
    func watched(orders: [[HostIndex]?], isWatched: Bool) {
        #expect(Self.history(orders).isWatched == isWatched)
    }

    @Test("without an order nothing is watched")
    func unknown() {
        let history = Self.history([[0, 1], nil])
        #expect(history.order == nil && !history.isWatched)
    }
}

@Suite("The ledger of a host's domains")
struct HostLedgerTests {
    private static func domain(_ uuid: String, plugged: [HostIndex]) -> DomainStatistics {
        DomainStatistics(uuid, plugged.map { ("vcpu.\($0.number).time", 7) })
    }

    /// An order in which some vCPUs were plugged after the machine started.
    private static func order(_ indices: [HostIndex]) -> DomainPlugOrder {
        DomainPlugOrder(indices: indices, isOriginal: false)
    }

    @Test("the plug order is read once, and again when the plugged vCPUs change")
    func asking() {
        var ledger = HostLedger()
        let two = Self.domain("a", plugged: [0, 1])
        let three = Self.domain("a", plugged: [0, 1, 5])
        #expect(ledger.unordered([two]).count == 1)
        _ = ledger.record([two], orders: ["a": Self.order([0, 1])], readAt: .now)
        #expect(ledger.unordered([two]).isEmpty)
        #expect(ledger.unordered([three]).count == 1)
        let reading = ledger.record([three], orders: [:], readAt: .now)["a"]?.reading
        // Not read in time: what was read for others does not count.
        #expect(reading?.vcpus.allSatisfy { $0.plugOrder == nil } == true)
        #expect(reading?.isPlugOrderWatched == false)
        let next = ledger.record([three], orders: ["a": Self.order([0, 1, 5])], readAt: .now)["a"]?
            .reading
        #expect(next?.vcpus.map(\.plugOrder) == [1, 2, 3])
        #expect(next?.isPlugOrderWatched == true)
        #expect(next?.incarnation == reading?.incarnation)
    }

    @Test("after a reset only an ascending order is known")
    func reset() {
        var ledger = HostLedger()
        func look(_ order: [HostIndex]) -> HostReading? {
            ledger.record(
                [Self.domain("a", plugged: order.sorted())], orders: ["a": Self.order(order)],
                readAt: .now)[
                    "a"]?.reading
        }
        let before = look([0, 1])
        let plugged = look([0, 1, 5, 3])
        #expect(plugged?.isPlugOrderWatched == true)
        #expect(plugged?.vcpus.map(\.plugOrder) == [1, 2, 4, 3])
        ledger.renumber("a")
        let after = look([0, 1, 5, 3])
        #expect(after?.isPlugOrderWatched == false)
        #expect(before?.incarnation == plugged?.incarnation)
        #expect(after?.incarnation != plugged?.incarnation)
        ledger.forget()
        #expect(look([0, 1])?.incarnation != after?.incarnation)
    }

    private static func running(_ reason: UInt64, plugged: [HostIndex] = [0, 1]) -> DomainStatistics
    {
        DomainStatistics(
            "a",
            [("state.state", 1), ("state.reason", reason)]
                + plugged.map { ("vcpu.\($0.number).time", 7) })
    }

    private static func isRestored(
        _ ledger: inout HostLedger, _ reason: UInt64, _ order: DomainPlugOrder = order([0, 1])
    ) -> Bool? {
        ledger.record([running(reason)], orders: ["a": order], readAt: .now)["a"]?.reading?
            .isRestored
    }

    @Test(
        "the reason of the run state tells whether a domain was restored; a pause hides it",
        arguments: [
            (0, nil), (1, false), (2, true), (3, true), (4, true), (5, nil), (6, nil), (7, nil),
            (10, true), (99, nil), (.max, nil),
        ] as [(UInt64, Bool?)])
    func reasons(reason: UInt64, isRestored: Bool?) {
        var ledger = HostLedger()
        #expect(Self.isRestored(&ledger, reason) == isRestored)
        // The same number means another reason in another state.
        let paused = DomainStatistics(
            "a", [("state.state", 3), ("state.reason", reason), ("vcpu.0.time", 7)])
        var other = HostLedger()
        let reading = other.record([paused], orders: [:], readAt: .now)["a"]?.reading
        #expect(reading?.isRestored == .some(nil))
    }

    @Test("what an event told is remembered over a pause, and a reset begins a kernel here")
    func origins() {
        var ledger = HostLedger()
        ledger.renumber("a", origin: DomainEvent.began(isRestored: true).kernelOrigin)
        #expect(Self.isRestored(&ledger, 5) == true)
        #expect(Self.isRestored(&ledger, 5) == true)
        ledger.renumber("a", origin: DomainEvent.rebooted.kernelOrigin)
        // libvirt's reason is still that of the start.
        #expect(Self.isRestored(&ledger, 3) == false)
        ledger.renumber("a", origin: DomainEvent.resumedAsAnother.kernelOrigin)
        #expect(Self.isRestored(&ledger, 5) == true)
        ledger.renumber("a", origin: DomainEvent.ended.kernelOrigin)
        #expect(Self.isRestored(&ledger, 1) == false)
        ledger.forget()
        #expect(Self.isRestored(&ledger, 5) == .some(nil))
    }

    @Test("a restored domain without plugged vCPUs keeps the numbers of its boot")
    func original() {
        var ledger = HostLedger()
        let original = DomainPlugOrder(indices: [0, 1], isOriginal: true)
        #expect(Self.isRestored(&ledger, 3, original) == false)
        // One is plugged now. Earlier ones can have been plugged and unplugged elsewhere.
        let plugged = ledger.record(
            [Self.running(3, plugged: [0, 1, 2])], orders: [:], readAt: .now)
        #expect(plugged["a"]?.reading?.isRestored == true)
    }

    @Test("vCPUs 3 and 2, plugged in this order before a save, are not paired")
    func restoredSlots() throws {
        var ledger = HostLedger()
        let restored = try #require(
            ledger.record(
                [Self.running(3, plugged: [0, 1, 2, 3])], orders: ["a": Self.order([0, 1, 3, 2])],
                readAt: .now)["a"]?.reading)
        #expect(Pairing.infer(guest: [0, 1, 2, 3], host: restored) == .unknown)
    }

    @Test("a domain without vCPUs has a state and no reading")
    func shutDown() {
        var ledger = HostLedger()
        let domain = DomainStatistics("a", [("state.state", 5), ("vcpu.maximum", 4)])
        #expect(ledger.unordered([domain]).isEmpty)
        let observation = ledger.record([domain], orders: [:], readAt: .now)["a"]
        #expect(observation == HostObservation(state: .shutdown, reading: nil))
    }
}

extension DomainStatistics {
    init(_ uuid: String, _ fields: [(String, UInt64)]) {
        self.init(uuid: uuid)
        for (field, value) in fields { record(Array(field.utf8), value) }
    }
}
