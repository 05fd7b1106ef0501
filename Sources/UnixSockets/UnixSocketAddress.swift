internal import Glibc

/// A path that fits a socket address.
package struct UnixSocketAddress: Hashable, Sendable {
    /// The path, as given.
    package let path: String

    /// Longest path in bytes: `sun_path` less the NUL that ends it.
    package static let maximumLength = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1

    /// Checks a path.
    ///
    /// - Throws: `.pathEmpty`, `.pathContainsNUL`, `.pathTooLong`.
    package init(path: String) throws(UnixSocketError) {
        let bytes = path.utf8
        guard !bytes.isEmpty else { throw .pathEmpty }
        // A leading NUL would name an abstract socket, any other would cut the path short.
        if let nul = bytes.firstIndex(of: 0) {
            throw .pathContainsNUL(offset: bytes.distance(from: bytes.startIndex, to: nul))
        }
        guard bytes.count <= Self.maximumLength else {
            throw .pathTooLong(length: bytes.count, limit: Self.maximumLength)
        }
        self.path = path
    }

    /// Hands the address to a system call.
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

    /// What is at the path, without following a last symbolic link; nil when there is nothing, or
    /// it cannot be looked at.
    var fileIdentity: FileIdentity? {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        return FileIdentity(status)
    }

    /// Whether the path leads to a socket; nil when that cannot be learnt.
    var isSocket: Bool? { FileIdentity(atPath: path)?.isSocket }
}

/// Which file a path meant at one time.
package struct FileIdentity: Hashable, Sendable {
    let device: dev_t
    let inode: ino_t
    /// Whether it is a socket.
    package let isSocket: Bool

    /// Looks at what a path leads to; nil where nothing is there, or it cannot be looked at.
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
