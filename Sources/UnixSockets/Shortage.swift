internal import Glibc

/// What this process or the host has run out of.
///
/// It says nothing of what was asked for: a socket that cannot be opened may be well.
package enum Shortage: Error, Hashable, Sendable {
    /// The process may open no more descriptors (EMFILE).
    case descriptorsOfProcess
    /// The host has no more descriptors (ENFILE).
    case descriptorsOfHost
    /// The host has no memory left (ENOMEM, ENOBUFS).
    case memory

    /// The shortage in an error number; nil where it means something else.
    package init?(errno number: Int32) {
        switch number {
        case EMFILE: self = .descriptorsOfProcess
        case ENFILE: self = .descriptorsOfHost
        case ENOMEM, ENOBUFS: self = .memory
        default: return nil
        }
    }
}
