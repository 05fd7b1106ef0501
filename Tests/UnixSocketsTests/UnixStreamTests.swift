import Foundation
import Glibc
import QAPI
import TestSupport
import Testing
import UnixSockets

@Suite struct UnixStreamTests {
    @Test("bytes arrive as they were sent, in both directions")
    func bothWays() async throws {
        try await withPair { client, server in
            try await client.send([0xFF, 0, 10], until: .soon)
            #expect(try await server.receive(until: .soon) == [0xFF, 0, 10])
            try await server.send([13], until: .soon)
            #expect(try await client.receive(until: .soon) == [13])
        }
    }

    @Test("sending nothing is nothing")
    func sendNothing() async throws {
        try await withPair { client, server in
            try await client.send([], until: .soon)
            await client.close()
            #expect(try await server.receiveAll(until: .soon) == [])
        }
    }

    @Test("many megabytes pass through a small buffer, at most 64 KiB at a time")
    func bigTransfer() async throws {
        try await withPair { client, server in
            let bytes = (0..<5_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 11) }
            async let sending: Void = client.send(bytes, until: .soon)
            var received: [UInt8] = []
            while received.count < bytes.count {
                let part = try await server.receive(until: .soon)
                #expect(part.count <= UnixStream.maximumReceive)
                received += part
            }
            try await sending
            #expect(received == bytes)
        }
    }

    @Test("a receive without bytes ends at its deadline, and the stream works on")
    func receiveDeadline() async throws {
        try await withPair { client, server in
            let deadline = ContinuousClock.now + .milliseconds(30)
            await #expect(throws: ByteStreamError.timedOut) {
                try await client.receive(until: deadline)
            }
            #expect(ContinuousClock.now >= deadline)
            try await server.send([1], until: .soon)
            #expect(try await client.receive(until: .soon) == [1])
        }
    }

    @Test("bytes are taken when the other end has read them all, and not before")
    func taken() async throws {
        try await withPair { client, server in
            try await client.send([1], until: .soon)
            let deadline = ContinuousClock.now + .milliseconds(30)
            await #expect(throws: ByteStreamError.timedOut) {
                try await client.sendUntilTaken([], until: deadline)
            }
            async let taking: Void = client.sendUntilTaken([2, 3], until: .soon)
            var received: [UInt8] = []
            while received.count < 3 { received += try await server.receive(until: .soon) }
            try await taking
            #expect(received == [1, 2, 3])
        }
    }

    @Test("no report that bytes were taken is missed, where another thread takes them at once")
    func takenEachTime() async throws {
        try await withDirectory { directory in
            let listener = try UnixListener(path: directory.path(of: "s"))
            let client = try await UnixStream.connect(to: listener.path, until: .soon)
            let server = try await listener.first()
            // The kernel's own copy, which is read past the loop that the client's end is on.
            let descriptor = try #require(
                (0..<Int32(4096)).first { isServer($0, at: listener.path) }.map { dup($0) })
            let reader = Thread {
                var byte: UInt8 = 0
                var state = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                while poll(&state, 1, -1) > 0, recv(descriptor, &byte, 1, 0) != 0 {}
                Glibc.close(descriptor)
            }
            reader.start()
            for _ in 0..<20_000 {
                try await client.sendUntilTaken([1], until: .now + .seconds(20))
            }
            await client.close()
            await server.close()
            await listener.close()
        }
    }

    @Test("bytes for a connection that is closed are not taken")
    func takenByNone() async throws {
        try await withPair { client, server in
            await server.close()
            await #expect(throws: ByteStreamError.closed) {
                try await client.sendUntilTaken([1], until: .soon)
            }
        }
    }

    @Test("a send without room ends at its deadline")
    func sendDeadline() async throws {
        try await withPair { client, _ in
            let deadline = ContinuousClock.now + .milliseconds(30)
            await #expect(throws: ByteStreamError.timedOut) {
                try await client.send([UInt8](repeating: 0, count: 8 << 20), until: deadline)
            }
            #expect(ContinuousClock.now >= deadline)
        }
    }

    @Test("a deadline that has passed ends the call even when bytes are there")
    func passedDeadline() async throws {
        try await withPair { client, server in
            try await server.send([1], until: .soon)
            let passed = ContinuousClock.now
            await #expect(throws: ByteStreamError.timedOut) {
                try await client.receive(until: passed)
            }
            #expect(try await client.receive(until: .soon) == [1])
        }
    }

    @Test("what was sent before the other side closed is still received, then the end")
    func endOfStream() async throws {
        try await withPair { client, server in
            try await server.send([1, 2], until: .soon)
            await server.close()
            #expect(try await client.receive(until: .soon) == [1, 2])
            for _ in 0..<2 {
                await #expect(throws: ByteStreamError.closed) {
                    try await client.receive(until: .soon)
                }
            }
        }
    }

    @Test("sending to a side that closed throws, and kills no process")
    func brokenPipe() async throws {
        try await withPair { client, server in
            await server.close()
            await #expect(throws: ByteStreamError.closed) {
                try await client.send([UInt8](repeating: 0, count: 100), until: .soon)
            }
        }
    }

    @Test("the other side's close ends a wait")
    func closeByPeerDuringWait() async throws {
        try await withPair { client, server in
            let waiting = Task { try await client.receive(until: .soon) }
            try #require(await eventually { await client.isReceiving })
            await server.close()
            await #expect(throws: ByteStreamError.closed) { try await waiting.value }
        }
    }

    @Test("sending to a closed line is an error, also in a program that does not ignore SIGPIPE")
    func sendToClosed() async throws {
        let handler = signal(SIGPIPE, SIG_DFL)
        defer { signal(SIGPIPE, handler) }
        try await withPair { client, server in
            await server.close()
            await #expect(throws: ByteStreamError.closed) {
                try await client.send([1], until: .soon)
            }
        }
    }

    @Test("closing ends waits in both directions, and every later call")
    func closeDuringWait() async throws {
        try await withPair { client, _ in
            let receiving = Task { try await client.receive(until: .soon) }
            let sending = Task {
                try await client.send([UInt8](repeating: 0, count: 8 << 20), until: .soon)
            }
            try #require(await eventually { await client.isReceiving })
            try #require(await eventually { await client.isSending })
            await client.close()
            await #expect(throws: ByteStreamError.closed) { try await receiving.value }
            await #expect(throws: ByteStreamError.closed) { try await sending.value }
            await #expect(throws: ByteStreamError.closed) {
                try await client.receive(until: .soon)
            }
            await #expect(throws: ByteStreamError.closed) {
                try await client.send([1], until: .soon)
            }
            await client.close()
        }
    }

    @Test("cancelling the task ends its wait at once, and the stream works on")
    func cancel() async throws {
        try await withPair { client, server in
            let waiting = Task { try await client.receive(until: .now + .seconds(3600)) }
            try #require(await eventually { await client.isReceiving })
            waiting.cancel()
            await #expect(throws: ByteStreamError.failed(errno: ECANCELED)) {
                try await waiting.value
            }
            try await server.send([1], until: .soon)
            #expect(try await client.receive(until: .soon) == [1])
        }
    }

    @Test("a task that was cancelled before waits for nothing")
    func cancelledBefore() async throws {
        try await withPair { client, _ in
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                _ = try await client.receive(until: .now + .seconds(3600))
            }
            await #expect(throws: ByteStreamError.failed(errno: ECANCELED)) {
                try await task.value
            }
        }
    }

    @Test("a second call beside a waiting one of its kind is refused, and disturbs nothing")
    func secondCaller() async throws {
        try await withPair { client, server in
            let receiving = Task { try await client.receive(until: .soon) }
            try #require(await eventually { await client.isReceiving })
            await #expect(throws: ByteStreamError.failed(errno: EBUSY)) {
                try await client.receive(until: .soon)
            }
            try await server.send([1], until: .soon)
            #expect(try await receiving.value == [1])

            let much = [UInt8](repeating: 5, count: 8 << 20)
            let sending = Task {
                try await client.send(much, until: .soon)
                await client.close()
            }
            try #require(await eventually { await client.isSending })
            await #expect(throws: ByteStreamError.failed(errno: EBUSY)) {
                try await client.send([6], until: .soon)
            }
            #expect(try await server.receiveAll(until: .soon) == much)
            try await sending.value
        }
    }

    @Test("the peer's credentials are those of the process at the other end")
    func peer() async throws {
        try await withPair { client, server in
            for stream in [client, server] {
                #expect(stream.peer.processID == getpid())
                #expect(stream.peer.userID == geteuid())
                #expect(stream.peer.groupID == getegid())
            }
        }
    }

    @Test("thousands of connections, ended in every way, leave no descriptor behind")
    func noLeak() async throws {
        try await withDirectory { directory in
            let listener = try UnixListener(path: directory.path(of: "s"))
            let before = descriptors(at: listener.path)
            #expect(before == 1)
            for round in 0..<2_000 {
                let client = try await UnixStream.connect(to: listener.path, until: .soon)
                let server = try await listener.first()
                switch round % 4 {
                case 0:  // closed after an exchange
                    try await client.send([1], until: .soon)
                    _ = try await server.receive(until: .soon)
                    await client.close()
                    await server.close()
                case 1:  // closed while the other waits
                    async let received = server.receiveAll(until: .soon)
                    await client.close()
                    #expect(try await received == [])
                    await server.close()
                case 2:  // closed under one's own wait
                    async let received = client.receiveAll(until: .soon)
                    await client.close()
                    #expect(try await received == [])
                    await server.close()
                default:  // forgotten, one after a wait that timed out
                    _ = try? await client.receive(until: .now + .microseconds(50))
                }
            }
            try #require(await eventually { descriptors(at: listener.path) == before })
            await listener.close()
            #expect(descriptors(at: listener.path) == 0)
        }
    }
}
