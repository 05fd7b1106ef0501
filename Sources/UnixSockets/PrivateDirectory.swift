internal import Glibc

/// A directory that only this user may enter (mode 0700), for sockets.
package struct PrivateDirectory: Hashable, Sendable {
    /// Its absolute path.
    package let path: String

    /// Makes a new directory in the first of some places where sockets fit.
    ///
    /// - Parameters:
    ///   - prefix: How its name begins.
    ///   - places: Directories to try in order, such as `$XDG_RUNTIME_DIR`; empty and relative
    ///     ones are passed over.
    ///   - longestName: Length in bytes of the longest name of a socket that will be in it.
    /// - Throws: Why the last place that was tried would not do.
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

    /// The path of something in it.
    package func path(of name: String) -> String { "\(path)/\(name)" }

    /// Removes it with the files in it; subdirectories, and so it too, are left.
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
