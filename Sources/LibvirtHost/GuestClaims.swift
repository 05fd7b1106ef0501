internal import CLinux
internal import Glibc
internal import Synchronization

/// Which guests of one host the runs of this user are asking that have not proven themselves.
///
/// Runs that begin together would else all ask the same hung guests, and each of these calls keeps
/// one of the daemon's workers. A claim is a locked byte of a file, so it ends with the process.
final class GuestClaims: Sendable {
    private let uri: String
    private let file: RuntimeFile
    /// The open file; nil until the first claim.
    private let descriptor = Mutex<Int32?>(nil)

    /// The result of a claim.
    enum Answer: Hashable, Sendable {
        /// It holds until it is released.
        case held
        /// Another run has one on this guest.
        case elsewhere
        /// There is no file to share claims by.
        case unshared
    }

    init(uri: String, folder: String) {
        self.uri = uri
        file = RuntimeFile("claims", in: folder)
    }

    deinit {
        if let descriptor = descriptor.withLock(\.self) { close(descriptor) }
    }

    /// Claims a guest if no other run does; blocks for no longer than a file takes to open.
    func claim(_ guest: String) -> Answer {
        descriptor.withLock { descriptor in
            guard let opened = descriptor ?? file.open() else { return .unshared }
            descriptor = opened
            if linux_lock_byte(opened, place(of: guest), 1) == 0 { return .held }
            // Other errors are those of a file system without such locks.
            return errno == EAGAIN || errno == EACCES ? .elsewhere : .unshared
        }
    }

    /// Releases a claim.
    func release(_ guest: String) {
        descriptor.withLock { descriptor in
            if let descriptor { _ = linux_lock_byte(descriptor, place(of: guest), 0) }
        }
    }

    /// A byte for each guest of each host: FNV-1a, of which offsets of a file leave 62 bits.
    private func place(of guest: String) -> Int64 {
        let hash = "\(uri)\t\(guest)".utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
            ($0 ^ UInt64($1)) &* 0x100_0000_01b3
        }
        return Int64(hash >> 2)
    }
}
