internal import CLinux
internal import Glibc

/// Where a socket is: a path as it is here, or as it is for a process in a container.
package struct SocketPlace: Hashable, Sendable {
    /// Its path; absolute where there is a root.
    package let path: String
    /// The folder that is the root for the path, such as `/proc/4711/root`; nil where that is ours.
    package let root: String?

    /// Creates a place.
    package init(_ path: String, inRoot root: String? = nil) {
        self.path = path
        self.root = root
    }

    /// Reads a place that `text` shows.
    ///
    /// A plain path through `/proc/4711/root` would leave the container at its first absolute link.
    package init(shownAs text: String) {
        let parts = text.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        // "", "proc", "4711", "root/run/..."
        if text.hasPrefix("/proc/"), parts.count == 4, parts[3].hasPrefix("root/"),
            let process = Int32(parts[2]), process > 0
        {
            self.init(String(parts[3].dropFirst(4)), inRoot: "/proc/\(process)/root")
        } else {
            self.init(text)
        }
    }

    /// The place in one path.
    package var text: String { (root ?? "") + path }

    /// Whether some process listens there, as far as connecting can tell.
    package var isServed: Bool {
        do throws(UnixSocketError) {
            close(try connectOnce())
            return true
        } catch {
            if case .queueFull = error { return true }
            return false
        }
    }

    /// Connects to the socket, once.
    ///
    /// One in another root is found there first, with its links followed inside of that root, and
    /// connected to by the path of its descriptor, which fits an address however long its own is.
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
