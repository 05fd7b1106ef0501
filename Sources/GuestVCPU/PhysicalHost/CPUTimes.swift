/// What a CPU, or all of them together, did since the machine's start.
public struct CPUTimes: Hashable, Sendable {
    /// Time at work, in a unit of the source's own.
    public package(set) var busy: UInt64
    /// Idle time, waiting for storage included, in the same unit.
    public package(set) var idle: UInt64

    /// Creates the times.
    public init(busy: UInt64, idle: UInt64) {
        self.busy = busy
        self.idle = idle
    }

    /// The share of the time since an earlier reading that was spent at work, 0 to 1.
    ///
    /// - Returns: Nil where no time has passed, and where a counter went back: Linux lets the idle
    ///   time of a CPU do that.
    func busyShare(since earlier: CPUTimes) -> Double? {
        guard busy >= earlier.busy, idle >= earlier.idle else { return nil }
        let worked = Double(busy - earlier.busy)
        let all = worked + Double(idle - earlier.idle)
        return all > 0 ? worked / all : nil
    }
}
