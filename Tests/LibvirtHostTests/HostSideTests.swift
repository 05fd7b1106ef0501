import GuestVCPU
import Testing

@testable import LibvirtHost

@Suite("Statistics of a domain")
struct StatisticsTests {
    @Test("fields become vCPUs; foreign and impossible ones are dropped")
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
        "libvirt's states of a domain",
        arguments: [
            (0, .unknown), (1, .running), (2, .running), (3, .paused), (4, .shutdown),
            (5, .shutdown), (6, .crashed), (7, .suspended), (8, .unknown), (.max, .unknown),
        ] as [(UInt64, RunState)])
    func states(number: UInt64, state: RunState) {
        #expect(RunState(libvirt: number) == state)
    }
}

@Suite("The order in which vCPUs were plugged")
struct PlugOrderTests {
    private static func description(_ vcpus: String) -> String {
        "<domain type='qemu' id='1'>\n  <name>a</name>\n" + vcpus
            + "  <devices>\n  </devices>\n</domain>\n"
    }

    private static let plugged = """
          <vcpu placement='static' current='6'>8</vcpu>
          <vcpus>
            <vcpu id='0' enabled='yes' hotpluggable='no' order='1'/>
            <vcpu id='1' enabled='yes' hotpluggable='no' order='2'/>
            <vcpu id='2' enabled='no' hotpluggable='yes'/>
            <vcpu id='3' enabled='yes' hotpluggable='yes' order='4'/>
            <vcpu id='4' enabled='no' hotpluggable='yes'/>
            <vcpu id='5' enabled='yes' hotpluggable='yes' order='3'/>
          </vcpus>

        """

    @Test("it is read from the description")
    func read() {
        let text = Self.description(Self.plugged)
        #expect(PlugOrder.read(text, plugged: [0, 1, 3, 5]) == [0, 1, 5, 3])
    }

    @Test("vCPUs that were never named one by one were plugged in their order")
    func unnamed() {
        let text = Self.description("  <vcpu placement='static' current='4'>6</vcpu>\n")
        #expect(PlugOrder.read(text, plugged: [0, 1, 2, 3]) == [0, 1, 2, 3])
    }

    @Test("an order of other vCPUs than those plugged says nothing")
    func others() {
        let text = Self.description(Self.plugged)
        #expect(PlugOrder.read(text, plugged: [0, 1, 3]) == nil)
        #expect(PlugOrder.read(text, plugged: [0, 1, 2, 3]) == nil)
    }

    @Test(
        "what libvirt would not write says nothing",
        arguments: [
            "  <vcpus>\n    <vcpu id='0' enabled='yes'/>\n  </vcpus>\n",
            "  <vcpus>\n    <vcpu id='x' enabled='yes' order='1'/>\n  </vcpus>\n",
            "  <vcpus>\n    <vcpu id='0' enabled='yes' order='99999999999999999999'/>\n  </vcpus>\n",
            "  <vcpus>\n    <vcpu id='0' enabled='yes' order='1\n",
            "  <vcpus>\n    <vcpu id='0' enabled='yes' order='1'/>\n",
            "  <vcpus>\n    <vcpu id='0' enabled='yes' order='1'/>\n"
                + "    <vcpu id='0' enabled='yes' order='2'/>\n  </vcpus>\n",
            "  <vcpus>\n    <vcpu id='0' enabled='yes' order='1'/>\n"
                + "    <vcpu id='1' enabled='yes' order='1'/>\n  </vcpus>\n",
        ])
    func malformed(vcpus: String) {
        #expect(PlugOrder.read(Self.description(vcpus), plugged: [0]) == nil)
        #expect(PlugOrder.read(Self.description(vcpus), plugged: [0, 1]) == nil)
    }

    @Test("an element of that name in somebody's metadata is not libvirt's")
    func metadata() {
        let foreign = """
              <metadata>
                <app:info xmlns:app="urn:app">
                  <vcpus>
                    <vcpu id='0' enabled='yes' order='2'/>
                    <vcpu id='1' enabled='yes' order='1'/>
                  </vcpus>
                </app:info>
              </metadata>

            """
        #expect(PlugOrder.read(Self.description(foreign), plugged: [0, 1]) == [0, 1])
    }
}

