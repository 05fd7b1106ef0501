internal import CLinux
internal import Glibc
internal import GuestVCPU
internal import Synchronization

/// Locks that say which changes are under way: they end with the program, however it ends.
///
/// Each change has a byte of the lock file, at a place that follows from its id. No byte is shared
/// by the changes of two programs: their ids are random. Each lock has an open file of its own, so
/// that it is in the lock file that other programs see, even where an earlier one was deleted.
final class ChangeLocks: Sendable {
    private let files = Mutex<[ChangeID: Int32]>([:])

    deinit {
        for file in files.withLock({ $0 }).values { close(file) }
    }

    /// Says that a change is under way.
    func hold(_ id: ChangeID, in folder: JournalFolder) throws(ChangeJournalError) {
        let file = try folder.openLock()
        guard linux_lock_byte(file, id.lockPlace, 1) == 0 else {
            let reason = String(cString: strerror(errno))
            close(file)
            throw ChangeJournalError(
                "cannot lock \(folder.path)/\(JournalFolder.lockFile): \(reason)")
        }
        files.withLock { $0[id] = file }
    }

    /// Says that a change is over.
    func release(_ id: ChangeID) {
        if let file = files.withLock({ $0.removeValue(forKey: id) }) { close(file) }
    }

    /// The places of all changes that are under way, in any program; an open file does not see its
    /// own locks.
    static func places(in file: Int32) throws(ChangeJournalError) -> Set<Int64> {
        var places: Set<Int64> = []
        // The kernel names any one lock in a range; others can be on either side of it.
        var ranges = [1...Int64.max]
        while let range = ranges.popLast() {
            var place: Int64 = 0
            let found = linux_find_lock(file, range.lowerBound, range.upperBound, &place)
            guard found >= 0 else {
                throw ChangeJournalError(
                    "cannot see the locks of \(JournalFolder.lockFile): "
                        + String(cString: strerror(errno)))
            }
            guard found == 1, range.contains(place) else { continue }
            places.insert(place)
            if place > range.lowerBound { ranges.append(range.lowerBound...(place - 1)) }
            if place < range.upperBound { ranges.append((place + 1)...range.upperBound) }
        }
        return places
    }
}

extension ChangeID {
    /// The change's byte of the lock file, never 0: from the last 15 hexadecimal digits of the id,
    /// which are random.
    var lockPlace: Int64 {
        let digits = text.filter(\.isHexDigit).suffix(15)
        return (Int64(digits, radix: 16) ?? 0) + 1
    }
}
