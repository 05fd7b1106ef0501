internal import CLinux
internal import Glibc

/// The place of a socket: a path as we see it, or as a process in a container sees it.
package struct SocketPlace: Hashable, Sendable {
    /// The socket's path; absolute where there is a root.
    package let path: String
    /// The root folder of the path, such as `/proc/4711/root`; nil for our own root.
    package let root: String?

    /// Creates a place.
    package init(_ path: String, inRoot root: String? = nil) {
        self.path = path
        self.root = root
    }

    /// Parses a place that `text` printed.
    ///
    /// The part up to `/proc/4711/root` becomes the root: as a plain path, it would lead out of the
    /// container at the first absolute link.
    package init(shownAs text: String) {
        let parts = text.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        // The parts are "", "proc", "4711" and "root/run/...".
        if text.hasPrefix("/proc/"), parts.count == 4, parts[3].hasPrefix("root/"),
            let process = Int32(parts[2]), process > 0
        {
            self.init(String(parts[3].dropFirst(4)), inRoot: "/proc/\(process)/root")
        } else {
            self.init(text)
        }
    }

    /// The place as one path.
    package var text: String { (root ?? "") + path }

    /// Whether a process listens at the place, which a connection tests.
    package var isServed: Bool {
        do throws(UnixSocketError) {
            close(try connectOnce())
            return true
        } catch {
            if case .queueFull = error { return true }
            return false
        }
    }

    /// Why no socket can be named by this place, whatever is there: its path is empty, too long or
    /// has a NUL.
    package var addressError: UnixSocketError? {
        do throws(UnixSocketError) {
            // In another root a descriptor is connected to, however long the path is.
            if root == nil { _ = try UnixSocketAddress(path: path) }
            return nil
        } catch {
            return error
        }
    }

    /// Connects to the socket, once.
    ///
    /// A socket in another root is first opened there, so that links are followed inside that root.
    /// The connection then uses the path of its descriptor, which fits into an address however long
    /// the socket's own path is.
    func connectOnce() throws(UnixSocketError) -> Int32 {
        guard let root else {
            return try UnixStream.connectOnce(to: UnixSocketAddress(path: path))
        }
        guard !path.isEmpty else { throw .pathEmpty }
        if let nul = path.utf8.firstIndex(of: 0) {
            throw .pathContainsNUL(offset: path.utf8.distance(from: path.utf8.startIndex, to: nul))
        }
        let file = linux_find_in_root(root, path)
        guard file >= 0 else { throw UnixSocketError(connectErrno: errno, isSocket: nil) }
        defer { close(file) }
        return try UnixStream.connectOnce(to: UnixSocketAddress(path: "/proc/self/fd/\(file)"))
    }
}
