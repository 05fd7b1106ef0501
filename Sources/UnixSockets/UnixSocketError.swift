internal import Glibc

/// Why a socket path could not be connected to, or listened at.
package enum UnixSocketError: Error, Hashable, Sendable {
    /// The path is empty.
    case pathEmpty
    /// The path holds a NUL, at this offset in bytes; the system would silently cut it there.
    case pathContainsNUL(offset: Int)
    /// The path is longer than a socket address can hold. Both counts are in bytes.
    case pathTooLong(length: Int, limit: Int)
    /// Nothing is at the path (ENOENT, ENOTDIR).
    case missing(errno: Int32)
    /// A socket is there, but nothing listens (ECONNREFUSED).
    case refused(errno: Int32)
    /// No permission for the socket or a directory before it (EACCES, EPERM).
    case denied(errno: Int32)
    /// What is at the path is no socket (ENOTSOCK, or ECONNREFUSED from a file).
    case notASocket(errno: Int32)
    /// It is a socket that takes datagrams or packets (EPROTOTYPE).
    case notAStream(errno: Int32)
    /// The listener's queue stayed full until the deadline: others wait for it too (EAGAIN).
    case queueFull(errno: Int32)
    /// Another socket listens at the path already (EADDRINUSE).
    case inUse(errno: Int32)
    /// A file system on the way to the path did not answer until the deadline, or does not since an
    /// earlier try.
    case pathHangs
    /// This process or the host has run out of something; it stayed so until the deadline.
    case shortage(Shortage)
    /// The task was cancelled while it waited.
    case cancelled
    /// Anything else.
    case failed(errno: Int32)

    /// The fact in the error number of `connect`.
    ///
    /// - Parameter isSocket: Whether a socket is at the path; nil when nothing could be learnt.
    ///   The system answers ECONNREFUSED for a file as for a socket without a listener.
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

    /// The fact in the error number of `bind`.
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
