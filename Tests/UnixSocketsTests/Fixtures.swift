import Glibc
import QAPI
import Testing
import UnixSockets

/// Runs a test in a directory of its own.
func withDirectory<Result>(
    _ body: (PrivateDirectory) async throws -> Result
) async throws -> Result {
    let directory = try PrivateDirectory(prefix: "us-", in: ["/tmp"], longestName: 16)
    defer { directory.remove() }
    return try await body(directory)
}

/// Runs a test on both ends of one connection.
func withPair(_ body: (UnixStream, UnixStream) async throws -> Void) async throws {
    try await withDirectory { directory in
        let listener = try UnixListener(path: directory.path(of: "s"))
        let client = try await UnixStream.connect(to: listener.path, until: .soon)
        let server = try await listener.first()
        do {
            try await body(client, server)
        } catch {
            await client.close()
            await server.close()
            await listener.close()
            throw error
        }
        await client.close()
        await server.close()
        await listener.close()
    }
}

struct ListenerEnded: Error {}

extension UnixListener {
    nonisolated func first() async throws -> UnixStream {
        var connections = connections.makeAsyncIterator()
        guard let stream = await connections.next() else { throw ListenerEnded() }
        return stream
    }
}

extension ContinuousClock.Instant {
    /// Far longer than anything here takes.
    static var soon: Self { .now + .seconds(120) }
}

extension UnixStream {
    func receiveAll(until deadline: ContinuousClock.Instant) async throws -> [UInt8] {
        var all: [UInt8] = []
        do {
            while true { all += try await receive(until: deadline) }
        } catch ByteStreamError.closed {
            return all
        }
    }
}

/// How many descriptors of this process belong to the socket at a path, at either end.
///
/// Other tests of the process come and go without changing it.
func descriptors(at path: String) -> Int {
    (0..<Int32(4096)).count { descriptor in
        name(of: descriptor, getsockname) == path || name(of: descriptor, getpeername) == path
    }
}

/// Whether a descriptor is a connection that was accepted at a path.
func isServer(_ descriptor: Int32, at path: String) -> Bool {
    var isListening: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    return name(of: descriptor, getsockname) == path
        && getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &isListening, &size) == 0
        && isListening == 0
}

private func name(
    of descriptor: Int32,
    _ ask: (Int32, UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
) -> String? {
    var address = sockaddr_un()
    var size = socklen_t(MemoryLayout<sockaddr_un>.size)
    let result = withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { ask(descriptor, $0, &size) }
    }
    guard result == 0, address.sun_family == sa_family_t(AF_UNIX) else { return nil }
    return withUnsafeBytes(of: address.sun_path) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
}

struct SystemCallFailed: Error {
    let errno: Int32
}

/// Binds a socket and closes it, as a process does that is killed.
func leaveDeadSocket(at path: String) throws {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    try bindSocket(descriptor, to: path)
}

func bindSocket(_ descriptor: Int32, to path: String) throws {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let result = withUnsafePointer(to: address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
    }
    guard result == 0 else { throw SystemCallFailed(errno: errno) }
}

func makeFile(at path: String) throws {
    let descriptor = creat(path, 0o600)
    guard descriptor >= 0 else { throw SystemCallFailed(errno: errno) }
    close(descriptor)
}

/// The type and mode bits of a file; nil when there is none.
func mode(of path: String) -> mode_t? {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_mode : nil
}

extension UnixStream {
    /// Whether a task waits for bytes: a second one is refused, or else is late.
    var isReceiving: Bool {
        get async {
            do throws(ByteStreamError) {
                _ = try await receive(until: .now)
                return false
            } catch {
                return error == .failed(errno: EBUSY)
            }
        }
    }

    /// Whether a task waits for room.
    var isSending: Bool {
        get async {
            do throws(ByteStreamError) {
                try await send([0], until: .now)
                return false
            } catch {
                return error == .failed(errno: EBUSY)
            }
        }
    }
}
