import Concurrency
import Glibc
import TestSupport
import Testing

/// Descriptors that an event loop watches.
@Suite(.timeLimit(.minutes(2))) struct DescriptorTests {
    @Test("what is there and what arrives is reported, each arrival once")
    func reads() async throws {
        try await withLoop { loop in
            let pair = try SocketPair()
            defer { pair.close() }
            let record = Record<Readiness>()
            #expect(pair.write(1) == 1)
            try await loop.watch(pair.other) { record.append($0) }
            try #require(await eventually { record.entries.count == 1 })
            // Nothing was read: what is there is not reported again.
            await loop.run {}
            #expect(record.entries.count == 1)
            #expect(pair.write(1) == 1)
            try #require(await eventually { record.entries.count == 2 })
            #expect(record.entries.allSatisfy { $0.reads })
        }
    }

    @Test("room to write is reported only to a watch that asks for it")
    func room() async throws {
        try await withLoop { loop in
            let pair = try SocketPair()
            defer { pair.close() }
            let record = Record<Readiness>()
            let watch = try await loop.watch(pair.one) { record.append($0) }
            var sent = 0
            while case let count = pair.write(65_536), count > 0 { sent += count }
            #expect(sent > 0)
            func drain() { while pair.read() > 0 {} }
            drain()
            await loop.run {}
            #expect(record.entries.isEmpty)
            while pair.write(65_536) > 0 {}
            let isAsked = await loop.run { (try? loop.reportRoom(watch)) != nil }
            #expect(isAsked)
            await loop.run {}
            #expect(record.entries.isEmpty)
            drain()
            try #require(await eventually { record.entries.contains { $0.writes } })
        }
    }

    @Test("the peer's end is reported as something to read")
    func end() async throws {
        try await withLoop { loop in
            let pair = try SocketPair()
            defer { close(pair.other) }
            let record = Record<Readiness>()
            try await loop.watch(pair.other) { record.append($0) }
            close(pair.one)
            try #require(await eventually { record.entries.contains { $0.reads } })
        }
    }

    @Test("a descriptor that is forgotten and reused gets no event of the one before")
    func reuse() async throws {
        try await withLoop { loop in
            for _ in 0..<200 {
                let pair = try SocketPair()
                let record = Record<String>()
                let first = try await loop.watch(pair.other) { _ in record.append("first") }
                // In one turn: an event of the first one waits in the system.
                let second = await loop.run { () -> EventLoop.WatchID? in
                    guard pair.write(1) == 1 else { return nil }
                    loop.forget(first)
                    close(pair.other)
                    guard dup2(pair.one, pair.other) == pair.other else { return nil }
                    return try? loop.watch(pair.other) { _ in record.append("second") }
                }
                await loop.run {}
                #expect(!record.entries.contains("first"))
                let id = try #require(second)
                await loop.run { loop.forget(id) }
                pair.close()
            }
        }
    }

    @Test("an event of a watch that another event of the same wait has ended is dropped")
    func endedByOther() async throws {
        try await withLoop { loop in
            let pairs = try (0..<20).map { _ in try SocketPair() }
            defer { for pair in pairs { pair.close() } }
            let record = Record<Int>()
            // All are ready in one turn; whichever is reported first ends the others.
            let isMade = await loop.run { () -> Bool in
                var all: [EventLoop.WatchID] = []
                let watches = Watches()
                for (index, pair) in pairs.enumerated() {
                    guard pair.write(1) == 1,
                        let id = try? loop.watch(
                            pair.other,
                            onReady: { _ in
                                record.append(index)
                                for id in watches.all { loop.forget(id) }
                            })
                    else { return false }
                    all.append(id)
                }
                watches.all = all
                return true
            }
            #expect(isMade)
            try #require(await eventually { !record.entries.isEmpty })
            await loop.run {}
            #expect(record.entries.count == 1)
        }
    }

    @Test("more descriptors than one wait reports are all reported")
    func many() async throws {
        try await withLoop { loop in
            let pairs = try (0..<300).map { _ in try SocketPair() }
            defer { for pair in pairs { pair.close() } }
            let record = Record<Int>()
            for (index, pair) in pairs.enumerated() {
                try await loop.watch(pair.other) { _ in record.append(index) }
            }
            for pair in pairs { #expect(pair.write(1) == 1) }
            try #require(await eventually { Set(record.entries).count == 300 })
        }
    }

    @Test("a descriptor that cannot be watched is an error with the system's number")
    func notWatchable() async throws {
        try await withLoop { loop in
            let file = open("/etc/passwd", O_RDONLY | O_CLOEXEC)
            defer { close(file) }
            await #expect(throws: EventLoopError(errno: EPERM)) {
                try await loop.watch(file) { _ in }
            }
            await #expect(throws: EventLoopError(errno: EBADF)) {
                try await loop.watch(-1) { _ in }
            }
        }
    }
}

/// Watches that an event handler ends; only the loop's thread uses it.
private final class Watches: @unchecked Sendable {
    var all: [EventLoop.WatchID] = []
}

extension EventLoop {
    /// Watches a descriptor from any thread.
    @discardableResult
    fileprivate func watch(
        _ descriptor: Int32, _ onReady: @escaping @Sendable (Readiness) -> Void
    ) async throws -> WatchID {
        try await run { () -> Result<WatchID, EventLoopError> in
            Result { () throws(EventLoopError) in try self.watch(descriptor, onReady: onReady) }
        }.get()
    }
}
