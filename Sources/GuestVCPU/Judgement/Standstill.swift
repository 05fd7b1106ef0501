/// Watches whether vCPUs that a change took offline stand still on the host: a guest that no longer
/// schedules on a vCPU leaves its thread nothing to do.
package struct Standstill: Hashable {
    /// What is known of them by now.
    package enum Verdict: Hashable {
        /// The host has not been read twice since the change.
        case watching
        /// None of them used a physical CPU for so long.
        case still(Duration)
        /// These did, over the last interval, though the guest calls them offline.
        case running(CPUMap)
        /// Nothing can be said of any.
        case unknown(Blindness)
    }

    /// Why the host's readings tell nothing.
    package enum Blindness: Hashable {
        /// The host does not see the guest's vCPUs.
        case noHost
        /// Which of the host's vCPUs they are is not known.
        case unpaired
        /// The host does not count their time, or counts it for all vCPUs of the guest together.
        case uncounted
        /// The machine is not the one that was changed.
        case otherMachine
    }

    /// The vCPUs that were taken offline, by the guest's numbers.
    package let ids: CPUMap
    /// When the change was over: what was used before does not count.
    package let since: ContinuousClock.Instant
    package private(set) var verdict = Verdict.watching
    /// Of `ids`, those that the host cannot tell anything of, while it can of others.
    package private(set) var undetermined = CPUMap()
    private var earlier: HostReading?

    /// Counters move in steps of 10 ms: over less time than this they would tell nothing.
    private static let leastInterval: Duration = .milliseconds(900)

    package init(_ ids: CPUMap, since: ContinuousClock.Instant) {
        self.ids = ids
        self.since = since
    }

    /// Whether later readings can add nothing.
    var isSettled: Bool {
        switch verdict {
        case .watching, .running: false
        case .still: true
        case .unknown(let why): why == .otherMachine
        }
    }

    /// Applies the host's latest reading.
    ///
    /// - Returns: Whether the verdict is another one.
    package mutating func update(with host: HostState?) -> Bool {
        guard !isSettled else { return false }
        let old = verdict
        judge(host)
        // Which of them run on may change every second.
        if case .running = old, case .running = verdict { return false }
        return verdict != old
    }

    private mutating func judge(_ host: HostState?) {
        guard let host else {
            verdict = .unknown(.noHost)
            return
        }
        let reading = host.reading
        guard reading.readAt > since else { return }
        guard let first = earlier else {
            earlier = reading
            judgeAlone(host)
            return
        }
        guard first.incarnation == reading.incarnation else {
            verdict = .unknown(.otherMachine)
            return
        }
        let interval = first.readAt.duration(to: reading.readAt)
        guard interval >= Self.leastInterval else { return }
        earlier = reading
        judge(host, since: first, interval)
    }

    /// Forgets what was seen: the machine is not known to be the one that was changed.
    package mutating func doubt() { verdict = .unknown(.otherMachine) }

    /// Decides at once where there is nothing to wait for.
    private mutating func judgeAlone(_ host: HostState) {
        let known = ids.compactMap(host.vcpu(guestID:))
        if known.isEmpty {
            verdict = .unknown(.unpaired)
        } else if known.allSatisfy({ $0.timeNanoseconds == nil }) {
            verdict = .unknown(.uncounted)
        } else {
            verdict = .watching
        }
    }

    private mutating func judge(
        _ host: HostState, since first: HostReading, _ interval: Duration
    ) {
        let shares = host.reading.shares(of: \.timeNanoseconds, since: first)
        var running = CPUMap()
        var determined = CPUMap()
        for id in ids {
            // A vCPU that was plugged out is idle for certain; but its numbers may be another's.
            guard let vcpu = host.vcpu(guestID: id), let share = shares[vcpu.index]?.share else {
                continue
            }
            determined.insert(id)
            if share >= GuestJudgement.idleShare { running.insert(id) }
        }
        guard !determined.isEmpty else {
            judgeAlone(host)
            return
        }
        undetermined = ids.subtracting(determined)
        verdict = running.isEmpty ? .still(interval) : .running(running)
    }
}
