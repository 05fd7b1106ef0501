import GuestVCPU
import TestSupport
import Testing

@testable import Dashboard

@Suite("how many vCPUs would have carried a guest's peak")
struct PeakUseTests {
    private static let start = SampleFleet.start

    private static func need(_ uses: [(second: Int, cores: Double)]) -> Int? {
        var peak = PeakUse()
        for (second, cores) in uses { peak.append(cores, at: start + .seconds(second)) }
        return peak.need
    }

    @Test("it is the highest use over five seconds, rounded up")
    func rounded() {
        #expect(Self.need([]) == nil)
        for (cores, need) in [
            (0.0, 1), (0.3, 1), (1, 1), (1.04, 1), (1.06, 2), (3.2, 4), (4.001, 4), (512, 512),
            (4096, 4096), (1e9, 6000), (-3, 1),
        ] {
            #expect(Self.need([(0, cores)]) == need, "\(cores)")
            #expect(Self.need((0..<60).map { ($0, cores) }) == need, "\(cores)")
        }
        #expect(Self.need([(0, .nan), (1, .infinity)]) == nil)
    }

    @Test("a burst of a second is no peak, and five seconds are")
    func bursts() {
        func use(busy: Range<Int>) -> Int? {
            Self.need((0..<60).map { ($0, busy.contains($0) ? 8 : 0.1) })
        }
        #expect(use(busy: 30..<31) == 2)
        #expect(use(busy: 30..<35) == 8)
    }

    @Test("it is forgotten after five minutes, and not before")
    func forgotten() {
        var peak = PeakUse()
        var last: Int?
        for second in 0..<1000 {
            peak.append(second < 10 ? 7 : 0.5, at: Self.start + .seconds(second))
            if let need = peak.need, need >= 7 { last = second }
        }
        #expect((300...330).contains(last ?? 0), "\(last ?? 0)")
        // What was not measured for long is not remembered either.
        #expect(Self.need([(0, 7), (6, 7), (4000, 0.5)]) == 1)
    }

    @Test("no order of instants and no number breaks it")
    func property() {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<2000 {
            var peak = PeakUse()
            var second = 0
            var most = 0.0
            for _ in 0..<40 {
                second += Int.random(in: -3...60, using: &random)
                let cores = Double.random(in: 0...20, using: &random)
                most = max(most, cores)
                peak.append(cores, at: Self.start + .seconds(second))
                #expect((1...20).contains(peak.need ?? 1))
                #expect(Double(peak.need ?? 0) <= most + 1)
            }
        }
    }

    @Test("a guest's peak is kept from snapshot to snapshot, and ends with its machine")
    func machine() throws {
        var driver = Driver(fleet: SampleFleet(guests: []))
        let vcpus = CPUMap(0..<4)
        func show(_ shares: HostColumn<Double>, at second: Int, incarnation: UInt64) {
            var reading = SampleFleet.host(4, guest: vcpus, seed: 1).reading
            reading.readAt = SampleFleet.start + .seconds(second)
            reading.incarnation = incarnation
            driver.fleet.takenAt = reading.readAt
            driver.fleet.guests = [
                SampleFleet.guest(
                    "one", vcpus: vcpus,
                    host: HostState(reading: reading, pairing: .unknown, shares: shares))
            ]
            driver.snapshot()
        }
        func guest() throws -> RosterGuest {
            try #require(driver.model.shared.roster[SampleFleet.id("one")])
        }
        for second in 0..<10 { show([0: 1, 1: 1, 2: 0.5], at: second, incarnation: 1) }
        show([0: 0.1], at: 20, incarnation: 1)
        #expect(try guest().peakUse.need == 3)
        #expect(try guest().spare == 1)
        show([0: 0.1], at: 21, incarnation: 2)
        #expect(try guest().peakUse.need == 1)
        #expect(try guest().spare == 3)
    }
}
