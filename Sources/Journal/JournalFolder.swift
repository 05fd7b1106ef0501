internal import CLinux
internal import Glibc
internal import GuestVCPU

/// The journal's files in their folder; every call blocks, for some seconds at the most.
///
/// - `journal.jsonl` has one JSON object a line, the oldest first; nothing in it is ever rewritten.
/// - `journal.jsonl.1` is the file before it.
/// - `journal.lock` is empty: its byte 0 is locked by the program that writes, and one byte for each
///   change that is under way (`ChangeLocks`).
///
/// Several programs write at once. The files belong to this user alone, and links are not followed:
/// the folder may be another user's where the program runs as root.
struct JournalFolder: Sendable {
    let path: String
    /// The most bytes of a file.
    var limit = 4 << 20
    /// How long another program may hold the lock.
    var patience = Duration.seconds(5)
    /// Has the disk take in what was written, as `fsync` does.
    var sync: @Sendable (Int32) -> Int32 = { fsync($0) }

    static let file = "journal.jsonl"
    static let olderFile = "journal.jsonl.1"
    static let lockFile = "journal.lock"

    /// Appends a line, and returns once it is on the disk.
    ///
    /// - Parameter allOrNothing: Whether nothing of the line stays where this fails; otherwise a
    ///   line that is true stays, even if it may not be on the disk.
    func append(_ line: String, allOrNothing: Bool = false) throws(ChangeJournalError) {
        let folder = try open()
        defer { close(folder) }
        let lock = try openLock(in: folder)
        defer { close(lock) }
        try wait(for: lock) { linux_lock_byte($0, 0, 1) }
        var (file, size) = try openFile(in: folder)
        defer { close(file) }
        var bytes = Array(line.utf8) + [UInt8(ascii: "\n")]
        let isFull = size > 0 && size + bytes.count > limit
        if isFull {
            guard renameat(folder, Self.file, folder, Self.olderFile) == 0 else {
                throw error("rename", Self.file)
            }
            let (new, newSize) = try openFile(in: folder)
            close(file)
            (file, size) = (new, newSize)
        }
        // What a crash or a full disk has torn stays a line of its own.
        if size > 0, !endsLine(file, size) { bytes.insert(UInt8(ascii: "\n"), at: 0) }
        do throws(ChangeJournalError) {
            try write(bytes, to: file)
            guard sync(file) == 0 else { throw error("sync", Self.file) }
            // The file's name too, where it is new.
            if size == 0, sync(folder) != 0 { throw error("sync", nil) }
        } catch {
            // A full disk can take the whole line but for its end.
            if allOrNothing { ftruncate(file, off_t(size)) }
            throw error
        }
    }

    /// Opens all that a change needs, and writes nothing.
    func probe() throws(ChangeJournalError) {
        let folder = try open()
        defer { close(folder) }
        close(try openLock(in: folder))
        close(try openFile(in: folder).file)
        var system = statvfs()
        guard fstatvfs(folder, &system) == 0, system.f_blocks > 0 else { return }
        let free = geteuid() == 0 ? system.f_bfree : system.f_bavail
        if free == 0 {
            throw ChangeJournalError(
                "cannot write \(path)/\(Self.file): \(String(cString: strerror(ENOSPC)))")
        }
    }

    /// What the files hold at one moment.
    struct Reading: Sendable {
        /// The lines, those of the older file first; empty where there are no files.
        var lines: [UInt8] = []
        /// The places of the changes that are under way (`ChangeLocks`).
        var underWay: Set<Int64> = []
    }

    /// Reads the files and the locks.
    ///
    /// No program writes meanwhile. A change without an end whose lock is free has therefore lost
    /// its program: the lock is given up only after the end is written.
    func read() throws(ChangeJournalError) -> Reading {
        let folder = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else {
            if errno == ENOENT { return Reading() }
            throw error("open", nil)
        }
        defer { close(folder) }
        var reading = Reading()
        let lock = try openToRead(Self.lockFile, in: folder)
        defer { if let lock { close(lock.file) } }
        if let lock {
            try wait(for: lock.file) { linux_share_byte($0, 0) }
            reading.underWay = try ChangeLocks.places(in: lock.file)
        }
        for name in [Self.olderFile, Self.file] {
            if let last = reading.lines.last, last != UInt8(ascii: "\n") {
                reading.lines.append(UInt8(ascii: "\n"))
            }
            reading.lines += try contents(of: name, in: folder)
        }
        return reading
    }

    /// Opens the lock file.
    func openLock() throws(ChangeJournalError) -> Int32 {
        let folder = try open()
        defer { close(folder) }
        return try openLock(in: folder)
    }

    /// Makes the folder where it is missing.
    func make() { _ = make(path) }

    // MARK: - The folder and its files

