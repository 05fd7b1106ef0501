internal import Dispatch
internal import UnixSockets

/// Reads what lies in a process's own memory: its arguments and its environment.
///
/// Reading waits for the process's memory, possibly for ever: another thread can hold its lock, and
/// a page of it can be of a file that is never delivered. So each read has a thread of its own, is
/// given up after a while, and its process is left alone until the read returns.
actor ProcessMemory {
    /// What a read gave.
    enum Answer: Hashable, Sendable {
        case bytes([UInt8])
        /// The process has ended, has nothing there, or may not be looked at.
        case nothing
        /// The read has not returned.
        case hangs
    }

    /// Of this machine.
    static let system = ProcessMemory(root: "/proc")

    /// The most reads that hang at the same time; nothing more is read then.
    private static let mostHanging = 64
    /// Threads that are kept for the next read.
    private static let mostIdle = 2

    private let root: String
    private let patience: Duration
    private var idle: [DispatchQueue] = []
    /// The processes of the reads that have not returned.
    private var underWay: [UInt64: Int32] = [:]
    private var overdue: Set<UInt64> = []
    private var count: UInt64 = 0

    /// - Parameters:
    ///   - root: Where the files are, `/proc` or a tree that looks like it.
    ///   - patience: How long a read may take.
    init(root: String, patience: Duration = .seconds(2)) {
        self.root = root
        self.patience = patience
    }

    /// The processes whose memory is waited for in vain.
    var hangingProcesses: Set<Int32> { Set(overdue.compactMap { underWay[$0] }) }

    /// Whether so many reads hang that nothing more is read.
    var isFull: Bool { overdue.count >= Self.mostHanging }

    /// Reads a file of a process.
    ///
    /// - Parameters:
    ///   - file: `cmdline` or `environ`.
    ///   - limit: The most bytes to read.
    ///   - isWorthWhile: Whether to read on, by the first part of the file.
    func read(
        _ file: String, of processID: Int32, limit: Int,
        if isWorthWhile: @escaping @Sendable ([UInt8]) -> Bool = { _ in true }
    ) async throws(Shortage) -> Answer {
        guard !isFull, !hangingProcesses.contains(processID) else { return .hangs }
        let path = "\(root)/\(processID)/\(file)"
        let worker = idle.popLast() ?? DispatchQueue(label: "vcputop.memory")
        count += 1
        let number = count
        underWay[number] = processID
        let (results, result) = AsyncStream<Result<Answer, Shortage>>.makeStream()
        worker.async {
            result.yield(
                Result { () throws(Shortage) in
                    guard let start = try ProcFile.contents(path, limit: 4096),
                        isWorthWhile(start)
                    else { return .nothing }
                    guard start.count == 4096 else { return .bytes(start) }
                    return try ProcFile.contents(path, limit: limit).map { .bytes($0) } ?? .nothing
                })
            Task { await self.release(worker, number) }
        }
        let timer = Task { [patience] in
            try? await Task.sleep(for: patience, clock: .continuous)
            result.yield(.success(.hangs))
        }
        defer { timer.cancel() }
        for await result in results.prefix(1) {
            let answer = try result.get()
            if answer == .hangs, underWay[number] != nil { overdue.insert(number) }
            return answer
        }
        return .hangs
    }

    private func release(_ worker: DispatchQueue, _ number: UInt64) {
        underWay[number] = nil
        overdue.remove(number)
        if idle.count < Self.mostIdle { idle.append(worker) }
    }
}
