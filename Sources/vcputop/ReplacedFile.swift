internal import Glibc

/// A file that is replaced as a whole, so that its readers see the old contents or the new ones, and
/// never a part.
struct ReplacedFile {
    let path: String
    /// Whether the file is written for good.
    ///
    /// It is on the disk then before it replaces the old one, and has its mode and owner. Otherwise
    /// mode and owner are those of a new file.
    var isKept = false

    /// Replaces the file.
    ///
    /// The new contents are written beside it and renamed. The name that they have until then ends
    /// in nothing that a collector looks for. A symbolic link stays, and what it leads to is
    /// replaced.
    func replace(with text: String) throws(CommandFailure) {
        let target = try target()
        let folder = Self.folder(of: target)
        let random = UInt64.random(in: .min ... .max)
        let temporary = "\(folder).vcputop-\(getpid())-\(String(random, radix: 16))"
        let descriptor = open(
            temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure(errno) }
        var problem = isKept ? Self.takeOver(target, to: descriptor) : nil
        if problem == nil { problem = Self.write(text, to: descriptor) }
        if problem == nil, isKept, fsync(descriptor) != 0 { problem = errno }
        // Some file systems say only here that there was no room.
        if close(descriptor) != 0, problem == nil { problem = errno }
        if problem == nil, rename(temporary, target) != 0 { problem = errno }
        guard let problem else { return }
        unlink(temporary)
        throw failure(problem)
    }

    /// Gives a file the mode and the owner of another, should there be one.
    ///
    /// - Returns: What went wrong; nil where nothing did.
    private static func takeOver(_ path: String, to descriptor: Int32) -> Int32? {
        var old = stat()
        guard stat(path, &old) == 0 else { return nil }
        // A file that may not be written to is not to be replaced either.
        guard faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) == 0 else { return errno }
        var new = stat()
        guard fstat(descriptor, &new) == 0 else { return errno }
        if (old.st_uid, old.st_gid) != (new.st_uid, new.st_gid),
            fchown(descriptor, old.st_uid, old.st_gid) != 0
        {
            return errno
        }
        return fchmod(descriptor, old.st_mode & 0o7777) == 0 ? nil : errno
    }

    /// - Returns: What went wrong; nil where all was written.
    private static func write(_ text: String, to descriptor: Int32) -> Int32? {
        let bytes = Array(text.utf8)
        var start = 0
        while start < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress?.advanced(by: start), $0.count - start)
            }
            if count > 0 {
                start += count
            } else if count == 0 || errno != EINTR {
                return count == 0 ? ENOSPC : errno
            }
        }
        return nil
    }

    /// Where the path leads to.
    private func target() throws(CommandFailure) -> String {
        var status = stat()
        if stat(path, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFREG else {
                // What is renamed over a pipe or a device would be a file in its place.
                throw CommandFailure(
                    .output, "cannot replace '\(path)': it is not a regular file",
                    help: "without --output the same goes to standard output")
            }
            guard let resolved = realpath(path, nil) else { throw failure(errno) }
            defer { free(resolved) }
            return String(cString: resolved)
        }
        guard errno == ENOENT else { throw failure(errno) }
        // A link may lead to a file that is yet to be made.
        var target = path
        for _ in 0..<40 {
            guard let next = Self.destination(of: target) else { return target }
            target = next.hasPrefix("/") ? next : Self.folder(of: target) + next
        }
        throw failure(ELOOP)
    }

    /// What a symbolic link says; nil for anything else.
    private static func destination(of path: String) -> String? {
        var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(path, &bytes, bytes.count)
        guard count > 0, count < bytes.count else { return nil }
        return String(decoding: bytes[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// The path up to its last slash; empty where it has none.
    static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    }

    private func failure(_ number: Int32) -> CommandFailure {
        CommandFailure(.output, "cannot write '\(path)': \(String(cString: strerror(number)))")
    }
}
