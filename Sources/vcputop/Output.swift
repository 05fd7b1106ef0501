internal import Glibc
internal import GuestVCPU
internal import SafeText
internal import Synchronization

/// Where a command writes.
enum Output {
    /// One of the two streams that a program begins with.
    enum Stream: Int32 {
        case output = 1
        case errors = 2

        /// What messages call it.
        var name: String { self == .output ? "standard output" : "standard error" }
    }

    private static let hasData = Atomic(false)

    /// Whether standard output is read by programs, so that nothing else may be written there.
    static var carriesData: Bool {
        get { hasData.load(ordering: .relaxed) }
        set { hasData.store(newValue, ordering: .relaxed) }
    }

    /// Writes lines at once, so that those of two writers do not mix.
    ///
    /// Each line is made printable here: names and messages come from guests, from other processes
    /// and from the command line.
    ///
    /// A stream that does not wait (`O_NONBLOCK`, as a parent may have set it) is waited for. The
    /// program never dies of a closed pipe: a change may be under way.
    ///
    /// - Parameter patience: How long the reader may take; nil for as long as it likes.
    static func write(
        _ lines: [String], to stream: Stream = .output, within patience: Duration? = nil
    ) throws(OutputError) {
        try write(lines.printableText, to: stream, within: patience)
    }

    /// Writes a text behind which the user types.
    static func prompt(_ text: String, on stream: Stream) throws(OutputError) {
        try write(text.printable() + " ", to: stream)
    }

    /// Writes a text as it is: one that was made printable, or data that has escapes for what is
    /// not.
    static func write(
        _ text: String, to stream: Stream = .output, within patience: Duration? = nil
    ) throws(OutputError) {
        let deadline = patience.map { ContinuousClock.now + $0 }
        let bytes = Array(text.utf8)
        var start = 0
        while start < bytes.count {
            if deadline != nil { try waitForRoom(in: stream, until: deadline) }
            let count = bytes.withUnsafeBytes {
                Glibc.write(stream.rawValue, $0.baseAddress?.advanced(by: start), $0.count - start)
            }
            if count >= 0 {
                start += count
            } else if errno == EAGAIN {
                try waitForRoom(in: stream, until: deadline)
            } else if errno != EINTR {
                throw OutputError(stream: stream, errno: errno)
            }
        }
    }

    private static func waitForRoom(
        in stream: Stream, until deadline: ContinuousClock.Instant?
    ) throws(OutputError) {
        while true {
            let left = deadline.map { max(ContinuousClock.now.duration(to: $0), .zero) }
            let milliseconds = left.map {
                Int32(min($0 / .milliseconds(1), 3_600_000).rounded(.up))
            }
            var state = pollfd(fd: stream.rawValue, events: Int16(POLLOUT), revents: 0)
            let count = poll(&state, 1, milliseconds ?? -1)
            // An error of the stream is the next write's.
            if count > 0 { return }
            if count == 0 { throw OutputError(stream: stream, errno: ETIMEDOUT) }
            if errno != EINTR { throw OutputError(stream: stream, errno: errno) }
        }
    }
}

extension [String] {
    /// The lines with their ends, printable.
    var printableText: String { map { $0.printable() + "\n" }.joined() }
}

/// A stream that could not be written to.
struct OutputError: Error {
    let stream: Output.Stream
    let errno: Int32

    var message: String { "cannot write to \(stream.name): \(String(cString: strerror(errno)))" }
}

/// Opens what is closed of the three standard streams, so that no other file gets its number.
///
/// A notice would else be written into whatever has the number: an agent's socket.
enum StandardStreams {
    static func open() {
        for descriptor in STDIN_FILENO...STDERR_FILENO
        where fcntl(descriptor, F_GETFD) < 0 && errno == EBADF {
            // The lowest free number is this one. Open to read alone, a write to the stream fails,
            // and that it does is said.
            _ = Glibc.open("/dev/null", O_RDONLY)
        }
    }
}
