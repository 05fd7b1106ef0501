internal import HeapModule

/// The guests of one kind, in the order in which they are due.
///
/// Inserting a guest again leaves its old entry in the heap; that is dropped when it comes to the
/// front. So every operation takes O(log n).
struct DueQueue {
    private struct Entry: Comparable {
        let due: ContinuousClock.Instant
        /// The order of insertion, for guests that are due at the same time.
        let number: Int
        let member: MonitoredGuest

        static func == (one: Self, other: Self) -> Bool { one.number == other.number }

        static func < (one: Self, other: Self) -> Bool {
            (one.due, one.number) < (other.due, other.number)
        }
    }

    /// The guests that a queue holds.
    enum Kind: Hashable {
        /// Guests on the screen.
        case shown
        /// Guests off the screen.
        case hidden
        /// Guests whose last reading failed, on or off the screen.
        case failing
    }

    private let kind: Kind
    private var heap = Heap<Entry>()
    private var lastNumber = 0

    init(_ kind: Kind) {
        self.kind = kind
    }

    /// Inserts a guest by its `due`.
    mutating func insert(_ member: MonitoredGuest) {
        lastNumber += 1
        heap.insert(Entry(due: member.due, number: lastNumber, member: member))
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
        return heap.popMin()?.member
    }

    private mutating func dropOutdated() {
        while let first = heap.min, !isCurrent(first) { heap.removeMin() }
    }

    private func isCurrent(_ entry: Entry) -> Bool {
        let member = entry.member
        return member.isListed && member.isWaiting && member.due == entry.due
            && member.queue == kind
    }
}
