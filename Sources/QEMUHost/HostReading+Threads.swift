internal import Glibc
internal import GuestVCPU

extension HostReading {
    /// Makes a reading of threads whose names tell which vCPU each runs.
    ///
    /// - Returns: Nil when no name does, and when one thread runs all vCPUs: how many there are
    ///   is not to be seen then.
    init?(namedThreads threads: [ThreadSample], readAt: ContinuousClock.Instant) {
        var byIndex: [Int: [ThreadSample]] = [:]
        for thread in threads {
            guard case .one(let index) = VCPUThreadName(thread.stat.name) else { continue }
            byIndex[index, default: []].append(thread)
        }
        guard !byIndex.isEmpty else { return nil }
        let vcpus = byIndex.map { index, threads in
            // Two threads of one name: which one runs the vCPU is not known.
            HostVCPU(index: index, thread: threads.count == 1 ? threads.first : nil)
        }
        self.init(vcpus, readAt: readAt)
    }

    /// Makes a reading of threads that QMP told the vCPUs of.
    ///
    /// - Parameters:
    ///   - indices: The vCPUs of each thread, by the thread's number.
    ///   - threads: Those of the threads that are still there.
    /// - Returns: Nil when none is there.
    init?(
        indices: [Int32: [Int]], threads: [ThreadSample], readAt: ContinuousClock.Instant
    ) {
        let vcpus = threads.flatMap { thread in
            let indices = indices[thread.threadID] ?? []
            // A thread's time cannot be split among the vCPUs that it runs in turn.
            return indices.map { HostVCPU(index: $0, thread: indices.count == 1 ? thread : nil) }
        }
        guard !vcpus.isEmpty else { return nil }
        self.init(vcpus, readAt: readAt)
    }

    private init(_ vcpus: [HostVCPU], readAt: ContinuousClock.Instant) {
        self.init(
            vcpus: vcpus.sorted { $0.id < $1.id }, current: vcpus.count, maximum: nil,
            readAt: readAt)
    }
}

extension HostVCPU {
    fileprivate init(index: Int, thread: ThreadSample?) {
        guard let thread else {
            self.init(id: index, timeNanoseconds: nil)
            return
        }
        self.init(
            id: index,
            timeNanoseconds: thread.schedule?.runNanoseconds ?? thread.stat.tickNanoseconds,
            waitNanoseconds: thread.schedule?.waitNanoseconds, thread: Int(thread.threadID),
            physicalCPU: thread.stat.physicalCPU, state: HostVCPUState(thread.stat.state))
    }
}

extension ThreadStat {
    /// CPU time, in steps of a tick.
    fileprivate var tickNanoseconds: UInt64? {
        let perSecond = UInt64(max(sysconf(Int32(_SC_CLK_TCK)), 1))
        let (nanoseconds, isOverflow) = ticks.multipliedReportingOverflow(
            by: 1_000_000_000 / perSecond)
        return isOverflow ? nil : nanoseconds
    }
}

extension HostVCPUState {
    fileprivate init(_ letter: Unicode.Scalar) {
        switch letter {
        case "R": self = .running
        case "S", "D", "I": self = .blocked
        case "T", "t": self = .offline
        default: self = .unknown
        }
    }
}
