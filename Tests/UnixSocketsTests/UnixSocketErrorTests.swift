import Concurrency
import Glibc
import Testing

@testable import UnixSockets

@Suite struct UnixSocketErrorTests {
    @Test(
        "a path that no address can hold is refused with the reason",
        arguments: [
            ("", UnixSocketError.pathEmpty),
            ("/tmp/a\0b", .pathContainsNUL(offset: 6)),
            ("\0abstract", .pathContainsNUL(offset: 0)),
            (String(repeating: "x", count: 108), .pathTooLong(length: 108, limit: 107)),
            (String(repeating: "ü", count: 54), .pathTooLong(length: 108, limit: 107)),
        ])
    func badPath(path: String, expected: UnixSocketError) async {
        #expect(throws: expected) { try UnixSocketAddress(path: path) }
        await #expect(throws: expected) { try await UnixStream.connect(to: path, until: .soon) }
        #expect(throws: expected) { try UnixListener(path: path) }
    }

    @Test("the longest path that the system allows works")
    func longestPath() async throws {
        try await withDirectory { directory in
            let room = UnixSocketAddress.maximumLength - directory.path(of: "").utf8.count
            let path = directory.path(of: String(repeating: "x", count: room))
            #expect(path.utf8.count == 107)
            let listener = try UnixListener(path: path)
            let client = try await UnixStream.connect(to: path, until: .soon)
            let server = try await listener.first()
            try await client.send([7], until: .soon)
            #expect(try await server.receive(until: .soon) == [7])
            await client.close()
            await server.close()
            await listener.close()
        }
    }

    @Test(
        "each error number of connect is a fact of its own",
        arguments: [
            (ENOENT, nil, UnixSocketError.missing(errno: ENOENT)),
            (ENOTDIR, nil, .missing(errno: ENOTDIR)),
            (EACCES, nil, .denied(errno: EACCES)),
            (EPERM, true, .denied(errno: EPERM)),
            (ECONNREFUSED, true, .refused(errno: ECONNREFUSED)),
            (ECONNREFUSED, nil, .refused(errno: ECONNREFUSED)),
            (ECONNREFUSED, false, .notASocket(errno: ECONNREFUSED)),
            (ENOTSOCK, nil, .notASocket(errno: ENOTSOCK)),
            (EPROTOTYPE, true, .notAStream(errno: EPROTOTYPE)),
            (EAGAIN, true, .queueFull(errno: EAGAIN)),
            (ELOOP, nil, .failed(errno: ELOOP)),
            (EMFILE, nil, .shortage(.descriptorsOfProcess)),
            (ENFILE, nil, .shortage(.descriptorsOfHost)),
            (ENOMEM, true, .shortage(.memory)), (ENOBUFS, true, .shortage(.memory)),
        ] as [(Int32, Bool?, UnixSocketError)])
    func connectError(number: Int32, isSocket: Bool?, expected: UnixSocketError) {
        #expect(UnixSocketError(connectErrno: number, isSocket: isSocket) == expected)
    }

    @Test(
        "each error number of bind is a fact of its own",
        arguments: [
            (ENOENT, UnixSocketError.missing(errno: ENOENT)),
            (EACCES, .denied(errno: EACCES)),
            (EADDRINUSE, .inUse(errno: EADDRINUSE)),
            (EROFS, .failed(errno: EROFS)),
        ] as [(Int32, UnixSocketError)])
    func bindError(number: Int32, expected: UnixSocketError) {
        #expect(UnixSocketError(bindErrno: number) == expected)
    }

    @Test("what is at the path decides why a connection fails")
    func connectFailures() async throws {
        try await withDirectory { directory in
            let file = directory.path(of: "file")
            try makeFile(at: file)
            let datagram = directory.path(of: "datagram")
            let datagramSocket = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
            defer { close(datagramSocket) }
            try bindSocket(datagramSocket, to: datagram)
            let dead = directory.path(of: "dead")
            try leaveDeadSocket(at: dead)
            let loop = directory.path(of: "loop")
            try #require(symlink("loop", loop) == 0)
            let table: [(String, UnixSocketError)] = [
                (directory.path(of: "nothing"), .missing(errno: ENOENT)),
                (file, .notASocket(errno: ECONNREFUSED)),
                (file + "/below", .missing(errno: ENOTDIR)),
                (directory.path, .notASocket(errno: ECONNREFUSED)),
                (datagram, .notAStream(errno: EPROTOTYPE)),
                (dead, .refused(errno: ECONNREFUSED)),
                (loop, .failed(errno: ELOOP)),
            ]
            for (path, expected) in table {
                await #expect(throws: expected, "\(path)") {
                    try await UnixStream.connect(to: path, until: .soon)
                }
            }
        }
    }

    @Test("an event loop that cannot start is a shortage of this program")
    func loopErrors() {
        #expect(Shortage(EventLoopError(errno: EMFILE)) == .descriptorsOfProcess)
        #expect(Shortage(EventLoopError(errno: ENFILE)) == .descriptorsOfHost)
        #expect(Shortage(EventLoopError(errno: ENOMEM)) == .memory)
        #expect(Shortage(EventLoopError(errno: EAGAIN)) == .threads)
    }
}
