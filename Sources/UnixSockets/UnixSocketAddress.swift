internal import Glibc

/// A path that fits into a socket address.
package struct UnixSocketAddress: Hashable, Sendable {
    /// The path as it was given.
    package let path: String

    /// The longest path in bytes: the size of `sun_path` without the NUL at its end.
    package static let maximumLength = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1

    /// Checks a path.
    ///
    /// - Throws: `.pathEmpty`, `.pathContainsNUL`, `.pathTooLong`.
    package init(path: String) throws(UnixSocketError) {
        let bytes = path.utf8
        guard !bytes.isEmpty else { throw .pathEmpty }
        // A leading NUL would name an abstract socket; any other NUL would cut the path short.
        if let nul = bytes.firstIndex(of: 0) {
            throw .pathContainsNUL(offset: bytes.distance(from: bytes.startIndex, to: nul))
        }
        guard bytes.count <= Self.maximumLength else {
            throw .pathTooLong(length: bytes.count, limit: Self.maximumLength)
        }
        self.path = path
    }

    /// Passes the address to a system call.
    func withSystemAddress<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result
    {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    /// The identity of the file at the path, without following a symbolic link; nil when there is
    /// none, or it cannot be read.
    var fileIdentity: FileIdentity? {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        return FileIdentity(status)
    }

    /// Whether the path leads to a socket; nil when that is not known.
    var isSocket: Bool? { FileIdentity(atPath: path)?.isSocket }
}

/// The identity of the file to which a path led at one time.
package struct FileIdentity: Hashable, Sendable {
    let device: dev_t
    let inode: ino_t
    /// Whether the file is a socket.
    package let isSocket: Bool

    /// Reads the identity of the file to which a path leads; nil where there is none, or it cannot
    /// be read.
    package init?(atPath path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.init(status)
    }

    init(_ status: stat) {
        device = status.st_dev
        inode = status.st_ino
        isSocket = status.st_mode & S_IFMT == S_IFSOCK
    }
}
