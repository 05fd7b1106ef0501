import GuestVCPU
import Testing

@testable import Fleet

@Suite("Shares of a CPU, made of counters")
struct HostTrackTests {
    private let start = ContinuousClock.now

    private func reading(
        at milliseconds: Int, _ vcpus: [(id: Int, nanoseconds: UInt64?, thread: Int)]
    ) -> HostReading {
        HostReading(
            vcpus: vcpus.map {
                HostVCPU(id: $0.id, timeNanoseconds: $0.nanoseconds, thread: $0.thread)
            },
            current: vcpus.count, maximum: nil, readAt: start + .milliseconds(milliseconds))
    }

    private func guest(_ ids: CPUMap) -> AgentReading {
        AgentReading(
            vcpus: GuestVCPUs(vcpus: ids, online: ids, offlinable: [], readAt: start),
            version: nil, setSupport: .available)
    }

    @Test("a share is the time consumed over the time that passed")
    func share() throws {
        var track = HostTrack()
        track.take(reading(at: 0, [(0, 1_000, 7), (1, 0, 8)]), guest: guest([0, 1]))
        #expect(track.state?.shares == [:])
        track.take(reading(at: 2_000, [(0, 500_001_000, 7), (1, 0, 8)]), guest: guest([0, 1]))
        #expect(track.state?.shares == [0: 0.25, 1: 0])
        #expect(track.state?.share(guestID: 0) == 0.25)
        #expect(track.state?.pairing.confidence == .inferred)
    }

    @Test(
        "what cannot be compared has no share",
        arguments: [
            (UInt64(5), 7, UInt64(4), 7), (5, 7, 900, 8), (nil, 7, 5, 7), (5, 7, nil, 7),
        ] as [(UInt64?, Int, UInt64?, Int)])
    func incomparable(before: UInt64?, thread: Int, after: UInt64?, laterThread: Int) {
        var track = HostTrack()
        track.take(reading(at: 0, [(0, before, thread)]), guest: guest([0]))
        track.take(reading(at: 1_000, [(0, after, laterThread)]), guest: guest([0]))
        #expect(track.state?.shares == [:])
    }

    @Test("steps of a coarse counter never make more than a whole CPU")
    func coarse() {
        var track = HostTrack()
        track.take(reading(at: 0, [(0, 0, 7)]), guest: guest([0]))
        track.take(reading(at: 5, [(0, 10_000_000, 7)]), guest: guest([0]))
        #expect(track.state?.shares == [0: 1])
    }

    @Test("a CPU that was not there before has no share, nor one that the host no longer sees")
    func coming() {
        var track = HostTrack()
        track.take(reading(at: 0, [(0, 0, 7)]), guest: guest([0]))
        track.take(reading(at: 1_000, [(0, 0, 7), (1, 77, 8)]), guest: guest([0]))
        #expect(track.state?.shares == [0: 0])
        track.take(nil, guest: guest([0]))
        #expect(track.state == nil)
    }

    @Test("the pairing follows what the guest has")
    func pairing() {
        var track = HostTrack()
        track.take(reading(at: 0, [(0, 0, 7), (1, 0, 8)]), guest: nil)
        #expect(track.state?.pairing == .unknown)
        track.pair(with: guest([0, 1]))
        #expect(track.state?.pairing.confidence == .inferred)
        track.pair(with: guest([0, 2]))
        #expect(track.state?.pairing == .unknown)
    }
}
