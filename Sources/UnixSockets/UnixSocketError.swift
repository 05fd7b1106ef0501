internal import Glibc

/// The reason why connecting to a socket, or listening at a path, failed.
package enum UnixSocketError: Error, Hashable, Sendable {
    /// The path is empty.
    case pathEmpty
    /// The path contains a NUL at this offset in bytes, where the system would silently cut it.
    case pathContainsNUL(offset: Int)
    /// The path is too long for a socket address; both numbers are in bytes.
    case pathTooLong(length: Int, limit: Int)
    /// There is no file at the path (ENOENT, ENOTDIR).
    case missing(errno: Int32)
    /// There is a socket, but no process listens (ECONNREFUSED).
    case refused(errno: Int32)
    /// There is no permission for the socket or for a directory of its path (EACCES, EPERM).
    case denied(errno: Int32)
    /// The file at the path is not a socket (ENOTSOCK, or ECONNREFUSED from a file).
    case notASocket(errno: Int32)
    /// The socket is one for datagrams or packets (EPROTOTYPE).
    case notAStream(errno: Int32)
    /// The listener's queue was full of other clients until the deadline (EAGAIN).
    case queueFull(errno: Int32)
    /// Another process already listens at the path (EADDRINUSE).
    case inUse(errno: Int32)
    /// A file system on the path did not answer by the deadline, or an earlier try still waits for
    /// it.
    case pathHangs
    /// This process or the host lacked a resource until the deadline.
    case shortage(Shortage)
    /// The task was cancelled while it waited.
    case cancelled
    /// Any other error.
    case failed(errno: Int32)

    /// Converts the error number of `connect`.
    ///
    /// - Parameter isSocket: Whether the file at the path is a socket; nil when that is not known.
    ///   ECONNREFUSED means a socket without a listener, or another kind of file.
    package init(connectErrno number: Int32, isSocket: Bool?) {
        if let shortage = Shortage(errno: number) {
            self = .shortage(shortage)
            return
        }
        self =
            switch number {
            case ENOENT, ENOTDIR: .missing(errno: number)
            case EACCES, EPERM: .denied(errno: number)
            case ENOTSOCK: .notASocket(errno: number)
            case ECONNREFUSED where isSocket == false: .notASocket(errno: number)
            case ECONNREFUSED: .refused(errno: number)
            case EPROTOTYPE: .notAStream(errno: number)
            case EAGAIN: .queueFull(errno: number)
            default: .failed(errno: number)
            }
    }

    /// Converts the error number of `bind`.
    package init(bindErrno number: Int32) {
        if let shortage = Shortage(errno: number) {
            self = .shortage(shortage)
            return
        }
        self =
            switch number {
            case ENOENT, ENOTDIR: .missing(errno: number)
            case EACCES, EPERM: .denied(errno: number)
            case EADDRINUSE: .inUse(errno: number)
            default: .failed(errno: number)
            }
    }
}
