internal import CLinux
internal import Glibc
internal import GuestVCPU
internal import Synchronization

/// Locks that say which changes are under way: they end with the program, however it ends.
///
/// Each change has a byte of the lock file, at a place that follows from its id. No byte is shared
/// by the changes of two programs: their ids are random.
final class ChangeLocks: Sendable {
    private let folder: JournalFolder
    private let file = Mutex<Int32>(-1)

    init(in folder: JournalFolder) {
        self.folder = folder
    }

    deinit {
        let file = file.withLock { $0 }
        if file >= 0 { close(file) }
    }

    /// Says that a change is under way.
    func hold(_ id: ChangeID) throws(ChangeJournalError) {
        let lock = try open()
        guard linux_lock_byte(lock, id.place, 1) == 0 else {
            throw ChangeJournalError(
                "cannot lock \(folder.path)/\(JournalFolder.lockFile): "
                    + String(cString: strerror(errno)))
        }
    }

    /// Says that a change is over.
    func release(_ id: ChangeID) {
        let lock = file.withLock { $0 }
        if lock >= 0 { _ = linux_lock_byte(lock, id.place, 0) }
    }

    /// The changes that are not under way any more.
    ///
    /// - Parameter folder: Where the lock file is.
    static func ended(
        among ids: [ChangeID], in folder: JournalFolder
    ) throws(ChangeJournalError) -> Set<ChangeID> {
        guard !ids.isEmpty else { return [] }
        // Of its own: a lock never excludes the open file that holds it.
        let lock = try folder.openLockToRead()
        guard lock >= 0 else { return Set(ids) }
        defer { close(lock) }
        return Set(ids.filter { linux_byte_is_locked(lock, $0.place) == 0 })
    }

    private func open() throws(ChangeJournalError) -> Int32 {
        let known = file.withLock { $0 }
        if known >= 0 { return known }
        let opened = try folder.openLock()
        let kept = file.withLock { file in
            if file < 0 { file = opened }
            return file
        }
        if kept != opened { close(opened) }
        return kept
    }
}

extension ChangeID {
    /// The change's byte of the lock file, never 0: from the last 15 hexadecimal digits of the id,
    /// which are random.
    fileprivate var place: Int64 {
        let digits = text.filter(\.isHexDigit).suffix(15)
        return (Int64(digits, radix: 16) ?? 0) + 1
    }
}
