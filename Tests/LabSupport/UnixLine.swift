import Glibc

/// A connection to a Unix socket, read by lines and with deadlines.
///
/// It is the lab's own, and shares nothing with what is tested.
public struct UnixLine: ~Copyable {
    private let descriptor: Int32
    private var received: [UInt8] = []

    /// Connects, and tries again while nothing listens yet.
    public init(path: String, within duration: Duration) throws {
        let deadline = Deadline(within: duration)
        while true {
            do {
                descriptor = try Self.connect(path)
                return
            } catch LabError.system(_, ENOENT), LabError.system(_, ECONNREFUSED),
                LabError.system(_, EAGAIN)
            {
                guard !deadline.hasPassed else { throw LabError.late("connection to \(path)") }
                usleep(20_000)
            }
        }
    }

    /// Takes over an accepted connection.
    init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    static func connect(_ path: String) throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw LabError.system(call: "socket", errno: errno) }
        // Only while connecting: a full backlog is EAGAIN then, and not a wait without end.
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        let status = try withSocketAddress(of: path) { Glibc.connect(descriptor, $0, $1) }
        guard status == 0 else {
            let code = errno
            close(descriptor)
            throw LabError.system(call: "connect \(path)", errno: code)
        }
        _ = fcntl(descriptor, F_SETFL, 0)
        return descriptor
    }

    /// Sends all of the bytes.
    public func send(_ bytes: some Collection<UInt8>, within duration: Duration = .seconds(30))
        throws
    {
        let deadline = Deadline(within: duration)
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes {
                Glibc.send(
                    descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
            }
            if sent > 0 {
                rest = rest.dropFirst(sent)
            } else if errno == EAGAIN {
                try waitFor(POLLOUT, by: deadline)
            } else {
                throw LabError.system(call: "send", errno: errno)
            }
        }
    }

    /// The next line without its end; nil once the other side has closed.
    mutating func line(within duration: Duration = .seconds(30)) throws -> [UInt8]? {
        let deadline = Deadline(within: duration)
        while true {
            if let end = received.firstIndex(of: UInt8(ascii: "\n")) {
                let line = Array(received[..<end])
                received.removeSubrange(...end)
                return line
            }
            try waitFor(POLLIN, by: deadline)
            var chunk = [UInt8](repeating: 0, count: 65_536)
            let count = recv(descriptor, &chunk, chunk.count, Int32(MSG_DONTWAIT))
            if count > 0 {
                received += chunk[..<count]
            } else if count == 0 || errno == ECONNRESET {
                return nil
            } else if errno != EAGAIN {
                throw LabError.system(call: "recv", errno: errno)
            }
        }
    }

    private func waitFor(_ event: Int32, by deadline: Deadline) throws {
        var poll = pollfd(fd: descriptor, events: Int16(event), revents: 0)
        guard Glibc.poll(&poll, 1, deadline.milliseconds) > 0 else {
            throw LabError.late("a socket's next bytes")
        }
    }
}

/// Calls `body` with a path as a socket's address.
func withSocketAddress<Result>(
    of path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) throws -> Result
) throws -> Result {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
        throw LabError.system(call: "address of \(path)", errno: ENAMETOOLONG)
    }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    return try withUnsafePointer(to: &address) {
        try $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            try body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
    }
}

/// Makes a socket without a listener.
public func makeDeafSocket(at path: String) throws {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    guard try withSocketAddress(of: path, { bind(descriptor, $0, $1) }) == 0 else {
        throw LabError.system(call: "bind \(path)", errno: errno)
    }
}

/// A socket of which every client is let in and none is ever answered.
public final class SilentSocket {
    private let folder: String
    private let descriptor: Int32

    /// Where it is.
    public var path: String { "\(folder)/silent" }

    /// Makes it; it ends with this object.
    public init() throws {
        folder = try makeLabFolder()
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard try withSocketAddress(of: path, { bind(descriptor, $0, $1) }) == 0,
            listen(descriptor, 16) == 0
        else { throw LabError.system(call: "listen at \(path)", errno: errno) }
    }

    deinit {
        close(descriptor)
        unlink(path)
        rmdir(folder)
    }
}
