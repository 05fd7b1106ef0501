import GuestVCPU
import Testing

@testable import Monitoring

@Suite("Shares of a CPU, measured from counters")
struct HostTrackTests {
    private let start = ContinuousClock.now

    private func reading(
        at milliseconds: Int, _ vcpus: [(id: Int, nanoseconds: UInt64?, thread: Int)]
    ) -> HostReading {
        HostReading(
            vcpus: vcpus.map {
                HostVCPU(
                    index: HostIndex($0.id), timeNanoseconds: $0.nanoseconds, thread: $0.thread)
            },
            current: vcpus.count, maximum: nil, readAt: start + .milliseconds(milliseconds))
    }

    private func guest(_ ids: CPUMap) -> AgentReading {
        AgentReading(
            vcpus: GuestVCPUs(vcpus: ids, online: ids, offlinable: [], readAt: start),
            version: nil, setSupport: .available)
    }

    @Test("a share is the consumed time divided by the elapsed time")
    func share() throws {
        var track = HostTrack()
        track.record(reading(at: 0, [(0, 1_000, 7), (1, 0, 8)]), guest: guest([0, 1]))
        #expect(track.state?.shares == [:])
        track.record(reading(at: 2_000, [(0, 500_001_000, 7), (1, 0, 8)]), guest: guest([0, 1]))
        #expect(track.state?.shares == [0: 0.25, 1: 0])
        #expect(track.state?.share(guestID: 0) == 0.25)
        #expect(track.state?.pairing.confidence == .inferred)
    }

    @Test(
        "readings that cannot be compared give no share",
        arguments: [
            (UInt64(5), 7, UInt64(4), 7), (5, 7, 900, 8), (nil, 7, 5, 7), (5, 7, nil, 7),
        ] as [(UInt64?, Int, UInt64?, Int)])
    func incomparable(before: UInt64?, thread: Int, after: UInt64?, laterThread: Int) {
        var track = HostTrack()
        track.record(reading(at: 0, [(0, before, thread)]), guest: guest([0]))
        track.record(reading(at: 1_000, [(0, after, laterThread)]), guest: guest([0]))
        #expect(track.state?.shares == [:])
    }

    @Test("the steps of a coarse counter never give more than a whole CPU")
    func wholeCPU() {
        var track = HostTrack()
        track.record(reading(at: 0, [(0, 0, 7)]), guest: guest([0]))
        track.record(reading(at: 505, [(0, 510_000_000, 7)]), guest: guest([0]))
        #expect(track.state?.shares == [0: 1])
    }

