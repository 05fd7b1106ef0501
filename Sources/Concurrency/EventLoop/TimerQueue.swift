internal import HeapModule

/// Timers in the order of their instants; those of the same instant in the order of insertion.
///
/// A cancelled timer stays until it comes to the front, or until the cancelled ones are as many as
/// the others. So every operation takes O(log n), and cancelled timers do not add up.
struct TimerQueue {
    private struct Entry: Comparable {
        let timer: LoopTimer

        static func == (one: Self, other: Self) -> Bool { one.timer.number == other.timer.number }

        static func < (one: Self, other: Self) -> Bool {
            (one.timer.instant, one.timer.number) < (other.timer.instant, other.timer.number)
        }
    }

    private var heap = Heap<Entry>()
    private var cancelled = 0
    private var lastNumber: UInt64 = 0

    /// How many timers it holds, with cancelled ones.
    var count: Int { heap.count }

    /// Inserts a timer that is in no queue.
    mutating func insert(_ timer: LoopTimer) {
        lastNumber += 1
        timer.number = lastNumber
        timer.isQueued = true
        heap.insert(Entry(timer: timer))
    }

    /// Drops a timer's work, which does not run then.
    mutating func cancel(_ timer: LoopTimer) {
        guard timer.work != nil else { return }
        timer.work = nil
        guard timer.isQueued else { return }
        cancelled += 1
        guard cancelled > 64, cancelled > heap.count / 2 else { return }
        heap = Heap(heap.unordered.filter { $0.timer.work != nil })
        cancelled = 0
    }

    /// When the first timer is due; nil for an empty queue.
    mutating func firstDue() -> ContinuousClock.Instant? {
        while let first = heap.min?.timer {
            if first.work != nil { return first.instant }
            heap.removeMin()
            cancelled -= 1
        }
        return nil
    }

    /// Removes the first timer if it is due by an instant, and returns its work.
    mutating func popFirst(dueBy instant: ContinuousClock.Instant) -> LoopWork? {
        guard let due = firstDue(), due <= instant else { return nil }
        let timer = heap.removeMin().timer
        defer { timer.work = nil }
        return timer.work
    }
}
