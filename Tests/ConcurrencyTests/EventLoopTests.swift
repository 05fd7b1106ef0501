import Concurrency
import Glibc
import Synchronization
import TestSupport
import Testing

/// Jobs of an event loop.
@Suite(.timeLimit(.minutes(2))) struct EventLoopTests {
    @Test("actions of one thread run in their order, on the loop's thread")
    func order() async throws {
        try await withLoop { loop in
            let record = Record<Int>()
            for number in 0..<1_000 {
                loop.perform {
                    loop.checkIsolated()
                    record.append(number)
                }
            }
            await loop.run {}
            #expect(record.entries == Array(0..<1_000))
        }
    }

    @Test("actions from many threads all run, those of each thread in their order")
    func manyThreads() async throws {
        try await withLoop { loop in
            let (threads, actions) = (8, 20_000)
            let record = Record<(Int, Int)>()
            let isComplete = Mutex(0)
            for thread in 0..<threads {
                BlockingCall.start {
                    for number in 0..<actions { loop.perform { record.append((thread, number)) } }
                    isComplete.withLock { $0 += 1 }
                }
            }
            try #require(await eventually { isComplete.withLock { $0 } == threads })
            await loop.run {}
            let entries = record.entries
            #expect(entries.count == threads * actions)
            for thread in 0..<threads {
                #expect(entries.filter { $0.0 == thread }.map(\.1) == Array(0..<actions))
            }
        }
    }

    /// An actor that lives on a loop.
    private actor Resident {
        let loop: EventLoop
        var count = 0

        nonisolated var unownedExecutor: UnownedSerialExecutor {
            loop.asUnownedSerialExecutor()
        }

        init(on loop: EventLoop) { self.loop = loop }

        func increment() {
            loop.checkIsolated()
            count += 1
        }
    }

    @Test("an actor lives on the loop, and an action of the loop may enter it at once")
    func resident() async throws {
        try await withLoop { loop in
            let resident = Resident(on: loop)
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<100 { group.addTask { await resident.increment() } }
            }
            let inside = await loop.run { resident.assumeIsolated { $0.count } }
            #expect(inside == 100)
        }
    }

    @Test("actions that hand in others do not keep timers from running")
    func fairness() async throws {
        try await withLoop { loop in
            let isOver = Atomic<Bool>(false)
            @Sendable func again() {
                if !isOver.load(ordering: .relaxed) { loop.perform(again) }
            }
            loop.perform(again)
            await withCheckedContinuation { continuation in
                loop.schedule(at: .now + .milliseconds(5)) { continuation.resume() }
            }
            isOver.store(true, ordering: .relaxed)
        }
    }

    @Test("a loop that has nothing to do never wakes up")
    func idle() async throws {
        try await withLoop { loop in
            loop.schedule(at: .now + .seconds(3_600)) {}
            let cancelled = loop.schedule(at: .now + .milliseconds(20)) {}
            let before = await loop.run {
                loop.cancel(cancelled)
                return loop.waitCount
            }
            try await Task.sleep(for: .milliseconds(300))
            // One wait that the question itself ends.
            let after = await loop.run { loop.waitCount }
            #expect(after - before <= 1)
        }
    }

    @Test("work from the loop's own thread ends no wait and begins none")
    func ownThread() async throws {
        try await withLoop { loop in
            let count = await withCheckedContinuation { continuation in
                loop.perform { step(50, before: loop.waitCount, continuation) }
            }
            @Sendable func step(
                _ left: Int, before: Int, _ continuation: CheckedContinuation<Int, Never>
            ) {
                guard left > 0 else {
                    return continuation.resume(returning: loop.waitCount - before)
                }
                loop.perform { step(left - 1, before: before, continuation) }
            }
            #expect(count == 0)
        }
    }

    @Test("a loop without descriptors says which error the system gave")
    func noDescriptors() throws {
        try withFewDescriptors {
            #expect(throws: EventLoopError(errno: EMFILE)) { try EventLoop() }
        }
    }

    /// Runs a body while this process can open no descriptor.
    private func withFewDescriptors(_ body: () throws -> Void) throws {
        var before = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        try #require(getrlimit(resource, &before) == 0)
        var none = rlimit(rlim_cur: 0, rlim_max: before.rlim_max)
        try #require(setrlimit(resource, &none) == 0)
        defer { setrlimit(resource, &before) }
        try body()
    }
}
