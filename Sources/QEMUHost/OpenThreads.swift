internal import Glibc
internal import GuestVCPU
internal import UnixSockets

/// The files of a process and of its vCPU threads, kept open to be read again and again.
///
/// A file of procfs belongs to the thread that it was opened for. Once that has ended, reading fails,
/// even where another thread has got the same number.
final class OpenThreads {
    private struct Thread {
        let threadID: Int32
        let stat: Int32
        let schedule: Int32
        /// Where the thread could run when its files were opened.
        let affinity: PhysicalCPUSet?
    }

    /// How long a list of threads holds that was the same twice, and how long a new one: a thread
    /// gets its name a moment after it begins.
    private static let longestUse = Duration.seconds(10)
    private static let firstUse = Duration.seconds(1)
    /// The most bytes to read of a file.
    private static let maximumFileSize = 1024

    private let identity: ProcessIdentity
    private let process: Int32
    private var threads: [Thread] = []
    /// How many threads the process had when they were listed, vCPUs or not.
    private let threadCount: Int
    private let validUntil: ContinuousClock.Instant
    /// When it was read last.
    private(set) var usedAt: ContinuousClock.Instant

    /// How many descriptors it holds.
    var descriptorCount: Int { 1 + 2 * threads.count }

    /// The numbers of the threads.
    var threadIDs: [Int32] { threads.map(\.threadID) }

    /// Opens the files.
    ///
    /// - Parameters:
    ///   - sample: A process that has just been read, with the threads to keep.
    ///   - earlier: The numbers of the threads whose files were open before.
    /// - Returns: Nil where a file cannot be opened.
    init?(
        _ sample: ProcessSample, of identity: ProcessIdentity, root: String,
        after earlier: [Int32]?,
        at now: ContinuousClock.Instant
    ) {
        self.identity = identity
        threadCount = sample.process.threadCount
        let isSame = earlier == sample.threads.map(\.threadID)
        validUntil = now + (isSame ? Self.longestUse : Self.firstUse)
        usedAt = now
        func open(_ path: String) -> Int32 {
            Glibc.open("\(root)/\(identity.processID)/\(path)", O_RDONLY | O_CLOEXEC)
        }
        process = open("stat")
        guard process >= 0 else { return nil }
        threads.reserveCapacity(sample.threads.count)
        for thread in sample.threads {
            let stat = open("task/\(thread.threadID)/stat")
            let schedule = open("task/\(thread.threadID)/schedstat")
            threads.append(
                Thread(
                    threadID: thread.threadID, stat: stat, schedule: schedule,
                    affinity: thread.affinity))
            guard stat >= 0, schedule >= 0 else { return nil }
        }
    }

    deinit {
        close(process)
        for thread in threads {
            close(thread.stat)
            close(thread.schedule)
        }
    }

    /// Reads the process and its threads.
    ///
    /// - Returns: Nil where the threads have to be listed again.
    func sample(at now: ContinuousClock.Instant) -> ProcessSample? {
        guard now < validUntil, let process = read(process, ThreadStat.init(parsing:)),
            process.startTicks == identity.startTicks, process.threadCount == threadCount,
            !process.hasEnded
        else { return nil }
        usedAt = now
        var samples: [ThreadSample] = []
        samples.reserveCapacity(threads.count)
        for thread in threads {
            guard let stat = read(thread.stat, ThreadStat.init(parsing:)), !stat.hasEnded else {
                return nil
            }
            samples.append(
                ThreadSample(
                    threadID: thread.threadID, stat: stat,
                    schedule: read(thread.schedule, ThreadSchedule.init(parsing:)),
                    affinity: thread.affinity))
        }
        return ProcessSample(process: process, threads: samples)
    }

    private func read<Value>(
        _ descriptor: Int32, _ parse: (UnsafeRawBufferPointer) -> Value?
    ) -> Value? {
        withUnsafeTemporaryAllocation(byteCount: Self.maximumFileSize, alignment: 1) { buffer in
            let count = pread(descriptor, buffer.baseAddress, buffer.count, 0)
            guard count > 0 else { return nil }
            return parse(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }
}