    @Test("a counter of ticks is measured over half a second, however often it is read")
    func ticks() throws {
        var track = HostTrack()
        // The counter shows a third of a CPU in steps of 10 ms, and is read ten times a second.
        for step in 0...30 {
            let milliseconds = step * 100
            let ticks = UInt64(milliseconds / 30)
            track.record(
                reading(at: milliseconds, [(0, ticks * 10_000_000, 7)]), guest: guest([0]))
            let shares = try #require(track.state?.shares)
            #expect(shares.isEmpty == (milliseconds < 500))
            for share in shares.values { #expect(abs(share - 1.0 / 3) < 0.025) }
        }
    }

    @Test("a counter of nanoseconds is measured over a tenth of a second at least")
    func nanoseconds() {
        var track = HostTrack()
        let times: [(Int, UInt64)] = [(0, 7), (99, 50_000_007), (198, 99_000_007)]
        for (milliseconds, time) in times {
            track.record(reading(at: milliseconds, [(0, time, 7)]), guest: guest([0]))
        }
        #expect(track.state?.shares == [0: 0.5])
        // After two readings in quick succession, the share is that of the time before them.
        track.record(reading(at: 199, [(0, 100_000_007, 7)]), guest: guest([0]))
        #expect(track.state?.shares == [0: 0.5])
        track.record(reading(at: 199, [(0, 100_000_007, 7)]), guest: guest([0]))
        #expect(track.state?.shares == [0: 0.5])
    }

    @Test("a reused thread number gives no share")
    func reusedThread() {
        func reading(at milliseconds: Int, _ time: UInt64, began threadStart: UInt64)
            -> HostReading
        {
            HostReading(
                vcpus: [
                    HostVCPU(
                        index: 0, timeNanoseconds: time, thread: 7, threadStart: threadStart)
                ], current: 1, maximum: nil, readAt: start + .milliseconds(milliseconds))
        }
        var track = HostTrack()
        track.record(reading(at: 0, 5, began: 100), guest: guest([0]))
        track.record(reading(at: 1_000, 500_000_005, began: 200), guest: guest([0]))
        #expect(track.state?.shares == [:])
        track.record(reading(at: 2_000, 750_000_005, began: 200), guest: guest([0]))
        #expect(track.state?.shares == [0: 0.25])
    }

    @Test("the wait for a CPU is a share, too, and unknown where it is not counted")
    func wait() {
        func reading(at milliseconds: Int, _ wait: UInt64?) -> HostReading {
            HostReading(
                vcpus: [
                    HostVCPU(index: 0, timeNanoseconds: 3, waitNanoseconds: wait, thread: 7)
                ], current: 1, maximum: nil, readAt: start + .milliseconds(milliseconds))
        }
        var track = HostTrack()
        track.record(reading(at: 0, 5), guest: guest([0]))
        track.record(reading(at: 1_000, 125_000_005), guest: guest([0]))
        #expect(track.state?.waitShare(guestID: 0) == 0.125)
        track.record(reading(at: 2_000, nil), guest: guest([0]))
        #expect(track.state?.waitShares == [:])
        #expect(track.state?.shares == [0: 0])
    }

    @Test("every share is at most a whole CPU, whatever the counters do")
    func anyCounters() {
        var random = SystemRandomNumberGenerator()
        var track = HostTrack()
        var milliseconds = 0
        for _ in 0..<500 {
            milliseconds += Int.random(in: 0...700, using: &random)
            let vcpus = (0..<4).filter { _ in Bool.random(using: &random) }.map { id in
                (
                    id: id,
                    nanoseconds: [nil, 0, .max, UInt64.random(in: 0...9) * 10_000_000]
                        .randomElement(using: &random) ?? nil,
                    thread: Int.random(in: 7...8, using: &random)
                )
            }
            track.record(reading(at: milliseconds, vcpus), guest: nil)
            for share in track.state?.shares.values.map({ $0 }) ?? [] {
                #expect((0...1).contains(share))
            }
        }
    }

    @Test("the history keeps a minute of shares, one for each second")
    func history() throws {
        var track = HostTrack()
        // The vCPU is idle for 63 s and then half busy for 9 s; it is read ten times a second.
        for step in 0...720 {
            let time = UInt64(max(0, step - 630)) * 50_000_000 + 3
            track.record(reading(at: step * 100, [(0, time, 7)]), guest: guest([0]))
        }
        let history = try #require(track.state?.history)
        let spans = history.shares(of: 0, spans: 8, of: .seconds(9))
        #expect(spans == [nil, 0, 0, 0, 0, 0, 0, 0.5])
    }

    @Test("a reading of the guest from another incarnation pairs nothing")
    func incarnation() {
        func reading(at milliseconds: Int, incarnation: UInt64) -> HostReading {
            HostReading(
                vcpus: [HostVCPU(index: 0, timeNanoseconds: 3, thread: 7)], current: 1,
                maximum: nil,
                readAt: start + .milliseconds(milliseconds), incarnation: incarnation)
        }
        func guest(at milliseconds: Int, incarnation: UInt64? = nil) -> AgentReading {
            AgentReading(
                vcpus: GuestVCPUs(
                    vcpus: [0], online: [0], offlinable: [],
                    readAt: start + .milliseconds(milliseconds),
                    boot: GuestBoot(incarnation: incarnation)),
                version: nil, setSupport: .available)
        }
        var track = HostTrack()
        track.record(reading(at: 0, incarnation: 1), guest: guest(at: 0))
        #expect(track.state?.pairing.confidence == .inferred)
        track.record(reading(at: 1_000, incarnation: 2), guest: guest(at: 900))
        #expect(track.state?.pairing == .unknown)
        #expect(track.state?.shares == [:])
        track.pair(with: guest(at: 990, incarnation: 1))
        #expect(track.state?.pairing == .unknown)
        track.pair(with: guest(at: 995, incarnation: 2))
        #expect(track.state?.pairing.confidence == .inferred)
        track.record(reading(at: 2_000, incarnation: 2), guest: guest(at: 1_001))
        #expect(track.state?.pairing.confidence == .inferred)
    }

    @Test("a new CPU has no share, and neither has one that the host no longer sees")
    func coming() {
        var track = HostTrack()
        track.record(reading(at: 0, [(0, 0, 7)]), guest: guest([0]))
        track.record(reading(at: 1_000, [(0, 0, 7), (1, 77, 8)]), guest: guest([0]))
        #expect(track.state?.shares == [0: 0])
        track.record(nil, guest: guest([0]))
        #expect(track.state == nil)
    }

    @Test("the pairing follows the guest's vCPUs")
    func pairing() {
        var track = HostTrack()
        track.record(reading(at: 0, [(0, 0, 7), (1, 0, 8)]), guest: nil)
        #expect(track.state?.pairing == .unknown)
        track.pair(with: guest([0, 1]))
        #expect(track.state?.pairing.confidence == .inferred)
        track.pair(with: guest([0, 2]))
        #expect(track.state?.pairing == .unknown)
    }
}
