internal import Glibc

/// A directory that only this user may enter (mode 0700), for sockets.
package struct PrivateDirectory: Hashable, Sendable {
    /// The directory's absolute path.
    package let path: String

    /// Creates a directory in the first of several places where a socket's path fits.
    ///
    /// - Parameters:
    ///   - prefix: The beginning of the directory's name.
    ///   - places: Directories to try in order, such as `$XDG_RUNTIME_DIR`; empty and relative
    ///     ones are skipped.
    ///   - longestName: The length in bytes of the longest socket name in the directory.
    /// - Throws: The error of the last place that was tried.
    package init(
        prefix: String, in places: [String], longestName: Int
    ) throws(UnixSocketError) {
        var reason = UnixSocketError.pathEmpty
        for place in places where place.utf8.first == UInt8(ascii: "/") {
            do {
                path = try Self.make("\(place)/\(prefix)XXXXXX", longestName)
                return
            } catch {
                reason = error
            }
        }
        throw reason
    }

    /// The path of a file in the directory.
    package func path(of name: String) -> String { "\(path)/\(name)" }

    /// Removes the files in the directory, and then the directory unless it has subdirectories.
    package func remove() {
        if let entries = opendir(path) {
            while let entry = readdir(entries) {
                let name = withUnsafeBytes(of: entry.pointee.d_name) {
                    String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
                }
                if name != "." && name != ".." { unlink(self.path(of: name)) }
            }
            closedir(entries)
        }
        rmdir(path)
    }

    private static func make(
        _ template: String, _ longestName: Int
    ) throws(UnixSocketError) -> String {
        let length = template.utf8.count + 1 + longestName
        guard length <= UnixSocketAddress.maximumLength else {
            throw .pathTooLong(length: length, limit: UnixSocketAddress.maximumLength)
        }
        var bytes = Array(template.utf8CString)
        guard mkdtemp(&bytes) != nil else { throw UnixSocketError(bindErrno: errno) }
        return String(decoding: bytes.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
