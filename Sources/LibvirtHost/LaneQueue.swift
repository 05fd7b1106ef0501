/// The calls that wait for a lane, in the order of their turns.
struct LaneQueue {
    private struct Entry {
        let call: Int
        let purpose: LaneCall
        /// The lowest goes first.
        let rank: [Int]
        var hasWaited = false
        let continuation: CheckedContinuation<LaneTable.Admission?, Never>
    }

    private var entries: [Entry] = []

    /// How many calls wait.
    var count: Int { entries.count }

    /// Whether no call waits.
    var isEmpty: Bool { entries.isEmpty }

    /// Adds a call.
    ///
    /// - Parameters:
    ///   - rank: Its place in the queue, the lowest first.
    ///   - continuation: Gets what the call may do, or nil once it has stopped waiting.
    mutating func append(
        _ call: Int, _ purpose: LaneCall, rank: [Int],
        _ continuation: CheckedContinuation<LaneTable.Admission?, Never>
    ) {
        entries.append(
            Entry(call: call, purpose: purpose, rank: rank, continuation: continuation))
        entries.sort { $0.rank.lexicographicallyPrecedes($1.rank) }
    }

    /// Resumes the calls that need not wait any longer.
    mutating func admit(to table: inout LaneTable) {
        var waiting: [Entry] = []
        for entry in entries {
            let admission = table.admit(entry.call, entry.purpose, hasWaited: entry.hasWaited)
            if admission == .wait {
                waiting.append(entry)
            } else {
                entry.continuation.resume(returning: admission)
            }
        }
        entries = waiting
    }

    /// Records that a call has waited long enough for one of a few lanes.
    mutating func losePatience(_ call: Int) {
        guard let index = entries.firstIndex(where: { $0.call == call }) else { return }
        entries[index].hasWaited = true
    }

    /// Resumes a call with nil, if it still waits.
    mutating func stop(_ call: Int) {
        guard let index = entries.firstIndex(where: { $0.call == call }) else { return }
        entries.remove(at: index).continuation.resume(returning: nil)
    }
}