@Suite("What a history of plugging tells")
struct PlugHistoryTests {
    private static func history(_ orders: [[Int]?]) -> PlugHistory {
        var history = PlugHistory()
        for order in orders { history.take(order) }
        return history
    }

    @Test(
        "the order tells the guest's numbers where it ascends or was watched",
        arguments: [
            ([[0, 1, 2, 3]], true),
            // The first look comes after a plugging out of turn.
            ([[0, 1, 5, 3]], false),
            // The same, watched.
            ([[0, 1], [0, 1, 5], [0, 1, 5, 3]], true),
            ([[0, 1], [0, 1, 5, 3]], true),
            // What is left keeps its numbers; the next may get the one left free.
            ([[0, 1, 5, 3], [0, 1, 5]], false),
            ([[0, 1], [0, 1, 5, 3], [0, 1, 3]], true),
            ([[0, 1], [0, 1, 5, 3], [0, 1, 3], [0, 1, 3, 4]], false),
            // One came and another went between two looks.
            ([[0, 1, 2], [0, 1, 3]], false),
            // The order was not to be had in between.
            ([[0, 1], nil, [0, 1]], true),
            ([[0, 1], nil, [0, 1, 5, 3]], false),
        ] as [([[Int]?], Bool)])
    func watched(orders: [[Int]?], isWatched: Bool) {
        #expect(Self.history(orders).isWatched == isWatched)
    }

    @Test("without an order nothing is watched")
    func unknown() {
        let history = Self.history([[0, 1], nil])
        #expect(history.order == nil && !history.isWatched)
    }
}

@Suite("What is remembered of a host's domains")
struct HostBookTests {
    private static func domain(_ uuid: String, plugged: [Int]) -> DomainStatistics {
        DomainStatistics(uuid, plugged.map { ("vcpu.\($0).time", 7) })
    }

    @Test("an order is asked for once, and again when other vCPUs are plugged")
    func asking() {
        var book = HostBook()
        let two = Self.domain("a", plugged: [0, 1])
        let three = Self.domain("a", plugged: [0, 1, 5])
        #expect(book.unordered([two]).count == 1)
        _ = book.take([two], orders: ["a": [0, 1]], readAt: .now)
        #expect(book.unordered([two]).isEmpty)
        #expect(book.unordered([three]).count == 1)
        let reading = book.take([three], orders: [:], readAt: .now)["a"]?.reading
        // Not read in time: what was read for others does not count.
        #expect(reading?.vcpus.allSatisfy { $0.plugOrder == nil } == true)
        #expect(reading?.isPlugOrderWatched == false)
        let next = book.take([three], orders: ["a": [0, 1, 5]], readAt: .now)["a"]?.reading
        #expect(next?.vcpus.map(\.plugOrder) == [1, 2, 3])
        #expect(next?.isPlugOrderWatched == true)
        #expect(next?.incarnation == reading?.incarnation)
    }

    @Test("a reset is another incarnation, whose order has to ascend to be known")
    func reset() {
        var book = HostBook()
        func look(_ order: [Int]) -> HostReading? {
            book.take(
                [Self.domain("a", plugged: order.sorted())], orders: ["a": order], readAt: .now)[
                    "a"]?.reading
        }
        let before = look([0, 1])
        let plugged = look([0, 1, 5, 3])
        #expect(plugged?.isPlugOrderWatched == true)
        #expect(plugged?.vcpus.map(\.plugOrder) == [1, 2, 4, 3])
        book.renumber("a")
        let after = look([0, 1, 5, 3])
        #expect(after?.isPlugOrderWatched == false)
        #expect(before?.incarnation == plugged?.incarnation)
        #expect(after?.incarnation != plugged?.incarnation)
        book.forget()
        #expect(look([0, 1])?.incarnation != after?.incarnation)
    }

    @Test("a domain without vCPUs has a state and no reading")
    func shutDown() {
        var book = HostBook()
        let domain = DomainStatistics("a", [("state.state", 5), ("vcpu.maximum", 4)])
        #expect(book.unordered([domain]).isEmpty)
        let observation = book.take([domain], orders: [:], readAt: .now)["a"]
        #expect(observation == HostObservation(state: .shutdown, reading: nil))
    }
}

extension DomainStatistics {
    init(_ uuid: String, _ fields: [(String, UInt64)]) {
        self.init(uuid: uuid)
        for (field, value) in fields { take(Array(field.utf8), value) }
    }
}
