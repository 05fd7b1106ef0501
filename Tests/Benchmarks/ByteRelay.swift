import Foundation
import Glibc
import LabSupport
import Synchronization

/// Passes connections on to a socket, and drops them when it is asked to.
final class ByteRelay: Sendable {
    /// Where to connect.
    let path: String
    private let listener: Int32
    private let upstream: String
    private let open = Mutex<Set<Int32>>([])

    init(to upstream: String) throws {
        self.upstream = upstream
        path = "\(try makeLabFolder())/relay"
        listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        let isListening = Self.address(path) { bind(listener, $0, $1) == 0 }
        guard isListening, listen(listener, 16) == 0 else {
            throw LabError.system(call: "listen on \(path)", errno: errno)
        }
        Thread.detachNewThread { self.serve() }
    }

    /// Ends all connections.
    func drop() {
        open.withLock { for descriptor in $0 { shutdown(descriptor, Int32(SHUT_RDWR)) } }
    }

    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        drop()
    }

    private func serve() {
        while true {
            let client = accept(listener, nil, nil)
            guard client >= 0 else { return }
            let server = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            guard Self.address(upstream, { connect(server, $0, $1) == 0 }) else {
                close(client)
                close(server)
                continue
            }
            open.withLock { $0.formUnion([client, server]) }
            let pair = Pair()
            for (from, to) in [(client, server), (server, client)] {
                Thread.detachNewThread {
                    Self.copy(from, to)
                    shutdown(from, Int32(SHUT_RDWR))
                    shutdown(to, Int32(SHUT_RDWR))
                    guard pair.endsSecond() else { return }
                    self.open.withLock { $0.subtract([client, server]) }
                    close(client)
                    close(server)
                }
            }
        }
    }

    private static func copy(_ from: Int32, _ to: Int32) {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(from, &bytes, bytes.count)
            guard count > 0 else { return }
            var start = 0
            while start < count {
                let sent = bytes.withUnsafeBytes {
                    send(
                        to, $0.baseAddress?.advanced(by: start), count - start,
                        Int32(MSG_NOSIGNAL))
                }
                guard sent > 0 else { return }
                start += sent
            }
        }
    }

    private static func address(
        _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Bool
    ) -> Bool {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else { return false }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}

/// The two directions of a connection.
private final class Pair: Sendable {
    private let ended = Mutex(0)

    /// Whether the other direction has ended before.
    func endsSecond() -> Bool {
        ended.withLock {
            $0 += 1
            return $0 == 2
        }
    }
}
