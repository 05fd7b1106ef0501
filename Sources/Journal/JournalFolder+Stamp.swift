internal import Glibc
internal import GuestVCPU

/// What tells two states of the journal apart, without reading it.
package struct JournalStamp: Hashable, Sendable {
    private let file: UInt64
    private let size: Int64
    private let seconds: Int
    private let nanoseconds: Int

    fileprivate init(_ status: stat) {
        file = UInt64(status.st_ino)
        size = Int64(status.st_size)
        seconds = status.st_mtim.tv_sec
        nanoseconds = status.st_mtim.tv_nsec
    }
}

extension JournalFolder {
    /// The state of the file that is written; nil where there is none.
    func stamp() throws(ChangeJournalError) -> JournalStamp? {
        var status = Glibc.stat()
        return lstat("\(path)/\(Self.file)", &status) == 0 ? JournalStamp(status) : nil
    }
}
