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
    /// When the thread began, in ticks since the host's boot; with the number it identifies the
    /// thread.
    let startTicks: UInt64
    /// The physical CPU on which the thread ran last.
    let physicalCPU: Int?

    /// Whether a signal or a debugger has stopped the thread.
    var isStopped: Bool { state == "T" || state == "t" }

    /// Parses a `stat` file.
    ///
    /// - Returns: Nil when the file is malformed.
    init?(parsing bytes: [UInt8]) {
        // The name may contain blanks and parentheses.
        guard let open = bytes.firstIndex(of: UInt8(ascii: "(")),
            let close = bytes.lastIndex(of: UInt8(ascii: ")")), open < close
        else { return nil }
        name = String(decoding: bytes[(open + 1)..<close], as: UTF8.self)
        let fields = bytes[(close + 1)...].fields
        guard let state = fields.first?.unicodeScalars.first,
            let user = Self.field(14, of: fields).flatMap({ UInt64($0) }),
            let system = Self.field(15, of: fields).flatMap({ UInt64($0) }),
            let start = Self.field(22, of: fields).flatMap({ UInt64($0) })
        else { return nil }
        self.state = state
        ticks = user.addingReportingOverflow(system).partialValue
        startTicks = start
        physicalCPU = Self.field(39, of: fields).flatMap { Int($0) }.flatMap { $0 < 0 ? nil : $0 }
    }

    /// A field by its number in the manual page; the first field after the name is the third.
    private static func field(_ number: Int, of fields: [String]) -> String? {
        fields.indices.contains(number - 3) ? fields[number - 3] : nil
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
    init?(parsing bytes: [UInt8]) {
        let fields = bytes[...].fields
        guard fields.count >= 3, let run = UInt64(fields[0]), let wait = UInt64(fields[1]),
            let slices = UInt64(fields[2]), slices > 0 || run > 0 || wait > 0
        else { return nil }
        runNanoseconds = run
        waitNanoseconds = wait
    }
}

extension ArraySlice<UInt8> {
    /// The fields, which blanks separate.
    fileprivate var fields: [String] {
        split { $0 == 0x20 || $0 == 0x0A }.map { String(decoding: $0, as: UTF8.self) }
    }
}
