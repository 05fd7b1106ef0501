package import Concurrency
internal import Glibc
internal import QAPI

/// A socket at a path that takes connections, one each time it is asked to.
///
/// Connections that were not accepted yet wait in the system's queue, so a server that serves one
/// client at a time behaves as QEMU's sockets do: a client beyond the queue is told that it is full.
package actor UnixListener {
    /// Where it listens.
    package nonisolated let path: String

    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        socket.unownedExecutor
    }

    private let address: UnixSocketAddress
    private let file: FileIdentity?
    private nonisolated let socket: NonblockingSocket
    private var isClosed = false

    /// Makes a socket that only this user may connect to (mode 0600), and listens.
    ///
    /// A socket that a dead process left at the path is replaced; nothing else is.
    ///
    /// - Parameters:
    ///   - path: At most `UnixSocketAddress.maximumLength` bytes.
    ///   - backlog: How many connections may wait; the system lets one more.
    /// - Throws: `.inUse` when another socket listens there, `.notASocket` when something else is there.
    package init(
        path: String, backlog: Int32 = 16, executor: DispatchQueueExecutor = .sockets
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
        socket = NonblockingSocket(owning: descriptor, executor: executor)
    }

    /// Connections as they come, taken from the queue one by one as the reader asks for the next.
    ///
    /// Ends when the listener is closed or the reading task cancelled. One reader at a time.
    package nonisolated var connections: AsyncStream<UnixStream> {
        AsyncStream { await self.next() }
    }

    /// Closes the socket and removes it from its path, unless something else is there by now.
    package func close() async {
        guard !isClosed else { return await socket.close() }
        isClosed = true
        if let file, address.fileIdentity == file { unlink(path) }
        await socket.close()
    }

    private nonisolated func next() async -> UnixStream? {
        let executor = socket.executor
        while true {
            do {
                let descriptor = try await socket.perform(.read, until: nil, Self.accept)
                // A client that has gone already has no credentials to ask for.
                if let stream = try? UnixStream(owning: descriptor, executor: executor) {
                    return stream
                }
            } catch .failed(let number) where Shortage(errno: number) != nil {
                // The connection stays in the queue and the socket stays ready, so trying again
                // at once would spin until descriptors are freed.
                guard (try? await Task.sleep(for: .milliseconds(100))) != nil else { return nil }
            } catch {
                return nil
            }
        }
    }

    @Sendable private static func accept(_ listener: Int32) -> NonblockingSocket.Attempt<Int32> {
        let descriptor = Glibc.accept(listener, nil, nil)
        guard descriptor >= 0 else {
            return switch errno {
            case EAGAIN, EINTR, ECONNABORTED: .notReady
            case let number: .failed(.failed(errno: number))
            }
        }
        // `accept4` would do this in one step, but the Glibc module does not show it.
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
        // No client can connect before `listen`, so there is no moment with a wider mode.
        guard chmod(address.path, 0o600) == 0 else {
            let number = errno
            unlink(address.path)
            throw .failed(errno: number)
        }
        return address.fileIdentity
    }

    private static func isStale(_ address: UnixSocketAddress) throws(UnixSocketError) -> Bool {
        // Not through a link: unlinking would then remove something else than what was looked at.
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
