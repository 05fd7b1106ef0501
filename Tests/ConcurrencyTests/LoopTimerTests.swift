import Glibc
import TestSupport
import Testing

@testable import Concurrency

/// Timers of an event loop.
@Suite(.timeLimit(.minutes(2))) struct LoopTimerTests {
    @Test("timers run in the order of their instants, and in that of their insertion for the same")
    func order() {
        var generator = SeededGenerator(seed: 7)
        let start = ContinuousClock.now
        var queue = TimerQueue()
        let record = Record<(Int, Int)>()
        for number in 0..<2_000 {
            let place = Int.random(in: 0..<50, using: &generator)
            queue.insert(
                LoopTimer(
                    at: start + .milliseconds(place), .action { record.append((place, number)) }))
        }
        #expect(queue.popFirst(dueBy: start - .milliseconds(1)) == nil)
        while case .action(let action)? = queue.popFirst(dueBy: start + .seconds(1)) { action() }
        let entries = record.entries
        #expect(entries.count == 2_000 && queue.count == 0)
        #expect(zip(entries, entries.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test("a cancelled timer does not run, and one that has run can be cancelled")
    func cancel() {
        let start = ContinuousClock.now
        var queue = TimerQueue()
        let timers = (0..<10).map { LoopTimer(at: start + .seconds($0), .action {}) }
        for timer in timers { queue.insert(timer) }
        for timer in timers[0..<5] {
            queue.cancel(timer)
            queue.cancel(timer)
        }
        #expect(queue.firstDue() == start + .seconds(5))
        #expect(queue.popFirst(dueBy: start + .seconds(5)) != nil)
        queue.cancel(timers[5])
        #expect(queue.firstDue() == start + .seconds(6))
        for timer in timers { queue.cancel(timer) }
        #expect(queue.firstDue() == nil && queue.count == 0)
    }

    @Test("a million timers that are cancelled leave nothing behind, whatever order they have")
    func noGrowth() {
        let start = ContinuousClock.now
        var queue = TimerQueue()
        let kept = (0..<10).map { LoopTimer(at: start + .seconds($0), .action {}) }
        for timer in kept { queue.insert(timer) }
        var most = 0
        for number in 0..<1_000_000 {
            // Later than some that are kept, so that they never come to the front.
            let timer = LoopTimer(at: start + .seconds(5 + number % 100), .action {})
            queue.insert(timer)
            queue.cancel(timer)
            most = max(most, queue.count)
        }
        #expect(most < 256)
        var left = 0
        while queue.popFirst(dueBy: start + .seconds(3_600)) != nil { left += 1 }
        #expect(left == 10)
    }

    @Test("a timer runs at its instant at the earliest, and a far one not at all")
    func instants() async throws {
        try await withLoop { loop in
            let record = Record<Duration>()
            let far: [Duration] = [.seconds(30 * 86_400), .seconds(1_000_000_000_000)]
            for distance in far { loop.schedule(at: .now + distance) { record.append(distance) } }
            for milliseconds in [30, 0, 12, 5, -10] {
                let due = ContinuousClock.now + .milliseconds(milliseconds)
                await withCheckedContinuation { continuation in
                    loop.schedule(at: due) { continuation.resume() }
                }
                #expect(ContinuousClock.now >= due)
            }
            #expect(record.entries.isEmpty)
        }
    }

    @Test("timers that other threads hand in and cancel run or not, as they say")
    func fromOtherThreads() async throws {
        try await withLoop { loop in
            let record = Record<Int>()
            let due = ContinuousClock.now + .milliseconds(50)
            // The loop sleeps until a later instant.
            loop.schedule(at: due + .milliseconds(50)) { record.append(2) }
            let cancelled = loop.schedule(at: due) { record.append(0) }
            loop.schedule(at: due) { record.append(1) }
            loop.cancel(cancelled)
            try #require(await eventually { record.entries.count == 2 })
            #expect(record.entries == [1, 2])
            let left = await loop.run { loop.timerCount }
            #expect(left == 0)
        }
    }

    @Test("a later timer from another thread does not wake a loop that sleeps until an earlier one")
    func noWakeUp() async throws {
        try await withLoop { loop in
            loop.schedule(at: .now + .milliseconds(400)) {}
            let before = await loop.run { loop.waitCount }
            // It may sleep with the first one only when it waits again.
            usleep(20_000)
            for _ in 0..<100 { loop.schedule(at: .now + .seconds(60)) {} }
            usleep(20_000)
            let after = await loop.run { loop.waitCount }
            #expect(after - before <= 2)
            #expect(await loop.run { loop.timerCount } >= 100)
        }
    }

    @Test("a sleep lasts until its instant, and ends at once where its task is cancelled")
    func sleep() async throws {
        let loop = try EventLoop.begin()
        let due = ContinuousClock.now + .milliseconds(20)
        #expect(await loop.sleep(until: due))
        #expect(ContinuousClock.now >= due)
        for cancelsFirst in [true, false] {
            let sleeper = Task {
                if cancelsFirst { while !Task.isCancelled { await Task.yield() } }
                return await loop.sleep(until: .now + .seconds(3600))
            }
            if !cancelsFirst { await Task.yield() }
            sleeper.cancel()
            #expect(await !sleeper.value)
        }
    }
}
