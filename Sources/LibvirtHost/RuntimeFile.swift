internal import Glibc

/// A small file in the user's runtime folder, which lasts until the next boot; all runs of the user
/// share it.
///
/// Another user must neither read it nor redirect our writes: the folder and the file must belong
/// to this user alone, and links are not followed.
struct RuntimeFile: Sendable {
    private let folder: String
    private let name: String

    /// The maximum length in bytes; the rest of a longer file is ignored.
    static let longest = 512 * 1_024

    init(_ name: String, in folder: String) {
        self.name = name
        self.folder = folder
    }

    /// The folder of this user: `$XDG_RUNTIME_DIR/vcputop`, for root also `/run/vcputop`.
    static var standardFolder: String? {
        if let path = getenv("XDG_RUNTIME_DIR").map({ String(cString: $0) }), path.hasPrefix("/") {
            var status = stat()
            if stat(path, &status) == 0, status.st_uid == geteuid() { return "\(path)/vcputop" }
        }
        return geteuid() == 0 ? "/run/vcputop" : nil
    }

    /// Changes the contents; does nothing when the file cannot be opened.
    ///
    /// Blocks for at most a fraction of a second.
    ///
    /// - Parameter creates: Whether to create a missing file.
    func update(creates: Bool, _ change: (inout [UInt8]) -> Void) {
        guard let file = open(creates: creates) else { return }
        defer { close(file) }
        guard lock(file) else { return }
        var bytes = read(file)
        let old = bytes
        change(&bytes)
        guard bytes != old, bytes.count <= Self.longest else { return }
        write(bytes, to: file)
    }

    /// Opens or creates the file; nil when that fails.
    func open() -> Int32? { open(creates: true) }

    private func open(creates: Bool) -> Int32? {
        if creates { mkdir(folder, 0o700) }
        let directory = Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard directory >= 0 else { return nil }
        defer { close(directory) }
        guard isPrivate(directory, S_IFDIR) else { return nil }
        let flags = O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | (creates ? O_CREAT : 0)
        let file = openat(directory, name, flags, 0o600)
        guard file >= 0 else { return nil }
        guard isPrivate(file, S_IFREG) else {
            close(file)
            return nil
        }
        return file
    }

    /// Whether the descriptor has this kind and belongs to this user alone.
    private func isPrivate(_ descriptor: Int32, _ kind: mode_t) -> Bool {
        var status = stat()
        return fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == kind
            && status.st_uid == geteuid() && status.st_mode & 0o077 == 0
            && (kind == S_IFDIR || status.st_nlink == 1)
    }

    /// Give up after a while: a run that was stopped in mid-change must not stop the others.
    private func lock(_ file: Int32) -> Bool {
        for _ in 1...50 {
            if flock(file, LOCK_EX | LOCK_NB) == 0 { return true }
            usleep(5_000)
        }
        return false
    }

    private func read(_ file: Int32) -> [UInt8] {
        var status = stat()
        guard fstat(file, &status) == 0 else { return [] }
        var bytes = [UInt8](repeating: 0, count: min(Self.longest, Int(status.st_size)))
        var count = 0
        while count < bytes.count {
            let read = bytes[count...].withUnsafeMutableBytes {
                pread(file, $0.baseAddress, $0.count, off_t(count))
            }
            if read < 0, errno == EINTR { continue }
            guard read > 0 else { break }
            count += read
        }
        return Array(bytes[..<count])
    }

    private func write(_ bytes: [UInt8], to file: Int32) {
        var count = 0
        while count < bytes.count {
            let written = bytes[count...].withUnsafeBytes {
                pwrite(file, $0.baseAddress, $0.count, off_t(count))
            }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { break }
            count += written
        }
        ftruncate(file, off_t(count))
    }
}
