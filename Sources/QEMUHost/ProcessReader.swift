internal import Glibc
internal import UnixSockets

/// Which process, also after its number was given to another.
struct ProcessIdentity: Hashable, Sendable {
    let processID: Int32
    /// When it began, in ticks since the boot.
    let startTicks: UInt64
}

/// One thread at one moment.
struct ThreadSample: Hashable, Sendable {
    let threadID: Int32
    let stat: ThreadStat
    /// Nil where the kernel does not count, and for threads that run no vCPU.
    let schedule: ThreadSchedule?
}

/// What of a process is looked at.
struct ProcessSample: Hashable, Sendable {
    /// Its first thread.
    let process: ThreadStat
    /// The threads that were asked for, ascending by number.
    let threads: [ThreadSample]
}

/// Reads what the system says of processes and their threads.
///
/// On a queue of its own, since reading files blocks: neither the main actor nor the cooperative
/// pool waits for it. Every file may vanish at any time; what cannot be read is not there.
actor ProcessReader {
    /// Of this machine.
    static let system = ProcessReader(root: "/proc")

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        executor.asUnownedSerialExecutor()
    }

    /// The most threads of a process that are looked at: 4,096 vCPUs and as many others.
    private static let maximumThreads = 8192
    /// The most bytes that are read of a file; a `stat` has about 300.
    private static let maximumFileSize = 4096

    private let executor = DispatchQueueExecutor(label: "vcputop.procfs")
    private let root: String

    /// - Parameter root: Where the files are, `/proc` or a tree that looks like it.
    init(root: String) {
        self.root = root
    }

    /// Tells which process has this number now; nil where there is none to be seen.
    func identity(of processID: Int32) -> ProcessIdentity? {
        stat("\(processID)").map {
            ProcessIdentity(processID: processID, startTicks: $0.startTicks)
        }
    }

    /// Reads a process and those of its threads whose names say that they run vCPUs.
    ///
    /// - Returns: Nil when the process has ended.
    func sampleNamedThreads(of identity: ProcessIdentity) -> ProcessSample? {
        sample(identity) {
            threadIDs(of: identity.processID)
        } where: {
            VCPUThreadName($0.name) != nil
        }
    }

    /// Reads a process and these of its threads; those that have ended, or belong to another
    /// process, are left out.
    ///
    /// - Returns: Nil when the process has ended.
    func sampleThreads(
        _ threadIDs: Set<Int32>, of identity: ProcessIdentity
    ) -> ProcessSample? {
        sample(identity) {
            threadIDs.sorted()
        } where: { _ in
            true
        }
    }

    private func sample(
        _ identity: ProcessIdentity, threads threadIDs: () -> [Int32],
        where isWanted: (ThreadStat) -> Bool
    ) -> ProcessSample? {
        let folder = "\(identity.processID)"
        guard let process = stat(folder), process.startTicks == identity.startTicks,
            process.state != "Z", process.state != "X"
        else { return nil }
        let threads = threadIDs().compactMap { threadID -> ThreadSample? in
            let folder = "\(folder)/task/\(threadID)"
            guard let stat = stat(folder), isWanted(stat) else { return nil }
            let schedule = contents("\(folder)/schedstat").flatMap(ThreadSchedule.init(parsing:))
            return ThreadSample(threadID: threadID, stat: stat, schedule: schedule)
        }
        return ProcessSample(process: process, threads: threads)
    }

    private func stat(_ folder: String) -> ThreadStat? {
        contents("\(folder)/stat").flatMap(ThreadStat.init(parsing:))
    }

    private func threadIDs(of processID: Int32) -> [Int32] {
        guard let entries = opendir("\(root)/\(processID)/task") else { return [] }
        defer { closedir(entries) }
        var threadIDs: [Int32] = []
        while threadIDs.count < Self.maximumThreads, let entry = readdir(entries) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let threadID = Int32(name), threadID > 0 { threadIDs.append(threadID) }
        }
        return threadIDs.sorted()
    }

    private func contents(_ path: String) -> [UInt8]? {
        let descriptor = open("\(root)/\(path)", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        return withUnsafeTemporaryAllocation(
            byteCount: Self.maximumFileSize, alignment: 1
        ) { buffer -> [UInt8]? in
            // procfs gives such a file in one piece.
            let count = read(descriptor, buffer.baseAddress, buffer.count)
            return count > 0 ? [UInt8](buffer.prefix(count)) : nil
        }
    }
}
