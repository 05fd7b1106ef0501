internal import Concurrency
internal import Glibc
internal import GuestVCPU
internal import UnixSockets

/// The identity of a process: the system reuses the numbers of processes.
struct ProcessIdentity: Hashable, Sendable {
    let processID: Int32
    /// When the process began, in ticks since the host's boot.
    let startTicks: UInt64
}

/// One thread at one moment.
struct ThreadSample: Hashable, Sendable {
    let threadID: Int32
    let stat: ThreadStat
    /// Nil where the kernel does not count these times, and for a thread that has never run.
    let schedule: ThreadSchedule?
    /// See `ThreadAffinity`.
    var affinity: PhysicalCPUSet?
}

/// A process and some of its threads at one moment.
struct ProcessSample: Hashable, Sendable {
    /// The process's first thread.
    let process: ThreadStat
    /// The threads that were asked for, ascending by number.
    let threads: [ThreadSample]
}

/// What was read of several processes: nil of one that has ended.
typealias ProcessSamples = [ProcessIdentity: Result<ProcessSample?, Shortage>]

/// Reads what the system says about processes and their threads.
///
/// The actor lives on the event loop: the files that it reads itself are made up by the kernel and
/// never block. Reads that a process can block go through `ProcessMemory`.
actor ProcessReader {
    /// Reads this host's processes.
    static let system = ProcessReader(root: "/proc", memory: .system)

    /// The same for a program that reads each process once or twice, and keeps no files open.
    static let once = ProcessReader(root: "/proc", memory: .system, mostDescriptors: 0)

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        EventLoop.shared.asUnownedSerialExecutor()
    }

    /// The most threads to read of a process: 4,096 vCPUs and as many others.
    private static let maximumThreads = 8192
    /// The most bytes to read of a file; a `stat` has about 300, a `status` 1,500.
    private static let maximumFileSize = 4096
    /// The most bytes to read of a command line; libvirt's have about 10,000.
    private static let maximumCommandLine = 256 * 1024
    /// The most processes to read.
    private static let maximumProcesses = 65_536
    /// How many processes to read before other work of the loop has its turn: agents' answers must
    /// not wait for all of them, which can take a tenth of a second.
    private static let turn = 32

    /// The files that are kept open, by process.
    private var openThreads: [ProcessIdentity: OpenThreads] = [:]
    private(set) var descriptorCount = 0
    /// How many descriptors to keep open.
    private let mostDescriptors: Int
    /// How long files stay open that are not read, about: their process may have ended.
    private let longestDisuse: Duration
    /// When files that are not read are closed next.
    private var nextSweep: ContinuousClock.Instant
    /// The folder of the files.
    nonisolated let root: String
    /// Makes the reads that a process can block.
    nonisolated let memory: ProcessMemory
    private let affinity: ThreadAffinity

    /// - Parameters:
    ///   - root: The folder of the files: `/proc`, or a tree that looks like it.
    ///   - memory: Reads the same tree.
    ///   - affinity: Reads where threads may run; nil stands for the system where the root is
    ///     `/proc`, and for nothing where it is not.
    ///   - mostDescriptors: How many files to keep open; 0 where the files are not of procfs. Nil
    ///     stands for half of what the process may open.
    ///   - longestDisuse: How long files stay open that are not read.
    init(
        root: String, memory: ProcessMemory? = nil, affinity: ThreadAffinity? = nil,
        mostDescriptors: Int? = nil, longestDisuse: Duration = .seconds(30)
    ) {
        self.root = root
        self.affinity = affinity ?? (root == "/proc" ? .system : .unknown)
        self.memory = memory ?? ProcessMemory(root: root)
        self.mostDescriptors =
            mostDescriptors ?? (root == "/proc" ? DescriptorLimit.current / 2 : 0)
        self.longestDisuse = longestDisuse
        nextSweep = .now + longestDisuse
    }

    /// The identity of the process that has this number now; nil where none is visible.
    func identity(of processID: Int32) throws(Shortage) -> ProcessIdentity? {
        try stat("\(processID)").map {
            ProcessIdentity(processID: processID, startTicks: $0.startTicks)
        }
    }

    /// Reads a process and the threads whose names say that they run vCPUs.
    ///
    /// - Returns: Nil when the process has ended.
    func sampleNamedThreads(of identity: ProcessIdentity) throws(Shortage) -> ProcessSample? {
        let now = ContinuousClock.now
        if let sample = openThreads[identity]?.sample(at: now) { return sample }
        // The old files are closed before new ones are opened: both together may be too many.
        let earlier = forget(identity)
        guard let process = try living(identity) else { return nil }
        let threadIDs = try ProcFile.numbers(
            in: "\(root)/\(identity.processID)/task", atMost: Self.maximumThreads)
        let sample = ProcessSample(
            process: process,
            threads: try samples(of: threadIDs, of: identity) { VCPUThreadName($0.name) != nil })
        keepOpen(sample, of: identity, after: earlier, at: now)
        return sample
    }

    /// Reads several processes in one go, as `sampleNamedThreads(of:)` does each.
    func sampleNamedThreads(
        of identities: some Sequence<ProcessIdentity> & Sendable
    ) async -> ProcessSamples {
        var samples: ProcessSamples = [:]
        for identity in identities where samples[identity] == nil {
            if samples.count % Self.turn == Self.turn - 1 { await Task.yield() }
            do throws(Shortage) {
                samples[identity] = .success(try sampleNamedThreads(of: identity))
            } catch {
                samples[identity] = .failure(error)
            }
        }
        return samples
    }

    private func keepOpen(
        _ sample: ProcessSample, of identity: ProcessIdentity, after earlier: [Int32]?,
        at now: ContinuousClock.Instant
    ) {
        let needed = 1 + 2 * sample.threads.count
        guard needed <= mostDescriptors else { return }
        if nextSweep <= now || descriptorCount + needed > mostDescriptors {
            nextSweep = now + longestDisuse
            let unused = openThreads.filter { $0.value.usedAt + longestDisuse < now }
            for identity in unused.keys { forget(identity) }
        }
        guard descriptorCount + needed <= mostDescriptors,
            let open = OpenThreads(sample, of: identity, root: root, after: earlier, at: now)
        else { return }
        openThreads[identity] = open
        descriptorCount += open.descriptorCount
    }

    /// Closes the files of a process.
    ///
    /// - Returns: The numbers of its threads; nil where no files were open.
    @discardableResult
    private func forget(_ identity: ProcessIdentity) -> [Int32]? {
        guard let open = openThreads.removeValue(forKey: identity) else { return nil }
        descriptorCount -= open.descriptorCount
        return open.threadIDs
    }

    /// Reads a process and some of its threads; leaves out threads that have ended or belong to
    /// another process.
    ///
    /// - Returns: Nil when the process has ended.
    func sampleThreads(
        _ threadIDs: Set<Int32>, of identity: ProcessIdentity
    ) throws(Shortage) -> ProcessSample? {
        guard let process = try living(identity) else { return nil }
        return ProcessSample(
            process: process,
            threads: try samples(of: threadIDs.sorted(), of: identity) { _ in true })
    }

    /// The numbers of all visible processes, ascending.
    func processIDs() throws(Shortage) -> [Int32] {
        try ProcFile.numbers(in: root, atMost: Self.maximumProcesses)
    }

    /// The identities of the processes that have these numbers now.
    func identities(of processIDs: [Int32]) async throws(Shortage) -> [ProcessIdentity] {
        var identities: [ProcessIdentity] = []
        for (number, processID) in processIDs.enumerated() {
            if number % Self.turn == Self.turn - 1 { await Task.yield() }
            if let identity = try identity(of: processID) { identities.append(identity) }
        }
        return identities
    }

    /// The arguments of a process.
    enum Arguments: Hashable, Sendable {
        /// The arguments, the program's name first. A process can change them, and they need not be
        /// printable.
        case known([String])
        /// The process has ended, may not be read, has too many arguments, or is not wanted.
        case none
        /// The read does not return.
        case hang
    }

    /// Reads the arguments of a process.
    ///
    /// - Parameter isWanted: Decides by the program's name whether to read the rest.
    nonisolated func arguments(
        of identity: ProcessIdentity,
        if isWanted: @escaping @Sendable (String) -> Bool = { _ in true }
    ) async throws(Shortage) -> Arguments {
        let answer = try await memory.read(
            "cmdline", of: identity.processID, limit: Self.maximumCommandLine + 1
        ) { start in
            isWanted(String(decoding: start.prefix { $0 != 0 }, as: UTF8.self))
        }
        guard case .bytes(let bytes) = answer else { return answer == .hangs ? .hang : .none }
        guard bytes.count <= Self.maximumCommandLine,
            try await self.identity(of: identity.processID) == identity
        else { return .none }
        return .known(Self.strings(bytes))
    }

    /// The folder in which a process was started, by its environment; nil where that does not name
    /// it.
    nonisolated func startFolder(of processID: Int32) async throws(Shortage) -> String? {
        guard
            case .bytes(let bytes) = try await memory.read(
                "environ", of: processID, limit: Self.maximumCommandLine)
        else { return nil }
        return Self.strings(bytes).last { $0.hasPrefix("PWD=/") }.map { String($0.dropFirst(4)) }
    }

    /// The real user of a process, which is the one that started it; nil where it has ended.
    ///
    /// The owner of the process's folder does not tell it: root owns the folder of a process that
    /// is not dumpable.
    func user(of processID: Int32) throws(Shortage) -> UInt32? {
        guard
            let bytes = try ProcFile.contents(
                "\(root)/\(processID)/status", limit: Self.maximumFileSize)
        else { return nil }
        let line = bytes.split(separator: UInt8(ascii: "\n")).first { $0.starts(with: "Uid:".utf8) }
        return line?.dropFirst(4).split { $0 == 0x09 || $0 == 0x20 }.first
            .flatMap { UInt32(String(decoding: $0, as: UTF8.self)) }
    }

    /// Where a process finds its files.
    struct View: Hashable, Sendable {
        /// A path that leads us to the process's root folder.
        let root: String
        /// Whether the process is in our mount namespace.
        let sharesMounts: Bool
        /// Whether the process's root folder is ours.
        let sharesRoot: Bool
        /// The process's working folder as it sees it; nil where that is not known.
        let workingFolder: String?
    }

    /// Where a process finds its files; the same as for us where the system does not tell.
    func view(of processID: Int32) throws(Shortage) -> View {
        let theirs = try ProcFile.link("\(root)/\(processID)/ns/mnt")
        let ours = try ProcFile.link("\(root)/self/ns/mnt")
        let workingFolder = try ProcFile.link("\(root)/\(processID)/cwd")
        let folder = try ProcFile.link("\(root)/\(processID)/root")
        return View(
            root: "\(root)/\(processID)/root",
            sharesMounts: theirs == nil || ours == nil || theirs == ours,
            sharesRoot: folder == nil || folder == "/",
            workingFolder: workingFolder.flatMap { $0.hasPrefix("/") ? $0 : nil })
    }

    /// The socket of libvirt's daemon that a process sees; nil where that is the one that we see.
    ///
    /// The process's user can have mounted file systems below its root that never answer.
    func foreignLibvirtSocket(of processID: Int32) async throws(Shortage) -> String? {
        let folder = "\(root)/\(processID)/root"
        let socket = try await memory.run(of: processID) { () throws(Shortage) -> String? in
            for name in ["libvirt-sock", "virtqemud-sock"] {
                let path = "/run/libvirt/\(name)"
                let theirs = FileIdentity(atPath: folder + path)
                guard let theirs, theirs.isSocket, theirs != FileIdentity(atPath: path) else {
                    continue
                }
                return folder + path
            }
            return nil
        }
        return socket ?? nil
    }

    private func living(_ identity: ProcessIdentity) throws(Shortage) -> ThreadStat? {
        guard let process = try stat("\(identity.processID)"),
            process.startTicks == identity.startTicks, !process.hasEnded
        else { return nil }
        return process
    }

    private func samples(
        of threadIDs: [Int32], of identity: ProcessIdentity, where isWanted: (ThreadStat) -> Bool
    ) throws(Shortage) -> [ThreadSample] {
        var samples: [ThreadSample] = []
        for threadID in threadIDs {
            let folder = "\(identity.processID)/task/\(threadID)"
            guard let stat = try stat(folder), isWanted(stat) else { continue }
            let schedule = try contents("\(folder)/schedstat")
                .flatMap(ThreadSchedule.init(parsing:))
            samples.append(
                ThreadSample(
                    threadID: threadID, stat: stat, schedule: schedule,
                    affinity: affinity.read(threadID)))
        }
        return samples
    }

    private func stat(_ folder: String) throws(Shortage) -> ThreadStat? {
        try contents("\(folder)/stat").flatMap(ThreadStat.init(parsing:))
    }

    private func contents(_ path: String) throws(Shortage) -> [UInt8]? {
        try ProcFile.contents("\(root)/\(path)", limit: Self.maximumFileSize)
    }

    /// The strings of a file, each of which ends with a NUL.
    private static func strings(_ bytes: [UInt8]) -> [String] {
        bytes.split(separator: 0, omittingEmptySubsequences: false)
            .dropLast(bytes.last == 0 ? 1 : 0)
            .map { String(decoding: $0, as: UTF8.self) }
    }
}
