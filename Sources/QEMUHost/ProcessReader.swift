internal import Concurrency
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
/// pool waits for it. What a process can hold up, its own memory, is read by `ProcessMemory`.
actor ProcessReader {
    /// Of this machine.
    static let system = ProcessReader(root: "/proc", memory: .system)

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        executor.asUnownedSerialExecutor()
    }

    /// The most threads of a process that are looked at: 4,096 vCPUs and as many others.
    private static let maximumThreads = 8192
    /// The most bytes that are read of a file; a `stat` has about 300, a `status` 1,500.
    private static let maximumFileSize = 4096
    /// The most bytes of a command line that are read; libvirt's have about 10,000.
    private static let maximumCommandLine = 256 * 1024
    /// The most processes that are looked at.
    private static let maximumProcesses = 65_536

    private let executor = DispatchQueueExecutor(label: "vcputop.procfs")
    /// Where the files are.
    nonisolated let root: String
    /// Reads what a process can hold up.
    nonisolated let memory: ProcessMemory

    /// - Parameters:
    ///   - root: Where the files are, `/proc` or a tree that looks like it.
    ///   - memory: Reads the same tree.
    init(root: String, memory: ProcessMemory? = nil) {
        self.root = root
        self.memory = memory ?? ProcessMemory(root: root)
    }

    /// Tells which process has this number now; nil where there is none to be seen.
    func identity(of processID: Int32) throws(Shortage) -> ProcessIdentity? {
        try stat("\(processID)").map {
            ProcessIdentity(processID: processID, startTicks: $0.startTicks)
        }
    }

    /// Reads a process and those of its threads whose names say that they run vCPUs.
    ///
    /// - Returns: Nil when the process has ended.
    func sampleNamedThreads(of identity: ProcessIdentity) throws(Shortage) -> ProcessSample? {
        guard let process = try living(identity) else { return nil }
        let threadIDs = try ProcFile.numbers(
            in: "\(root)/\(identity.processID)/task", atMost: Self.maximumThreads)
        return ProcessSample(
            process: process,
            threads: try samples(of: threadIDs, of: identity) { VCPUThreadName($0.name) != nil })
    }

    /// Reads a process and these of its threads; those that have ended, or belong to another
    /// process, are left out.
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

    /// The numbers of all processes that are to be seen, ascending.
    func processIDs() throws(Shortage) -> [Int32] {
        try ProcFile.numbers(in: root, atMost: Self.maximumProcesses)
    }

    /// Tells which processes have these numbers now.
    func identities(of processIDs: [Int32]) throws(Shortage) -> [ProcessIdentity] {
        var identities: [ProcessIdentity] = []
        for processID in processIDs {
            if let identity = try identity(of: processID) { identities.append(identity) }
        }
        return identities
    }

    /// What a process was started with.
    enum Arguments: Hashable, Sendable {
        /// Its own name for itself first. A process can write there what it likes, and the texts
        /// need not be printable.
        case known([String])
        /// The process has ended, cannot be looked at, has too many of them, or is not wanted.
        case none
        /// The process does not let them be read.
        case hang
    }

    /// Reads the arguments that a process was started with.
    ///
    /// - Parameter isWanted: Whether they matter, by the name that the process calls itself.
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

    /// Reads the folder in which a process was started, by its environment; nil where it does not
    /// say.
    nonisolated func startFolder(of processID: Int32) async throws(Shortage) -> String? {
        guard
            case .bytes(let bytes) = try await memory.read(
                "environ", of: processID, limit: Self.maximumCommandLine)
        else { return nil }
        return Self.strings(bytes).last { $0.hasPrefix("PWD=/") }.map { String($0.dropFirst(4)) }
    }

    /// Tells as which user a process runs; nil where it has ended.
    ///
    /// Not by the owner of its folder: that is root's where a process has made itself private.
    /// Where the real user differs from the effective one, the real one has started it.
    func user(of processID: Int32) throws(Shortage) -> UInt32? {
        guard
            let bytes = try ProcFile.contents(
                "\(root)/\(processID)/status", limit: Self.maximumFileSize)
        else { return nil }
        let line = bytes.split(separator: UInt8(ascii: "\n")).first { $0.starts(with: "Uid:".utf8) }
        return line?.dropFirst(4).split { $0 == 0x09 || $0 == 0x20 }.first
            .flatMap { UInt32(String(decoding: $0, as: UTF8.self)) }
    }

    /// Where a process sees its files.
    struct View: Hashable, Sendable {
        /// The process's root folder, as a path of ours.
        let root: String
        /// Whether its files are mounted as ours are.
        let sharesMounts: Bool
        /// Whether its root folder is ours.
        let sharesRoot: Bool
        /// Its working folder, by its own root; nil where that is not told.
        let workingFolder: String?
    }

    /// Tells where a process sees its files; as we do where the system does not say.
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

    /// The socket of libvirt's daemon that a process sees, where that is another one than ours.
    ///
    /// Below a process's root can be file systems that its user has mounted, and that never answer.
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
            process.startTicks == identity.startTicks, process.state != "Z", process.state != "X"
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
            samples.append(ThreadSample(threadID: threadID, stat: stat, schedule: schedule))
        }
        return samples
    }

    private func stat(_ folder: String) throws(Shortage) -> ThreadStat? {
        try contents("\(folder)/stat").flatMap(ThreadStat.init(parsing:))
    }

    private func contents(_ path: String) throws(Shortage) -> [UInt8]? {
        try ProcFile.contents("\(root)/\(path)", limit: Self.maximumFileSize)
    }

    /// The texts of a file in which a NUL ends each.
    private static func strings(_ bytes: [UInt8]) -> [String] {
        bytes.split(separator: 0, omittingEmptySubsequences: false)
            .dropLast(bytes.last == 0 ? 1 : 0)
            .map { String(decoding: $0, as: UTF8.self) }
    }
}
