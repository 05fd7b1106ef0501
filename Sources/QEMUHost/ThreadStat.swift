/// What the system says of one thread, or of a process as its first thread.
///
/// - Source: proc_pid_stat(5).
struct ThreadStat: Hashable, Sendable {
    /// What the thread calls itself, at most 15 bytes.
    let name: String
    /// One letter: `R` running, `S` sleeping, `T` stopped, `Z` ended and not yet reaped.
    let state: Unicode.Scalar
    /// CPU time in user mode and in the kernel, in ticks; a guest's own time is part of it.
    let ticks: UInt64
    /// When it began, in ticks since the boot: with its number, which thread it is.
    let startTicks: UInt64
    /// The physical CPU that it ran on last.
    let physicalCPU: Int?

    /// Whether a signal or a debugger has stopped it.
    var isStopped: Bool { state == "T" || state == "t" }

    /// Reads the text of a `stat` file.
    ///
    /// - Returns: Nil when it is not one.
    init?(parsing bytes: [UInt8]) {
        // The name is the thread's own choice and may hold blanks and parentheses.
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

    /// A field by its number in the manual page; the fields after the name begin with the third.
    private static func field(_ number: Int, of fields: [String]) -> String? {
        fields.indices.contains(number - 3) ? fields[number - 3] : nil
    }
}

/// A thread's times as the scheduler counts them.
///
/// - Source: Linux, Documentation/scheduler/sched-stats.rst, `/proc/<pid>/schedstat`.
struct ThreadSchedule: Hashable, Sendable {
    /// Time spent on a physical CPU.
    let runNanoseconds: UInt64
    /// Time spent runnable and waiting for one.
    let waitNanoseconds: UInt64

    /// Reads the text of a `schedstat` file.
    ///
    /// - Returns: Nil when it is not one, and when it is all zeros: a kernel that does not count
    ///   says so, and a thread that has never run has nothing to count.
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
    /// What stands between blanks.
    fileprivate var fields: [String] {
        split { $0 == 0x20 || $0 == 0x0A }.map { String(decoding: $0, as: UTF8.self) }
    }
}
