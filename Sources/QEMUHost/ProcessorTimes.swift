internal import GuestVCPU

/// What the kernel counts for each CPU of this machine that is online.
///
/// - Source: proc_stat(5), the lines `cpuN`.
struct ProcessorTimes: Hashable, Sendable {
    /// The times by the CPU's number, in ticks.
    private(set) var cpus: [Int: CPUTimes] = [:]

    /// The most bytes of a line: a name and ten numbers.
    static let longestLine = 256

    /// Parses the beginning of `/proc/stat`, up to the first line that is about something else.
    ///
    /// Lines that are malformed or cut off are left out, and so are numbers out of range.
    init(parsing bytes: UnsafeRawBufferPointer) {
        var start = 0
        // A line without an end may be cut off in the middle of a number.
        while let length = bytes[start...].firstIndex(of: 0x0A).map({ $0 - start }) {
            let line = UnsafeRawBufferPointer(rebasing: bytes[start..<(start + length)])
            start += length + 1
            guard line.starts(with: "cpu".utf8) else { return }
            guard let (id, times) = Self.times(line), cpus[id] == nil else { continue }
            cpus[id] = times
        }
    }

    init(parsing bytes: [UInt8]) {
        self = bytes.withUnsafeBytes { ProcessorTimes(parsing: $0) }
    }

    /// - Returns: Nil for the line of all CPUs, whose name has no number.
    private static func times(_ line: UnsafeRawBufferPointer) -> (Int, CPUTimes)? {
        var name = FieldReader(UnsafeRawBufferPointer(rebasing: line[3...]), from: 0)
        guard line.count > 3, line[3] != 0x20, let number = name.nextNumber(),
            let id = Int(exactly: number), PhysicalCPUSet.idRange.contains(id)
        else { return nil }
        var fields = FieldReader(line, from: 0)
        fields.skip(1)
        // user nice system idle iowait irq softirq steal; guests' time is part of user and nice.
        var values: [UInt64] = []
        while values.count < 8, let value = fields.nextNumber() { values.append(value) }
        guard values.count >= 4 else { return nil }
        var times = CPUTimes(busy: 0, idle: 0)
        for (position, value) in values.enumerated() {
            let isIdle = position == 3 || position == 4
            let (sum, overflows) =
                (isIdle ? times.idle : times.busy).addingReportingOverflow(value)
            guard !overflows else { return nil }
            if isIdle { times.idle = sum } else { times.busy = sum }
        }
        return (id, times)
    }
}
