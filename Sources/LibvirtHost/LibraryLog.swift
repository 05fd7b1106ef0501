internal import CLinux
internal import Glibc

/// The errors that libvirt logs, in a file in memory.
///
/// libvirt's last error can leave out its cause: of a certificate it only says that it is not valid,
/// and logs before whether it has expired or is for another name.
struct LibraryLog: Sendable {
    /// The log of this process; nil when there can be none.
    static let shared = LibraryLog()

    private let descriptor: Int32

    /// The size from which the log is emptied, in bytes.
    ///
    /// libvirt logs each failed call.
    private static let mostBytes = 262_144

    init?() {
        descriptor = linux_memory_file("libvirt-log")
        guard descriptor >= 0 else { return nil }
        // A libvirt that cannot open its log does not work at all.
        guard access(path, W_OK) == 0 else {
            close(descriptor)
            return nil
        }
    }

    /// The name by which libvirt opens the file.
    var path: String { "/proc/self/fd/\(descriptor)" }

    /// The size in bytes.
    var size: Int {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
    }

    /// Empties the log when it has become long.
    func limit() {
        if size > Self.mostBytes { ftruncate(descriptor, 0) }
    }

    /// The errors that this thread has logged, oldest first.
    ///
    /// - Parameter start: The size of the log before the call; another thread can have emptied the
    ///   log since, and then there may be nothing.
    func errors(from start: Int) -> [String] {
        let count = min(size - start, Self.mostBytes)
        guard count > 0 else { return [] }
        var bytes = [UInt8](repeating: 0, count: count)
        let read = pread(descriptor, &bytes, count, off_t(start))
        guard read > 0 else { return [] }
        return Self.errors(in: String(decoding: bytes[..<read], as: UTF8.self), of: linux_thread())
    }

    /// The errors of a thread in the text of a log.
    ///
    /// - Source: libvirt, `src/util/virlog.c` (`virLogFormatString`):
    ///   `TIME: THREAD: error : FUNCTION:LINE : TEXT`.
    static func errors(in text: String, of thread: Int32) -> [String] {
        text.split(separator: "\n").compactMap { line in
            guard let sign = line.firstRange(of: ": \(thread): error : "),
                let place = line[sign.upperBound...].firstRange(of: " : ")
            else { return nil }
            return String(line[place.upperBound...])
        }
    }
}
