internal import GuestVCPU

/// What the host has seen of vCPUs that a change took offline: a guest that no longer schedules
/// on a vCPU leaves its thread nothing to do.
struct Standstill: Hashable {
    /// What is known of them by now.
    enum Verdict: Hashable {
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
    enum Blindness: Hashable {
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
    let ids: CPUMap
    /// When the change was over: what was used before does not count.
    let since: ContinuousClock.Instant
    private(set) var verdict = Verdict.watching
    /// Of `ids`, those that the host cannot tell anything of, while it can of others.
    private(set) var untold = CPUMap()
    private var earlier: HostReading?

    /// A thread that uses less than this is taken to stand still: it is woken now and then by
    /// the hypervisor itself.
    static let idleShare = 0.02
    /// Counters move in steps of 10 ms: over less time than this they would tell nothing.
    static let leastInterval: Duration = .milliseconds(900)

    init(_ ids: CPUMap, since: ContinuousClock.Instant) {
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

    /// Takes in what the host says now.
    ///
    /// - Returns: Whether that is news.
    mutating func take(_ host: HostState?) -> Bool {
        guard !isSettled else { return false }
        let old = verdict
        update(with: host)
        // Which of them run on may change every second.
        if case .running = old, case .running = verdict { return false }
        return verdict != old
    }

    private mutating func update(with host: HostState?) {
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
    mutating func doubt() { verdict = .unknown(.otherMachine) }

    /// Says at once where there is nothing to wait for.
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
        var before: [Int: HostVCPU] = [:]
        for vcpu in first.vcpus { before[vcpu.id] = vcpu }
        var running = CPUMap()
        var told = CPUMap()
        for id in ids {
            // What was plugged out is surely still; but then its numbers may be another's.
            guard let now = host.vcpu(guestID: id), let then = before[now.id],
                now.thread == then.thread, let from = then.timeNanoseconds,
                let to = now.timeNanoseconds, to >= from
            else { continue }
            told.insert(id)
            let share = Double(to - from) / (interval / .nanoseconds(1))
            if share >= Self.idleShare { running.insert(id) }
        }
        guard !told.isEmpty else {
            judgeAlone(host)
            return
        }
        untold = ids.subtracting(told)
        verdict = running.isEmpty ? .still(interval) : .running(running)
    }
}

extension Standstill {
    /// What the host has seen, in words, and how they look.
    var words: (text: String, role: Style.Role) {
        let told = ids.subtracting(untold)
        let threads = told.count == 1 ? "the thread" : "the threads"
        let rest = untold.isEmpty ? "" : "; of vCPU \(untold.list) it can tell nothing"
        switch verdict {
        case .watching:
            return ("host: \(threads) of vCPU \(told.list) not seen to stand still yet", .faint)
        case .still(let time):
            let stand = told.count == 1 ? "stands" : "stand"
            return (
                "host: \(threads) of vCPU \(told.list) \(stand) still, for \(time.spanText)\(rest)",
                untold.isEmpty ? .good : .warning
            )
        case .running(let running):
            return (
                "* host: vCPU \(running.list) runs on, though the guest calls it offline\(rest)",
                .contradicted
            )
        case .unknown(let why):
            return ("host: whether they stand still cannot be told: \(why.words)", .warning)
        }
    }
}

extension Standstill.Blindness {
    fileprivate var words: String {
        switch self {
        case .noHost: "it does not see the guest's vCPUs"
        case .unpaired: "which of its vCPUs they are is not known"
        case .uncounted: "it does not count the time of each"
        case .otherMachine: "the guest went away or began anew since"
        }
    }
}
