import GuestVCPU
import Testing

@Suite("What readings of a guest and of its host tell together")
struct JudgementTests {
    private static let start = ContinuousClock.now
    private static let vcpus: CPUMap = [0, 1, 2]

    private static func instant(_ seconds: Double) -> ContinuousClock.Instant {
        start + .milliseconds(Int64(seconds * 1000))
    }

    private static func guest(
        online: CPUMap, at seconds: Double, boot: GuestBoot = .unknown
    ) -> GuestVCPUs {
        GuestVCPUs(
            vcpus: vcpus, online: online, offlinable: [1, 2], readAt: instant(seconds), boot: boot)
    }

    /// A reading of the host with threads that have used so many milliseconds.
    private static func reading(
        at seconds: Double, milliseconds: [Int: UInt64] = [:], incarnation: UInt64 = 1,
        threadStart: UInt64? = 7
    ) -> HostReading {
        HostReading(
            vcpus: vcpus.map { id in
                HostVCPU(
                    index: HostIndex(id), timeNanoseconds: (milliseconds[id] ?? 0) * 1_000_000 + 1,
                    thread: 4700 + id, threadStart: threadStart)
            }, current: 3, maximum: 3, readAt: instant(seconds), incarnation: incarnation)
    }

    private static func host(
        _ reading: HostReading, shares: HostColumn<Double> = [:], from seconds: Double? = nil,
        isPaired: Bool = true
    ) -> HostState {
        HostState(
            reading: reading, pairing: isPaired ? .infer(guest: vcpus, host: reading) : .unknown,
            shares: shares, measuredFrom: seconds.map(instant))
    }

    // MARK: - Shares

    @Test("a share is measured of one thread whose counter went on, and of nothing else")
    func shares() {
        let old = Self.reading(at: 0, milliseconds: [0: 100, 1: 100, 2: 100])
        let new = Self.reading(at: 2, milliseconds: [0: 600, 1: 5_000, 2: 90])
        let shares = new.shares(of: \.timeNanoseconds, since: old).mapValues(\.share)
        #expect(shares == [0: 0.25, 1: 1])
        #expect(old.shares(of: \.timeNanoseconds, since: new).isEmpty)
        #expect(new.shares(of: \.timeNanoseconds, since: new).isEmpty)
    }

    @Test(
        "a thread number that is used again, or another machine, has no share",
        arguments: [(7, 8), (nil, 7), (7, nil)] as [(UInt64?, UInt64?)])
    func reusedThread(first: UInt64?, second: UInt64?) {
        let old = Self.reading(at: 0, threadStart: first)
        let new = Self.reading(at: 1, milliseconds: [1: 500], threadStart: second)
        #expect(new.shares(of: \.timeNanoseconds, since: old).isEmpty)
        let other = Self.reading(at: 1, milliseconds: [1: 500], incarnation: 2)
        #expect(other.shares(of: \.timeNanoseconds, since: Self.reading(at: 0)).isEmpty)
    }

    @Test("a vCPU taken offline is not held against a thread that only has its thread's number")
    func standstillOfReusedThread() {
        var standstill = Standstill([1], since: Self.instant(0))
        func update(_ reading: HostReading) -> Bool { standstill.update(with: Self.host(reading)) }
        #expect(!update(Self.reading(at: 1)))
        let reused = Self.reading(at: 2, milliseconds: [1: 900], threadStart: 8)
        #expect(!update(reused))
        #expect(standstill.verdict == .watching)
        let later = Self.reading(at: 3, milliseconds: [1: 900], threadStart: 8)
        #expect(update(later))
        #expect(standstill.verdict == .still(.seconds(1)))
    }

    // MARK: - Contradictions

    @Test("a guest is contradicted once it was read again after its thread ran")
    func contradicted() {
        var judgement = GuestJudgement()
        func update(read: Double, host: Double, share: Double) -> CPUMap? {
            judgement.update(
                runState: .running, guest: Self.guest(online: [0, 1], at: read),
                host: Self.host(
                    Self.reading(at: host), shares: [0: 0.5, 2: share], from: host - 1))
            return judgement.contradicted
        }
        #expect(update(read: 0, host: 0.5, share: 0.9) == nil, "it may have run before")
        #expect(update(read: 0, host: 1.5, share: 0.9) == [], "it may have come online since")
        #expect(update(read: 2, host: 1.5, share: 0.9) == [2])
        #expect(update(read: 2, host: 3, share: 0.9) == [2])
        #expect(update(read: 2, host: 4, share: 0.01) == [])
        #expect(update(read: 2, host: 5, share: 0.9) == [])
    }

    @Test("without a paired host that measures, nothing is said of contradictions")
    func blind() {
        var judgement = GuestJudgement()
        let guest = Self.guest(online: [0, 1], at: 0)
        for host in [
            nil, Self.host(Self.reading(at: 3), shares: [2: 0.9]),
            Self.host(Self.reading(at: 3), shares: [2: 0.9], from: 2, isPaired: false),
        ] {
            judgement.update(runState: .running, guest: guest, host: host)
            #expect(judgement.contradicted == nil)
        }
    }

    // MARK: - Changes of state

    @Test("a share that was measured before a vCPU changed its state is not shown of it")
    func settling() {
        var state = GuestState(
            id: GuestID(source: .other("s"), name: "g"), runState: .running, agent: .ok,
            reading: nil,
            host: nil, isWritable: true)
        func share(online: CPUMap, read: Double, from: Double) -> Double? {
            state.host = Self.host(Self.reading(at: from + 1), shares: [1: 0.9], from: from)
            state = state.with(Self.guest(online: online, at: read))
            return state.share(guestID: 1)
        }
        #expect(share(online: [0, 1, 2], read: 0, from: -1) == 0.9)
        #expect(share(online: [0, 2], read: 1, from: 0.5) == nil)
        #expect(state.judgement.stateSince == Self.instant(1))
        #expect(share(online: [0, 2], read: 2, from: 0.9) == nil)
        #expect(share(online: [0, 2], read: 2, from: 1) == 0.9)
        #expect(state.judgement.stateSince == Self.instant(1))
    }

    // MARK: - Machines

    @Test(
        "another incarnation, first thread, boot or an end makes another machine",
        arguments: [
            (RunState.running, UInt64(1), UInt64?(7), GuestBoot(id: .kernel([1])), false),
            (.paused, 1, nil, .unknown, false), (.running, 2, 7, GuestBoot(id: .kernel([1])), true),
            (.running, 1, 8, GuestBoot(id: .kernel([1])), true),
            (.running, 1, 7, GuestBoot(id: .kernel([2])), true),
            (.shutdown, 1, 7, GuestBoot(id: .kernel([1])), true),
            (.crashed, 1, 7, GuestBoot(id: .kernel([1])), true),
        ])
    func machine(
        runState: RunState, incarnation: UInt64, start: UInt64?, boot: GuestBoot, differs: Bool
    ) {
        var judgement = GuestJudgement()
        judgement.update(
            runState: .running,
            guest: Self.guest(online: [0], at: 0, boot: GuestBoot(id: .kernel([1]))),
            host: Self.host(Self.reading(at: 0)))
        let before = judgement.machine
        // Facts that a reading lacks stay as they were.
        judgement.update(runState: .unknown, guest: nil, host: nil)
        #expect(!before.differs(from: judgement.machine))
        judgement.update(
            runState: runState, guest: Self.guest(online: [0], at: 1, boot: boot),
            host: Self.host(
                Self.reading(at: 1, incarnation: incarnation, threadStart: start)))
        #expect(before.differs(from: judgement.machine) == differs)
    }
}
