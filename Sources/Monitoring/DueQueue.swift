internal import HeapModule

/// The guests of one kind, in the order in which they are due.
///
/// Only the last entry of a guest counts, in whichever queue it is. Older ones are dropped when they
/// come to the front, or when they are as many as the others. So every operation takes O(log n).
struct DueQueue {
    private struct Entry: Comparable {
        let due: ContinuousClock.Instant
        /// The order of insertion, for guests that are due at the same time.
        let number: Int
        /// The guest's `entryCount` when it was inserted.
        let entry: Int
        let member: MonitoredGuest

        static func == (one: Self, other: Self) -> Bool { one.number == other.number }

        static func < (one: Self, other: Self) -> Bool {
            (one.due, one.number) < (other.due, other.number)
        }
    }

    /// The guests that a queue holds.
    enum Kind: Hashable {
        /// Guests that the user's action requires to be read.
        case requested
        /// Guests on the screen.
        case shown
        /// Guests off the screen.
        case hidden
        /// Guests whose last reading failed, on or off the screen.
        case failing
    }

    private var heap = Heap<Entry>()
    private var lastNumber = 0
    /// The number of entries at which outdated ones are looked for.
    private var limit = Self.leastLimit
    private static let leastLimit = 256

    /// How many entries it holds, with outdated ones.
    var count: Int { heap.count }

    /// Inserts a guest by its `due`; its entry in any other queue no longer counts.
    mutating func insert(_ member: MonitoredGuest) {
        if heap.count >= limit {
            heap = Heap(heap.unordered.filter(Self.isCurrent))
            limit = max(2 * heap.count, Self.leastLimit)
        }
        lastNumber += 1
        member.isWaiting = true
        member.entryCount += 1
        heap.insert(
            Entry(
                due: member.due, number: lastNumber, entry: member.entryCount, member: member))
    }

    /// When the first guest is due; nil for an empty queue.
    mutating func firstDue() -> ContinuousClock.Instant? {
        dropOutdated()
        return heap.min?.due
    }

    /// Removes and returns the first guest if it is due by an instant.
    mutating func popFirst(dueBy instant: ContinuousClock.Instant) -> MonitoredGuest? {
        dropOutdated()
        guard let first = heap.min, first.due <= instant else { return nil }
        first.member.isWaiting = false
        heap.removeMin()
        return first.member
    }

    private mutating func dropOutdated() {
        while let first = heap.min, !Self.isCurrent(first) { heap.removeMin() }
    }

    private static func isCurrent(_ entry: Entry) -> Bool {
        let member = entry.member
        return member.isListed && member.isWaiting && member.entryCount == entry.entry
    }
}
