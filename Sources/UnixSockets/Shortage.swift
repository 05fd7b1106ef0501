internal import Concurrency
internal import Glibc

/// A resource that this process or the host has run out of.
///
/// It says nothing about the file or socket that was to be opened.
package enum Shortage: Error, Hashable, Sendable {
    /// The process may open no more descriptors (EMFILE).
    case descriptorsOfProcess
    /// The host has no more descriptors (ENFILE).
    case descriptorsOfHost
    /// The host has no memory left (ENOMEM, ENOBUFS).
    case memory
    /// The user or the host may start no more threads (EAGAIN of `pthread_create`).
    case threads

    /// Converts an error number; nil where it means something else.
    package init?(errno number: Int32) {
        switch number {
        case EMFILE: self = .descriptorsOfProcess
        case ENFILE: self = .descriptorsOfHost
        case ENOMEM, ENOBUFS: self = .memory
        default: return nil
        }
    }

    /// Converts the reason why an event loop did not start.
    ///
    /// Only the start of its thread fails with EAGAIN.
    init(_ error: EventLoopError) {
        self = Shortage(errno: error.errno) ?? .threads
    }
}
