internal import Glibc

/// Where a command writes.
enum Output {
    /// Writes data.
    static func write(_ lines: [String]) {
        write(lines, to: STDOUT_FILENO)
    }

    /// Writes lines at once, so that those of two writers do not mix.
    ///
    /// What cannot be written is dropped: whoever would read it has gone. When a pipe's reader has,
    /// the program ends as pipes have programs end, though SIGPIPE may be ignored for libvirt's
    /// sake: `list --watch | head` would go on for ever.
    static func write(_ lines: [String], to descriptor: Int32) {
        var bytes = Array(lines.map { $0 + "\n" }.joined().utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EPIPE {
                signal(SIGPIPE, SIG_DFL)
                raise(SIGPIPE)
            }
            guard count > 0 else { return }
            bytes.removeFirst(count)
        }
    }
}
