/// What the system reports about one thread, or about a process's first thread.
///
/// - Source: proc_pid_stat(5).
struct ThreadStat: Hashable, Sendable {
    /// The thread's name, which it chooses itself; at most 15 bytes.
    let name: String
    /// The state: `R` running, `S` sleeping, `T` stopped, `Z` ended and not yet reaped.
    let state: Unicode.Scalar
    /// CPU time in user mode and in the kernel, in ticks; it includes the guest's time.
    let ticks: UInt64
    /// How many threads the process has; 0 where the file does not say.
    let threadCount: Int
    /// When the thread began, in ticks since the host's boot; with the number it identifies the
    /// thread.
    let startTicks: UInt64
    /// The physical CPU on which the thread ran last.
    let physicalCPU: Int?

    /// Whether a signal or a debugger has stopped the thread.
    var isStopped: Bool { state == "T" || state == "t" }

    /// Whether the thread has ended.
    var hasEnded: Bool { state == "Z" || state == "X" }

    /// Parses a `stat` file.
    ///
    /// - Returns: Nil when the file is malformed.
    init?(parsing bytes: UnsafeRawBufferPointer) {
        // The name may contain blanks and parentheses.
        guard let open = bytes.firstIndex(of: UInt8(ascii: "(")),
            let close = bytes.lastIndex(of: UInt8(ascii: ")")), open < close
        else { return nil }
        var fields = FieldReader(bytes, from: close + 1)
        guard let state = fields.next()?.first else { return nil }
        // The field after the state is the fourth.
        fields.skip(14 - 4)
        guard let user = fields.nextNumber(), let system = fields.nextNumber() else { return nil }
        fields.skip(20 - 16)
        let threads = fields.nextNumber()
        fields.skip(22 - 21)
        guard let start = fields.nextNumber() else { return nil }
        fields.skip(39 - 23)
        let cpu = fields.nextNumber()
        name = String(decoding: bytes[(open + 1)..<close], as: UTF8.self)
        self.state = Unicode.Scalar(state)
        ticks = user.addingReportingOverflow(system).partialValue
        threadCount = threads.flatMap(Int.init(exactly:)) ?? 0
        startTicks = start
        physicalCPU = cpu.flatMap(Int.init(exactly:))
    }

    init?(parsing bytes: [UInt8]) {
        let stat = bytes.withUnsafeBytes { ThreadStat(parsing: $0) }
        guard let stat else { return nil }
        self = stat
    }
}

/// The times that the scheduler counts for a thread.
///
/// - Source: Linux, Documentation/scheduler/sched-stats.rst, `/proc/<pid>/schedstat`.
struct ThreadSchedule: Hashable, Sendable {
    /// Time spent on a physical CPU.
    let runNanoseconds: UInt64
    /// Time spent runnable and waiting for a physical CPU.
    let waitNanoseconds: UInt64

    /// Parses a `schedstat` file.
    ///
    /// - Returns: Nil when the file is malformed, and when all numbers are 0: the kernel does not
    ///   count, or the thread has never run.
    init?(parsing bytes: UnsafeRawBufferPointer) {
        var fields = FieldReader(bytes, from: 0)
        guard let run = fields.nextNumber(), let wait = fields.nextNumber(),
            let slices = fields.nextNumber(), slices > 0 || run > 0 || wait > 0
        else { return nil }
        runNanoseconds = run
        waitNanoseconds = wait
    }

    init?(parsing bytes: [UInt8]) {
        let schedule = bytes.withUnsafeBytes { ThreadSchedule(parsing: $0) }
        guard let schedule else { return nil }
        self = schedule
    }
}
