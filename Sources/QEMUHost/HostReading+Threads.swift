internal import Glibc
internal import GuestVCPU

extension HostReading {
    /// Makes a reading of threads whose names say which vCPU each runs.
    ///
    /// - Parameter isRestored: See `HostReading.isRestored`. The threads of a restored machine do
    ///   not show the order of plugging.
    /// - Returns: Nil when no thread has such a name, and when one thread runs all vCPUs: it does
    ///   not show how many there are.
    init?(
        namedThreads threads: [ThreadSample], readAt: ContinuousClock.Instant,
        maximum: Int? = nil, incarnation: UInt64 = 0, isRestored: Bool? = nil
    ) {
        var byIndex: [HostIndex: [ThreadSample]] = [:]
        for thread in threads {
            guard case .one(let index) = VCPUThreadName(thread.stat.name) else { continue }
            byIndex[index, default: []].append(thread)
        }
        guard !byIndex.isEmpty else { return nil }
        // Where two threads have the same name, it is not known which one runs the vCPU.
        self.init(
            byIndex.mapValues { $0.count == 1 ? $0.first : nil }, readAt: readAt,
            maximum: maximum, incarnation: incarnation, isRestored: isRestored)
    }

    /// Makes a reading of threads whose vCPUs QMP lists.
    ///
    /// - Parameters:
    ///   - indices: The vCPUs of each thread, by the thread's number.
    ///   - threads: The threads that still exist.
    ///   - isRestored: See `HostReading.isRestored`. The threads of a restored machine do not show
    ///     the order of plugging.
    /// - Returns: Nil when no listed thread exists.
    init?(
        indices: [Int32: [HostIndex]], threads: [ThreadSample], readAt: ContinuousClock.Instant,
        maximum: Int? = nil, incarnation: UInt64 = 0, isRestored: Bool? = nil
    ) {
        var byIndex: [HostIndex: ThreadSample?] = [:]
        for thread in threads {
            let indices = indices[thread.threadID] ?? []
            // The time of a thread that runs several vCPUs in turn cannot be divided among them.
            for index in indices { byIndex[index] = .some(indices.count == 1 ? thread : nil) }
        }
        guard !byIndex.isEmpty else { return nil }
        self.init(
            byIndex, readAt: readAt, maximum: maximum, incarnation: incarnation,
            isRestored: isRestored)
    }

    private init(
        _ threads: [HostIndex: ThreadSample?], readAt: ContinuousClock.Instant, maximum: Int?,
        incarnation: UInt64, isRestored: Bool?
    ) {
        let known = threads.compactMap { index, thread in
            thread.map {
                ThreadPlugOrder.Thread(
                    index: index, threadID: $0.threadID, start: $0.stat.startTicks)
            }
        }
        let isOrderKnown = known.count == threads.count && isRestored != true
        let places = isOrderKnown ? ThreadPlugOrder.places(known) : [:]
        self.init(
            vcpus: threads.sorted { $0.key < $1.key }.map { index, thread in
                HostVCPU(index: index, thread: thread, plugOrder: places[index])
            }, current: threads.count, maximum: maximum.map { max($0, threads.count) },
            readAt: readAt, incarnation: incarnation, isRestored: isRestored)
    }
}

extension HostVCPU {
    fileprivate init(index: HostIndex, thread: ThreadSample?, plugOrder: Int?) {
        guard let thread else {
            self.init(index: index, timeNanoseconds: nil)
            return
        }
        self.init(
            index: index,
            timeNanoseconds: thread.schedule?.runNanoseconds ?? thread.stat.tickNanoseconds,
            waitNanoseconds: thread.schedule?.waitNanoseconds, thread: Int(thread.threadID),
            threadStart: thread.stat.startTicks, physicalCPU: thread.stat.physicalCPU,
            affinity: thread.affinity, state: HostVCPUState(thread.stat.state),
            plugOrder: plugOrder)
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
