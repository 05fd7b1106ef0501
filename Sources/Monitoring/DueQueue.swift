internal import HeapModule

/// The guests of one kind in the order in which they are to be read.
///
/// A guest that is put in again leaves its old entry behind, which is dropped when it comes to the
/// front. So every operation costs O(log n).
struct DueQueue {
    private struct Entry: Comparable {
        let due: ContinuousClock.Instant
        /// Of guests that are due at the same time, the one that was put in first comes first.
        let number: Int
        let member: MonitoredGuest

        static func == (one: Self, other: Self) -> Bool { one.number == other.number }

        static func < (one: Self, other: Self) -> Bool {
            (one.due, one.number) < (other.due, other.number)
        }
    }

    /// Which guests wait in it.
    enum Kind: Hashable {
        /// Those on the screen.
        case shown
        /// Those off the screen.
        case hidden
        /// Those whose last reading failed, wherever they are.
        case failing
    }

    private let kind: Kind
    private var heap = Heap<Entry>()
    private var lastNumber = 0

    init(_ kind: Kind) {
        self.kind = kind
    }

    /// Puts a guest where its `due` says.
    mutating func insert(_ member: MonitoredGuest) {
        lastNumber += 1
        heap.insert(Entry(due: member.due, number: lastNumber, member: member))
    }

    /// When the first guest is due; nil where there is none.
    mutating func firstDue() -> ContinuousClock.Instant? {
        dropOutdated()
        return heap.min?.due
    }

    /// Takes the first guest out if it is due by an instant.
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
