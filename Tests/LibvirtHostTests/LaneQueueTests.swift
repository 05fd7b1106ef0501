import GuestVCPU
import Testing

@testable import LibvirtHost

@Suite("The queue for lanes")
struct LaneQueueTests {
    private let start = ContinuousClock.now
    private let patience = Duration.milliseconds(10)

    /// An instant, in milliseconds after the start.
    private func at(_ milliseconds: Int) -> ContinuousClock.Instant {
        start + .milliseconds(milliseconds)
    }

    /// Queues calls, runs `use` on the queue, and returns the admissions of the calls.
    ///
    /// - Parameter calls: The purpose and the kind of each call; the first call has number 1.
    private func outcomes(
        of calls: [(purpose: LaneCall, kind: Int)], deadline: Int = 1_000,
        _ use: @escaping @Sendable (inout LaneQueue) -> Void
    ) async -> [LaneTable.Admission?] {
        let holder = QueueHolder()
        return await withTaskGroup(of: (Int, LaneTable.Admission?).self) { group in
            for (index, call) in calls.enumerated() {
                let (start, deadline) = (at(index), at(deadline))
                group.addTask {
                    let admission = await holder.wait { continuation in
                        LaneQueue.Entry(
                            call: index + 1, purpose: call.purpose,
                            rank: LaneQueue.Rank(kind: call.kind, call: index + 1), since: start,
                            earliest: start, deadline: deadline, continuation: continuation)
                    }
                    return (index, admission)
                }
            }
            while await holder.count < calls.count { await Task.yield() }
            await holder.use(use)
            // End the remaining calls.
            await holder.use { $0.stopAll() }
            var outcomes = [LaneTable.Admission?](repeating: nil, count: calls.count)
            for await (index, admission) in group { outcomes[index] = admission }
            return outcomes
        }
    }

    @Test("an open lane goes to the call of the lowest rank, however late it came")
    func ranks() async {
        let (at, patience) = (at(2), patience)
        let outcomes = await outcomes(of: [
            (.reading("a"), 3), (.reading("b"), 2), (.change("c"), 0),
        ]) { queue in
            var table = LaneTable(.local)
            queue.admit(to: &table, at: at, patience: patience)
            #expect(queue.count == 2)
        }
        #expect(outcomes == [nil, nil, .start(lane: 1)])
    }

    @Test("another lane is opened for a call whose patience is over, and not for a later one")
    func patienceOver() async {
        let (soon, later) = (at(10), at(11))
        let patience = patience
        let outcomes = await outcomes(of: [(.reading("a"), 3), (.reading("b"), 3)]) { queue in
            var table = LaneTable(.local)
            _ = table.admit(9, .host)
            queue.admit(to: &table, at: soon - .milliseconds(1), patience: patience)
            #expect(queue.count == 2)
            #expect(
                queue.nextInstant(after: soon - .milliseconds(1), patience: patience) == soon)
            queue.admit(to: &table, at: soon, patience: patience)
            #expect(queue.count == 1)
            // A call that is due at the next instant is not lost.
            #expect(queue.nextInstant(after: soon, patience: patience) == later)
        }
        #expect(outcomes == [.start(lane: 2), nil])
    }

    @Test("a call stops waiting at its deadline")
    func deadline() async {
        let (deadline, patience) = (at(5), patience)
        let outcomes = await outcomes(of: [(.reading("a"), 3)], deadline: 5) { queue in
            var table = LaneTable(.local)
            _ = table.admit(9, .host)
            #expect(
                queue.nextInstant(after: deadline - .milliseconds(1), patience: patience)
                    == deadline)
            queue.admit(to: &table, at: deadline, patience: patience)
            #expect(queue.isEmpty)
            #expect(queue.nextInstant(after: deadline, patience: patience) == nil)
        }
        #expect(outcomes == [nil])
    }

    @Test("stopping calls to agents leaves the host's own calls")
    func stoppingAgentCalls() async {
        let (at, patience) = (at(5), patience)
        let outcomes = await outcomes(of: [
            (.host, 1), (.reading("a"), 3), (.change("b"), 0),
        ]) { queue in
            queue.stopAgentCalls()
            #expect(queue.count == 1)
            var table = LaneTable(.local)
            queue.admit(to: &table, at: at, patience: patience)
        }
        #expect(outcomes == [.start(lane: 1), nil, nil])
    }
}

/// Holds a queue in which calls of several tasks wait.
private actor QueueHolder {
    private var queue = LaneQueue()

    var count: Int { queue.count }

    func wait(
        _ entry: @Sendable (CheckedContinuation<LaneTable.Admission?, Never>) -> LaneQueue.Entry
    ) async -> LaneTable.Admission? {
        await withCheckedContinuation { queue.append(entry($0)) }
    }

    func use(_ body: @Sendable (inout LaneQueue) -> Void) { body(&queue) }
}

extension LaneQueue {
    /// Stops every call that waits.
    fileprivate mutating func stopAll() {
        stopAgentCalls()
        var table = LaneTable(.local)
        admit(
            to: &table, at: .now + .seconds(1_000_000),
            patience: .zero)
    }
}
