package import Concurrency
internal import Glibc
internal import QAPI

/// A socket at a path that accepts a connection each time it is asked to.
///
/// Other connections wait in the system's queue, so a server that serves one client at a time
/// behaves as QEMU's sockets do: a client gets an error when the queue is full.
package actor UnixListener {
    /// The path at which the socket listens.
    package nonisolated let path: String

    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        socket.unownedExecutor
    }

    private let address: UnixSocketAddress
    private let file: FileIdentity?
    private nonisolated let socket: NonblockingSocket
    private var isClosed = false

    /// Creates a socket that only this user may connect to (mode 0600), and listens.
    ///
    /// A socket that a dead process left at the path is replaced; any other file is not.
    ///
    /// - Parameters:
    ///   - path: At most `UnixSocketAddress.maximumLength` bytes.
    ///   - backlog: How many connections may wait; the system admits one more.
    /// - Throws: `.inUse` when another socket listens at the path, `.notASocket` when another kind
    ///   of file is there.
    package init(
        path: String, backlog: Int32 = 16, loop: EventLoop = .shared
    ) throws(UnixSocketError) {
        let address = try UnixSocketAddress(path: path)
        let descriptor = try UnixStream.makeDescriptor()
        do throws(UnixSocketError) {
            file = try Self.bind(descriptor, to: address)
            guard listen(descriptor, backlog) == 0 else {
                let number = errno
                unlink(path)
                throw .failed(errno: number)
            }
        } catch {
            Glibc.close(descriptor)
            throw error
        }
        self.path = path
        self.address = address
        socket = NonblockingSocket(owning: descriptor, loop: loop)
    }

    /// The incoming connections; each is accepted when the reader asks for the next one.
    ///
    /// The sequence ends when the listener is closed or the reading task is cancelled. Only one
    /// task may read it at a time.
    package nonisolated var connections: AsyncStream<UnixStream> {
        AsyncStream { await self.next() }
    }

    /// Closes the socket and removes its file, unless another file has taken its path.
    package func close() async {
        guard !isClosed else { return await socket.close() }
        isClosed = true
        if let file, address.fileIdentity == file { unlink(path) }
        await socket.close()
    }

    private nonisolated func next() async -> UnixStream? {
        let loop = socket.loop
        while true {
            do {
                let descriptor = try await socket.perform(.read, until: nil, Self.accept)
                // A client that has already disconnected has no credentials.
                if let stream = try? UnixStream(owning: descriptor, loop: loop) {
                    return stream
                }
            } catch .failed(let number) where Shortage(errno: number) != nil {
                // The connection stays in the queue and the socket stays ready: without a pause,
                // the loop would spin until descriptors are freed.
                guard (try? await Task.sleep(for: .milliseconds(100))) != nil else { return nil }
            } catch {
                return nil
            }
        }
    }

    @Sendable private static func accept(_ listener: Int32) -> NonblockingSocket.Attempt<Int32> {
        // The loop reports an arrival once: wait only after EAGAIN.
        var descriptor: Int32
        repeat {
            descriptor = Glibc.accept(listener, nil, nil)
        } while descriptor < 0 && (errno == EINTR || errno == ECONNABORTED)
        guard descriptor >= 0 else {
            return errno == EAGAIN ? .notReady : .failed(.failed(errno: errno))
        }
        // `accept4` would do this in one call, but the Glibc module does not export it.
        guard fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0,
            fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0
        else {
            let number = errno
            Glibc.close(descriptor)
            return .failed(.failed(errno: number))
        }
        return .done(descriptor)
    }

    private static func bind(
        _ descriptor: Int32, to address: UnixSocketAddress
    ) throws(UnixSocketError) -> FileIdentity? {
        var result = address.withSystemAddress { Glibc.bind(descriptor, $0, $1) }
        if result != 0, errno == EADDRINUSE, try isStale(address) {
            unlink(address.path)
            result = address.withSystemAddress { Glibc.bind(descriptor, $0, $1) }
        }
        guard result == 0 else { throw UnixSocketError(bindErrno: errno) }
        // No client can connect before `listen`, so no client ever sees a wider mode.
        guard chmod(address.path, 0o600) == 0 else {
            let number = errno
            unlink(address.path)
            throw .failed(errno: number)
        }
        return address.fileIdentity
    }

    private static func isStale(_ address: UnixSocketAddress) throws(UnixSocketError) -> Bool {
        // `lstat` does not follow a link, and neither does `unlink`: what is checked is what is
        // removed.
        guard let file = address.fileIdentity else { return false }
        guard file.isSocket else { throw .notASocket(errno: EADDRINUSE) }
        do {
            Glibc.close(try UnixStream.connectOnce(to: address))
            return false
        } catch .refused {
            return true
        } catch {
            return false
        }
    }
}
