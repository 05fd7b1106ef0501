internal import CLinux
internal import Glibc
internal import Synchronization

/// Claims on unproven guests of one host, shared by all runs of this user.
///
/// Without claims, runs that start together would all ask the same hung guests, and each of these
/// calls keeps one of the daemon's workers. A claim is a locked byte of a file, so it ends with the
/// process.
final class GuestClaims: Sendable {
    private let uri: String
    private let file: RuntimeFile
    /// The open file; nil until the first claim.
    private let descriptor = Mutex<Int32?>(nil)

    /// The result of a claim.
    enum Answer: Hashable, Sendable {
        /// The claim succeeded and lasts until it is released.
        case held
        /// Another run has claimed this guest.
        case elsewhere
        /// Claims cannot be shared: there is no usable file.
        case unshared
    }

    init(uri: String, folder: String) {
        self.uri = uri
        file = RuntimeFile("claims", in: folder)
    }

    deinit {
        if let descriptor = descriptor.withLock(\.self) { close(descriptor) }
    }

    /// Claims a guest unless another run has claimed it; blocks only while a file is opened.
    func claim(_ guest: String) -> Answer {
        descriptor.withLock { descriptor in
            guard let opened = descriptor ?? file.open() else { return .unshared }
            descriptor = opened
            if linux_lock_byte(opened, place(of: guest), 1) == 0 { return .held }
            // A file system without such locks gives other errors.
            return errno == EAGAIN || errno == EACCES ? .elsewhere : .unshared
        }
    }

    /// Releases a claim.
    func release(_ guest: String) {
        descriptor.withLock { descriptor in
            if let descriptor { _ = linux_lock_byte(descriptor, place(of: guest), 0) }
        }
    }

    /// The offset of a guest's byte: a hash (FNV-1a), cut to the 62 bits that a file offset has.
    private func place(of guest: String) -> Int64 {
        let hash = "\(uri)\t\(guest)".utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
            ($0 ^ UInt64($1)) &* 0x100_0000_01b3
        }
        return Int64(hash >> 2)
    }
}
