import Concurrency
import Glibc
import Synchronization

/// Runs a test on an event loop of its own.
func withLoop<Value>(_ body: (EventLoop) async throws -> Value) async throws -> Value {
    let loop = try EventLoop()
    try loop.start()
    defer { loop.stop() }
    return try await body(loop)
}

extension EventLoop {
    /// Runs a body on the loop's thread, and waits for it.
    func run<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            perform { continuation.resume(returning: body()) }
        }
    }
}

/// What has happened, in order.
final class Record<Entry: Sendable>: Sendable {
    private let list = Mutex<[Entry]>([])

    var entries: [Entry] { list.withLock { $0 } }

    func append(_ entry: Entry) { list.withLock { $0.append(entry) } }
}

/// Two connected sockets that do not wait.
struct SocketPair {
    let one: Int32
    let other: Int32

    init() throws {
        var pair: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &pair) == 0 else { throw EventLoopError(errno: errno) }
        (one, other) = (pair[0], pair[1])
    }

    func write(_ count: Int) -> Int {
        let bytes = [UInt8](repeating: 7, count: count)
        return Glibc.write(one, bytes, count)
    }

    func read() -> Int {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        return Glibc.read(other, &bytes, bytes.count)
    }

    func close() {
        Glibc.close(one)
        Glibc.close(other)
    }
}
