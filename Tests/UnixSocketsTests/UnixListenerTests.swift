import Glibc
import QAPI
import Testing
import UnixSockets

@Suite struct UnixListenerTests {
    @Test("its socket is for this user alone, and gone after close")
    func modeAndUnlink() async throws {
        try await withDirectory { directory in
            #expect(mode(of: directory.path) == S_IFDIR | 0o700)
            let listener = try UnixListener(path: directory.path(of: "s"))
            #expect(mode(of: listener.path) == S_IFSOCK | 0o600)
            await listener.close()
            #expect(mode(of: listener.path) == nil)
            await listener.close()
        }
    }

    @Test("a socket that a dead process left is replaced")
    func stale() async throws {
        try await withDirectory { directory in
            let path = directory.path(of: "s")
            try leaveDeadSocket(at: path)
            let listener = try UnixListener(path: path)
            let client = try await UnixStream.connect(to: path, until: .soon)
            await client.close()
            await listener.close()
        }
    }

    @Test("a file, a link and a socket in use are left as they are")
    func occupied() async throws {
        try await withDirectory { directory in
            let file = directory.path(of: "file")
            try makeFile(at: file)
            let other = try UnixListener(path: directory.path(of: "used"))
            let link = directory.path(of: "link")
            try #require(symlink("used", link) == 0)
            let table: [(String, UnixSocketError)] = [
                (file, .notASocket(errno: EADDRINUSE)),
                (link, .notASocket(errno: EADDRINUSE)),
                (other.path, .inUse(errno: EADDRINUSE)),
                (directory.path(of: "no/s"), .missing(errno: ENOENT)),
            ]
            for (path, expected) in table {
                let before = mode(of: path)
                #expect(throws: expected, "\(path)") { try UnixListener(path: path) }
                #expect(mode(of: path) == before, "\(path)")
            }
            // The probe whether the socket is in use came as a client, and went.
            let probe = try await other.first()
            #expect(try await probe.receiveAll(until: .soon) == [])
            await probe.close()
            await other.close()
        }
    }

    @Test("close leaves what another process put in its place")
    func replaced() async throws {
        try await withDirectory { directory in
            let listener = try UnixListener(path: directory.path(of: "s"))
            unlink(listener.path)
            let successor = try UnixListener(path: listener.path)
            await listener.close()
            let client = try await UnixStream.connect(to: successor.path, until: .soon)
            await client.close()
            await successor.close()
        }
    }

    @Test("connections come in order, each when it is asked for, and end with close")
    func order() async throws {
        try await withDirectory { directory in
            let listener = try UnixListener(path: directory.path(of: "s"))
            var clients: [UnixStream] = []
            for number in UInt8(0)..<5 {
                let client = try await UnixStream.connect(to: listener.path, until: .soon)
                try await client.send([number], until: .soon)
                clients.append(client)
            }
            let received = Task {
                var received: [UInt8] = []
                for await connection in listener.connections {
                    received += try await connection.receive(until: .soon)
                    await connection.close()
                    if received.count == 5 { await listener.close() }
                }
                return received
            }
            #expect(try await received.value == [0, 1, 2, 3, 4])
            for client in clients { await client.close() }
        }
    }

    @Test("close and cancellation end a wait for connections", arguments: [true, false])
    func end(byCancelling: Bool) async throws {
        try await withDirectory { directory in
            let listener = try UnixListener(path: directory.path(of: "s"))
            let waiting = Task {
                for await connection in listener.connections { await connection.close() }
            }
            // One connection shows that the task is at work, so that the next wait is ended.
            let client = try await UnixStream.connect(to: listener.path, until: .soon)
            _ = try await client.receiveAll(until: .soon)
            if byCancelling { waiting.cancel() } else { await listener.close() }
            await waiting.value
            await client.close()
            await listener.close()
        }
    }

    @Test("a full queue is told at the deadline, and is waited for until then")
    func queueFull() async throws {
        try await withDirectory { directory in
            let listener = try UnixListener(path: directory.path(of: "s"), backlog: 1)
            var queued: [UnixStream] = []
            while true {
                do throws(UnixSocketError) {
                    queued.append(try await UnixStream.connect(to: listener.path, until: .now))
                } catch {
                    #expect(error == .queueFull(errno: EAGAIN))
                    break
                }
            }
            #expect(queued.count == 2)

            let deadline = ContinuousClock.now + .milliseconds(120)
            await #expect(throws: UnixSocketError.queueFull(errno: EAGAIN)) {
                try await UnixStream.connect(to: listener.path, until: deadline)
            }

            let late = Task { try await UnixStream.connect(to: listener.path, until: .soon) }
            let cancelled = Task {
                try await UnixStream.connect(to: listener.path, until: .now + .seconds(3600))
            }
            cancelled.cancel()
            await #expect(throws: UnixSocketError.cancelled) { try await cancelled.value }
            let first = try await listener.first()
            queued.append(try await late.value)

            for stream in queued + [first] { await stream.close() }
            await listener.close()
        }
    }

    @Test("a directory of its own takes the first place where sockets fit")
    func directoryPlaces() throws {
        let long = "/tmp/" + String(repeating: "x", count: 60)
        let directory = try PrivateDirectory(
            prefix: "us-", in: ["", "relative", "/no/such/place", long, "/tmp"], longestName: 40)
        defer { directory.remove() }
        #expect(directory.path.hasPrefix("/tmp/us-"))
        #expect(throws: UnixSocketError.pathTooLong(length: 116, limit: 107)) {
            try PrivateDirectory(prefix: "us-", in: [long], longestName: 40)
        }
        #expect(throws: UnixSocketError.missing(errno: ENOENT)) {
            try PrivateDirectory(prefix: "us-", in: ["/no/such/place"], longestName: 1)
        }
        #expect(throws: UnixSocketError.pathEmpty) {
            try PrivateDirectory(prefix: "us-", in: [], longestName: 1)
        }
    }

    @Test("a directory of its own is removed with what is in it")
    func directoryRemoved() throws {
        let directory = try PrivateDirectory(prefix: "us-", in: ["/tmp"], longestName: 4)
        try makeFile(at: directory.path(of: "file"))
        try leaveDeadSocket(at: directory.path(of: "dead"))
        directory.remove()
        #expect(mode(of: directory.path) == nil)
    }
}
