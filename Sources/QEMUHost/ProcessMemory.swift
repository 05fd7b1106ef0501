internal import Concurrency
internal import UnixSockets

/// Reads what a process can hold up: its arguments and environment, which lie in its own memory,
/// and files below its own root.
///
/// Reading waits for the process's memory, or for a file system that the process has mounted,
/// possibly for ever: another thread can hold the memory's lock, and a page of it can be of a file
/// that is never delivered. So each read has a thread of its own, is given up after a while, and
/// its process is left alone until the read returns.
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

    private let root: String
    private let patience: Duration
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
        let path = "\(root)/\(processID)/\(file)"
        let answer = try await run(of: processID) { () throws(Shortage) -> Answer in
            guard let start = try ProcFile.contents(path, limit: 4096), isWorthWhile(start)
            else { return .nothing }
            guard start.count == 4096 else { return .bytes(start) }
            return try ProcFile.contents(path, limit: limit).map { .bytes($0) } ?? .nothing
        }
        return answer ?? .hangs
    }

    /// Runs something that a process can hold up.
    ///
    /// - Returns: Nil when it has not returned in time, or an earlier one of the process has not.
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
            // It may have returned a moment after its deadline.
            if underWay[number] != nil { overdue.insert(number) }
            return nil
        }
        release(number)
        return try result.get()
    }

    private func release(_ number: UInt64) {
        underWay[number] = nil
        overdue.remove(number)
    }
}
