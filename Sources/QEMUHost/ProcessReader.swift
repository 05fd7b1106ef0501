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

    /// The most bytes of a command line that are read; libvirt's have about 10,000.
    private static let maximumCommandLine = 256 * 1024
    /// The most processes that are looked at.
    private static let maximumProcesses = 65_536

    private let executor = DispatchQueueExecutor(label: "vcputop.procfs")
    private let root: String

    /// - Parameter root: Where the files are, `/proc` or a tree that looks like it.
    init(root: String) {
        self.root = root
    }

    /// One that reads the same, whatever keeps this one waiting.
    nonisolated var another: ProcessReader { ProcessReader(root: root) }

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

    /// The numbers of all processes that are to be seen, ascending.
    func processIDs() -> [Int32] {
        numberedEntries(of: root, atMost: Self.maximumProcesses)
    }

    /// The arguments that a process was started with, its own name for itself first.
    ///
    /// A process can write there what it likes, and the texts need not be printable.
    ///
    /// - Returns: Nil when the process has ended, cannot be looked at, or has more than
    ///   `maximumCommandLine` bytes of them.
    func arguments(of identity: ProcessIdentity) -> [String]? {
        let file = "\(identity.processID)/cmdline"
        guard self.identity(of: identity.processID) == identity,
            let bytes = contents(file, limit: Self.maximumCommandLine + 1),
            bytes.count <= Self.maximumCommandLine
        else { return nil }
        return bytes.split(separator: 0, omittingEmptySubsequences: false).dropLast(
            bytes.last == 0 ? 1 : 0
        ).map { String(decoding: $0, as: UTF8.self) }
    }

    /// What a process calls its program: the first of its arguments, as far as that is short.
    func programName(of processID: Int32) -> String? {
        contents("\(processID)/cmdline").map {
            String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
    }

    /// Where a process sees files: a prefix for absolute paths, empty where that is as here.
    ///
    /// - Returns: Also empty where the system does not say.
    func rootPrefix(of processID: Int32) -> String {
        guard let theirs = link("\(processID)/ns/mnt"), let ours = link("self/ns/mnt"),
            theirs != ours
        else { return "" }
        return "\(root)/\(processID)/root"
    }

    private func link(_ path: String) -> String? {
        withUnsafeTemporaryAllocation(byteCount: 256, alignment: 1) { buffer in
            guard let start = buffer.baseAddress else { return nil }
            let count = readlink("\(root)/\(path)", start, buffer.count)
            return count > 0 ? String(decoding: buffer.prefix(count), as: UTF8.self) : nil
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
        numberedEntries(of: "\(root)/\(processID)/task", atMost: Self.maximumThreads)
    }

    private func numberedEntries(of folder: String, atMost limit: Int) -> [Int32] {
        guard let entries = opendir(folder) else { return [] }
        defer { closedir(entries) }
        var numbers: [Int32] = []
        while numbers.count < limit, let entry = readdir(entries) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let number = Int32(name), number > 0 { numbers.append(number) }
        }
        return numbers.sorted()
    }

    private func contents(_ path: String, limit: Int = maximumFileSize) -> [UInt8]? {
        let descriptor = open("\(root)/\(path)", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        return withUnsafeTemporaryAllocation(byteCount: limit, alignment: 1) { buffer in
            // procfs gives a small file in one piece, and a command line a page at a time.
            var count = 0
            while count < buffer.count {
                let part = read(
                    descriptor, buffer.baseAddress?.advanced(by: count), buffer.count - count)
                guard part > 0 else { break }
                count += part
            }
            return count > 0 ? [UInt8](buffer.prefix(count)) : nil
        }
    }
}
