internal import Concurrency
internal import UnixSockets

/// Reads files whose reading a process can block: its arguments and environment, which are in its
/// own memory, and files below its own root.
///
/// Such a read can block for ever: another thread can hold the lock of the process's memory, a page
/// of it can belong to a file that is never delivered, and the process can have mounted a file
/// system that never answers. So each read runs on a thread of its own with a deadline. After a
/// missed deadline, the process is not read again until the read returns.
actor ProcessMemory {
    /// The result of a read.
    enum Answer: Hashable, Sendable {
        case bytes([UInt8])
        /// The process has ended, the file is empty, or there is no permission to read it.
        case nothing
        /// The read has not returned.
        case hangs
    }

    /// Reads this host's processes.
    static let system = ProcessMemory(root: "/proc")

    /// The most reads that may hang; no other read begins then.
    private static let mostHanging = 64

    private let root: String
    private let patience: Duration
    /// The processes of the reads that have not returned.
    private var underWay: [Int: Int32] = [:]
    private var overdue: Set<Int> = []
    private var count = 0

    /// - Parameters:
    ///   - root: The folder of the files: `/proc`, or a tree that looks like it.
    ///   - patience: How long a read may take.
    init(root: String, patience: Duration = .seconds(2)) {
        self.root = root
        self.patience = patience
    }

    /// The processes whose reads have missed their deadlines and not returned.
    var hangingProcesses: Set<Int32> { Set(overdue.compactMap { underWay[$0] }) }

    /// Whether so many reads hang that no other read begins.
    var isFull: Bool { overdue.count >= Self.mostHanging }

    /// Reads a file of a process.
    ///
    /// - Parameters:
    ///   - file: `cmdline` or `environ`.
    ///   - limit: The most bytes to read.
    ///   - isWorthWhile: Decides by the first part of the file whether to read the rest.
    func read(
        _ file: String, of processID: Int32, limit: Int,
        if isWorthWhile: @escaping @Sendable ([UInt8]) -> Bool = { _ in true }
    ) async throws(Shortage) -> Answer {
        let path = "\(root)/\(processID)/\(file)"
        let answer = try await run(of: processID) { () throws(Shortage) -> Answer in
            guard let start = try ProcFile.contents(path, limit: 4096), isWorthWhile(start)
            else { return .nothing }
            guard start.count == 4096 else { return .bytes(start) }
            return try ProcFile.contents(path, limit: limit).map { .bytes($0) } ?? .nothing
        }
        return answer ?? .hangs
    }

    /// Runs work that a process can block.
    ///
    /// - Returns: Nil when the work, or earlier work for the same process, has not returned in
    ///   time.
    func run<Value: Sendable>(
        of processID: Int32, _ work: @escaping @Sendable () throws(Shortage) -> Value
    ) async throws(Shortage) -> Value? {
        guard !isFull, !hangingProcesses.contains(processID) else { return nil }
        count += 1
        let number = count
        underWay[number] = processID
        let result = await BlockingCall.run(until: .now + patience) {
            Result { () throws(Shortage) in try work() }
        } late: { _ in
            Task { await self.release(number) }
        }
        guard let result else {
            // The work may have returned just after its deadline.
            if underWay[number] != nil { overdue.insert(number) }
            return nil
        }
        release(number)
        return try result.get()
    }

    private func release(_ number: Int) {
        underWay[number] = nil
        overdue.remove(number)
    }
}
