internal import Dispatch
internal import Glibc
internal import Synchronization

/// A file that lines are appended to, without ever holding up what writes them.
///
/// Lines wait in a queue of bounded length; those that do not fit or cannot be written are counted
/// and dropped.
final class DebugLogFile: Sendable {
    private struct State {
        var waiting = 0
        var lost = 0
        var errno: Int32?
    }

    /// The most lines that wait to be written: a few megabytes.
    private static let mostWaiting = 1_024

    private let path: String
    private let descriptor: Int32
    private let queue = DispatchQueue(label: "vcputop.debug-log", qos: .utility)
    private let state = Mutex(State())

    /// Opens the file, which may exist, but not behind a link.
    init(_ path: String) throws(CommandFailure) {
        // A named pipe without a reader must not block.
        let flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK
        let descriptor = Glibc.open(path, flags, 0o600)
        guard descriptor >= 0 else {
            let number = errno
            throw CommandFailure(
                .cannotCreate,
                "cannot open the debug log '\(path)': \(String(cString: strerror(number)))",
                note: "nothing was asked or changed",
                help: number == ELOOP ? "name the file itself: links are not followed" : nil)
        }
        self.path = path
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Appends a line soon; drops it where too many wait.
    func append(_ line: String) {
        let hasRoom = state.withLock { state in
            guard state.waiting < Self.mostWaiting else {
                state.lost += 1
                return false
            }
            state.waiting += 1
            return true
        }
        guard hasRoom else { return }
        queue.async { [self] in
            let number = write(line)
            state.withLock { state in
                state.waiting -= 1
                guard let number else { return }
                state.lost += 1
                state.errno = state.errno ?? number
            }
        }
    }

    /// Waits for the lines that are still to be written.
    ///
    /// - Returns: What is missing in the file and why, in words; nil where nothing is.
    func finish(within patience: Duration) -> String? {
        let isWritten = DispatchSemaphore(value: 0)
        queue.async { isWritten.signal() }
        let milliseconds = Int(patience / .milliseconds(1))
        _ = isWritten.wait(timeout: .now() + .milliseconds(milliseconds))
        let state = state.withLock { $0 }
        let missing = state.lost + state.waiting
        guard missing > 0 else { return nil }
        let reason =
            state.errno.map { String(cString: strerror($0)) } ?? "it is written too slowly"
        let lines = missing == 1 ? "1 line is" : "\(missing) lines are"
        return "\(lines) missing in the debug log '\(path)': \(reason)"
    }

    /// - Returns: The system's error number where the line is not written.
    private func write(_ line: String) -> Int32? {
        var line = line
        return line.withUTF8 { bytes in
            var start = 0
            while start < bytes.count {
                let count = Glibc.write(
                    descriptor, bytes.baseAddress?.advanced(by: start), bytes.count - start)
                if count > 0 {
                    start += count
                } else if count == 0 || errno != EINTR {
                    return count == 0 ? EIO : errno
                }
            }
            return nil
        }
    }
}
