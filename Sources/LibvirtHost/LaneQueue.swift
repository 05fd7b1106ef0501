/// The calls that wait for a lane, in the order in which they start.
struct LaneQueue {
    /// A call that waits.
    struct Entry {
        let call: Int
        let purpose: LaneCall
        let rank: Rank
        /// When the call began to wait.
        let since: ContinuousClock.Instant
        /// The earliest instant to start the call.
        let earliest: ContinuousClock.Instant
        /// The latest instant to start the call.
        let deadline: ContinuousClock.Instant
        /// Resumes with the admission of the call, or with nil at the deadline.
        let continuation: CheckedContinuation<LaneTable.Admission?, Never>
    }

    /// A position in the queue; the lowest rank goes first.
    struct Rank: Comparable {
        /// The kind of call.
        let kind: Int
        /// When the guest was asked last, for guests that hang; else 0.
        var lastProbe = 0
        /// The number of the call; calls are numbered in the order of arrival.
        let call: Int

        static func < (one: Rank, other: Rank) -> Bool {
            (one.kind, one.lastProbe, one.call) < (other.kind, other.lastProbe, other.call)
        }
    }

    private var entries: [Entry] = []

    /// How many calls wait.
    var count: Int { entries.count }

    /// Whether no call waits.
    var isEmpty: Bool { entries.isEmpty }

    /// Adds a call.
    mutating func append(_ entry: Entry) {
        let place = entries.lastIndex { $0.rank < entry.rank }
        entries.insert(entry, at: place.map { $0 + 1 } ?? 0)
    }

    /// Resumes the calls that need not wait any longer: they start, are refused or have reached
    /// their deadline.
    ///
    /// - Parameter patience: How long a call waits for one of a few lanes, before one more is opened.
    mutating func admit(
        to table: inout LaneTable, at now: ContinuousClock.Instant, patience: Duration
    ) {
        guard !entries.isEmpty else { return }
        var hasLane = (
            atOnce: table.hasLane(hasWaited: false), afterWait: table.hasLane(hasWaited: true)
        )
        entries.removeAll { entry in
            guard entry.deadline > now else {
                entry.continuation.resume(returning: nil)
                return true
            }
            let hasWaited = entry.since + patience <= now
            guard entry.earliest <= now, hasWaited ? hasLane.afterWait : hasLane.atOnce else {
                return false
            }
            let admission = table.admit(entry.call, entry.purpose, hasWaited: hasWaited)
            guard admission != .wait else { return false }
            entry.continuation.resume(returning: admission)
            if case .start = admission {
                hasLane = (
                    atOnce: table.hasLane(hasWaited: false),
                    afterWait: table.hasLane(hasWaited: true)
                )
            }
            return true
        }
    }

    /// The next instant after `now` at which `admit` can resume a call although no call has
    /// returned.
    ///
    /// - Parameter patience: As for `admit`.
    func nextInstant(
        after now: ContinuousClock.Instant, patience: Duration
    ) -> ContinuousClock.Instant? {
        entries.lazy.flatMap { [$0.earliest, $0.since + patience, $0.deadline] }
            .filter { $0 > now }.min()
    }

    /// Fails all waiting calls to agents.
    mutating func stopAgentCalls() {
        entries.removeAll { entry in
            guard entry.purpose.guest != nil else { return false }
            entry.continuation.resume(returning: nil)
            return true
        }
    }
}