    private func open() throws(ChangeJournalError) -> Int32 {
        let reason = make(path)
        let folder = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else {
            guard errno == ENOENT, reason != 0 else { throw error("open", nil) }
            errno = reason
            throw error("create", nil)
        }
        return folder
    }

    /// Makes a folder and those above it, for this user alone.
    ///
    /// - Returns: 0, or the error, which is EEXIST where there is something.
    private func make(_ path: String) -> Int32 {
        guard mkdir(path, 0o700) != 0 else { return 0 }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex
        else { return errno }
        let reason = make(String(path[..<slash]))
        guard reason == 0 || reason == EEXIST else { return reason }
        return mkdir(path, 0o700) == 0 ? 0 : errno
    }

    private func openLock(in folder: Int32) throws(ChangeJournalError) -> Int32 {
        let lock = openat(
            folder, Self.lockFile, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0o600)
        guard lock >= 0 else { throw error("open", Self.lockFile) }
        do throws(ChangeJournalError) {
            _ = try size(of: lock, Self.lockFile)
        } catch {
            close(lock)
            throw error
        }
        return lock
    }

    private func openFile(in folder: Int32) throws(ChangeJournalError) -> (file: Int32, size: Int) {
        let file = openat(
            folder, Self.file,
            O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw error("open", Self.file) }
        do throws(ChangeJournalError) {
            return (file, try size(of: file, Self.file))
        } catch {
            close(file)
            throw error
        }
    }

    /// Opens a file that may not be there; nil where it is not.
    private func openToRead(
        _ name: String, in folder: Int32
    ) throws(ChangeJournalError) -> (file: Int32, size: Int)? {
        let file = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT { return nil }
            throw error("open", name)
        }
        do throws(ChangeJournalError) {
            return (file, try size(of: file, name))
        } catch {
            close(file)
            throw error
        }
    }

    /// The size of a file, which must be one, and this user's.
    private func size(of file: Int32, _ name: String) throws(ChangeJournalError) -> Int {
        var status = stat()
        guard fstat(file, &status) == 0 else { throw error("open", name) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw ChangeJournalError("\(path)/\(name) is not a regular file")
        }
        guard status.st_uid == geteuid() else {
            throw ChangeJournalError("\(path)/\(name) belongs to another user")
        }
        // A user whose folder this is could have given a file of root's a second name here.
        guard status.st_nlink <= 1 else {
            throw ChangeJournalError("\(path)/\(name) is a hard link to another file")
        }
        return Int(status.st_size)
    }

    /// Locks, and goes on trying while another program has the lock.
    private func wait(
        for lock: Int32, _ take: (Int32) -> Int32
    ) throws(ChangeJournalError) {
        let deadline = ContinuousClock.now + patience
        while take(lock) != 0 {
            guard errno == EAGAIN || errno == EACCES || errno == EINTR else {
                throw error("lock", Self.lockFile)
            }
            guard ContinuousClock.now < deadline else {
                throw ChangeJournalError(
                    "\(path)/\(Self.lockFile) is locked: another vcputop has kept it for "
                        + "\(patience.components.seconds) s, and may be stopped")
            }
            usleep(2_000)
        }
    }

    // MARK: - Bytes

    private func endsLine(_ file: Int32, _ size: Int) -> Bool {
        var last: UInt8 = 0
        return pread(file, &last, 1, off_t(size - 1)) == 1 && last == UInt8(ascii: "\n")
    }

    private func write(_ bytes: [UInt8], to file: Int32) throws(ChangeJournalError) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.write(file, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw error("write", Self.file) }
            sent += count
        }
    }

    /// The last bytes of a file, no more than a file may have; empty where there is none.
    private func contents(
        of name: String, in folder: Int32
    ) throws(ChangeJournalError) -> [UInt8] {
        guard let (file, size) = try openToRead(name, in: folder) else { return [] }
        defer { close(file) }
        // One line can be longer than what is left of the limit.
        let start = max(0, size - 2 * limit)
        var bytes = [UInt8](repeating: 0, count: size - start)
        var count = 0
        while count < bytes.count {
            let read = bytes[count...].withUnsafeMutableBytes {
                pread(file, $0.baseAddress, $0.count, off_t(start + count))
            }
            if read < 0, errno == EINTR { continue }
            guard read >= 0 else { throw error("read", name) }
            if read == 0 { break }
            count += read
        }
        let read = bytes[..<count]
        guard start > 0 else { return Array(read) }
        // The first line has lost its beginning.
        return read.firstIndex(of: UInt8(ascii: "\n")).map { Array(read[($0 + 1)...]) } ?? []
    }

    private func error(_ what: String, _ name: String?) -> ChangeJournalError {
        let reason = String(cString: strerror(errno))
        return ChangeJournalError(
            "cannot \(what) \(name.map { "\(path)/\($0)" } ?? path): \(reason)")
    }
}
