package import Concurrency
internal import Glibc
package import QAPI

/// A connected stream socket.
///
/// One task may receive and one may send at a time; a second receiver or sender gets
/// `.failed(errno: EBUSY)`. A cancelled task gets `.failed(errno: ECANCELED)` at once. A call after
/// its deadline gets `.timedOut`, even if bytes have arrived.
package actor UnixStream: ByteStream {
    /// The process at the other end.
    package nonisolated let peer: PeerCredentials

    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        socket.unownedExecutor
    }

    /// The most bytes that one `receive` returns.
    package static let maximumReceive = 65_536

    private let socket: NonblockingSocket
    private var isSending = false

    /// Takes ownership of a connected, non-blocking descriptor; closes it when the call throws.
    init(owning descriptor: Int32, loop: EventLoop) throws(UnixSocketError) {
        do {
            peer = try PeerCredentials(of: descriptor)
        } catch {
            Glibc.close(descriptor)
            throw error
        }
        socket = NonblockingSocket(owning: descriptor, loop: loop)
    }

    /// Connects to the socket at a path.
    ///
    /// - Parameter path: At most `UnixSocketAddress.maximumLength` bytes.
    package static func connect(
        to path: String, until deadline: ContinuousClock.Instant, loop: EventLoop? = nil
    ) async throws(UnixSocketError) -> UnixStream {
        try await connect(to: SocketPlace(path), until: deadline, loop: loop)
    }

    /// Connects to the socket at a place.
    ///
    /// A listener that serves one client at a time, such as QEMU's, has a short queue. The system
    /// does not report when a queue has room, so a full one is tried again until the deadline, with
    /// a back-off from 50 ms to one second. A try that failed for a shortage on this side is
    /// repeated in the same way, since the end of another exchange can end the shortage.
    ///
    /// - Parameters:
    ///   - place: The socket; a path without a root has at most `UnixSocketAddress.maximumLength`
    ///     bytes.
    ///   - deadline: Latest instant to wait for room; the last try follows. At least one try is
    ///     made.
    ///   - loop: The loop that serves the stream; nil for that of this process, which starts where
    ///     it does not run.
    /// - Throws: `UnixSocketError`, with a case for each reason; `.shortage` at once where the loop
    ///   of this process cannot start.
    package static func connect(
        to place: SocketPlace, until deadline: ContinuousClock.Instant, loop: EventLoop? = nil
    ) async throws(UnixSocketError) -> UnixStream {
        // Not tried again: what a pause would need may be lacking too.
        let own = try ownLoop()
        var pause = Duration.milliseconds(50)
        while true {
            do {
                return try UnixStream(
                    owning: await SocketConnector.system.connect(to: place, until: deadline),
                    loop: loop ?? own)
            } catch {
                switch error {
                case .queueFull, .shortage: break
                default: throw error
                }
                let now = ContinuousClock.now
                guard now < deadline else { throw error }
                guard await own.sleep(until: min(now + pause, deadline)) else { throw .cancelled }
                pause = min(pause * 2, .seconds(1))
            }
        }
    }

    /// The loop of this process, which the connector needs in any case.
    private static func ownLoop() throws(UnixSocketError) -> EventLoop {
        do throws(EventLoopError) {
            return try EventLoop.begin()
        } catch {
            throw .shortage(Shortage(error))
        }
    }

    /// Makes one try: after the lookup of the path, the system queues or refuses the connection at
    /// once.
    static func connectOnce(to address: UnixSocketAddress) throws(UnixSocketError) -> Int32 {
        let descriptor = try makeDescriptor()
        let result = address.withSystemAddress { Glibc.connect(descriptor, $0, $1) }
        guard result == 0 else {
            let number = errno
            Glibc.close(descriptor)
            throw UnixSocketError(connectErrno: number, isSocket: address.isSocket)
        }
        return descriptor
    }

    static func makeDescriptor() throws(UnixSocketError) -> Int32 {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = Glibc.socket(AF_UNIX, type, 0)
        guard descriptor >= 0 else {
            let number = errno
            throw Shortage(errno: number).map { .shortage($0) } ?? .failed(errno: number)
        }
        return descriptor
    }

    package func receive(
        until deadline: ContinuousClock.Instant
    ) async throws(ByteStreamError) -> [UInt8] {
        try await socket.perform(.read, until: deadline) { descriptor in
            withUnsafeTemporaryAllocation(byteCount: Self.maximumReceive, alignment: 1) { buffer in
                let count = Self.repeated { recv(descriptor, buffer.baseAddress, buffer.count, 0) }
                if count > 0 { return .done([UInt8](buffer.prefix(count))) }
                if count == 0 { return .failed(.closed) }
                return Self.unfinished(errno)
            }
        }
    }

    package func send(
        _ bytes: [UInt8], until deadline: ContinuousClock.Instant
    ) async throws(ByteStreamError) {
        // The bytes of two senders would mix whenever the first one has to wait for room.
        guard !isSending else { throw .failed(errno: EBUSY) }
        isSending = true
        defer { isSending = false }
        var sent = 0
        while sent < bytes.count {
            let start = sent
            sent += try await socket.perform(.write, until: deadline) { descriptor in
                let count = bytes.withUnsafeBytes { bytes in
                    Self.repeated {
                        Glibc.send(
                            descriptor, bytes.baseAddress?.advanced(by: start),
                            bytes.count - start, Int32(MSG_NOSIGNAL))
                    }
                }
                return count >= 0 ? .done(count) : Self.unfinished(errno)
            }
        }
    }

    /// Sends bytes, and waits until the process at the other end has taken them.
    ///
    /// A connection in the queue of a listener keeps what was sent to it: the process reads that
    /// when it gets to the connection, even if this end is closed by then.
    ///
    /// - Parameter deadline: Latest instant to wait for room, and for the other process.
    /// - Source: unix(7), `SIOCOUTQ`.
    package func sendUntilTaken(
        _ bytes: [UInt8], until deadline: ContinuousClock.Instant
    ) async throws(ByteStreamError) {
        try await send(bytes, until: deadline)
        try await socket.perform(.write, until: deadline) {
            descriptor -> NonblockingSocket.Attempt<Void> in
            var untaken: Int32 = 0
            guard ioctl(descriptor, UInt(TIOCOUTQ), &untaken) == 0 else {
                return .failed(.failed(errno: errno))
            }
            // The kernel reports room while it still counts one byte of what is taken, and no more
            // reports follow. All that waits counts for more than that.
            return untaken <= 1 ? .done(()) : .notReady
        }
    }

    package func close() async {
        await socket.close()
    }

    /// Makes a system call again while signals interrupt it: the loop reports an arrival once, so
    /// only EAGAIN may lead to a wait.
    private static func repeated(_ call: () -> Int) -> Int {
        while true {
            let count = call()
            if count >= 0 || errno != EINTR { return count }
        }
    }

    /// Converts the error number of `recv` or `send`.
    private static func unfinished<Value>(
        _ number: Int32
    ) -> NonblockingSocket.Attempt<Value> {
        switch number {
        case EAGAIN: .notReady
        case EPIPE, ECONNRESET, ENOTCONN: .failed(.closed)
        default: .failed(.failed(errno: number))
        }
    }
}
