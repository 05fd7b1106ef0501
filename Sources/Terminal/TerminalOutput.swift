internal import CNcurses
internal import CTerminalGuard
internal import Dispatch
internal import Glibc

/// The way to the terminal: as much as it takes goes at once, and the rest when it takes more.
///
/// ncurses writes with calls that wait. A terminal that takes nothing (Ctrl-S, a line that hangs,
/// a window whose program is stopped) would hold up the main actor, and with it signals and all that
/// follows a change under way. So what ncurses writes is caught in memory, and sent from there.
@MainActor
final class TerminalOutput {
    /// Where ncurses writes.
    let stream: UnsafeMutablePointer<FILE>
    /// Told when all has been sent after something had to wait.
    var onClear: () -> Void = {}

    private let terminal: Int32
    /// The number that ncurses writes to.
    ///
    /// It is the terminal's, or the memory's while something is caught. ncurses asks it for the
    /// terminal's modes too, so that it cannot be memory for good.
    private let number: Int32
    private let memory: Int32
    private let line: Int32
    private var waiting: [UInt8] = []
    private var source: (any DispatchSourceWrite)?

    /// - Parameter terminal: The terminal's descriptor, which stays its owner's.
    init?(to terminal: Int32) {
        self.terminal = terminal
        number = fcntl(terminal, F_DUPFD_CLOEXEC, 3)
        memory = terminal_guard_memory()
        line = Self.openAnew(terminal)
        guard number >= 0, memory >= 0, line >= 0, let stream = fdopen(number, "w") else {
            for descriptor in [number, memory, line] where descriptor >= 0 {
                Glibc.close(descriptor)
            }
            return nil
        }
        self.stream = stream
        terminal_guard_take_frames(line)
    }

    /// Opens the terminal once more, not to wait on.
    ///
    /// The descriptor that was handed in is shared with the shell, which could not cope with one
    /// that does not wait. Where the terminal cannot be opened (it belongs to another user, and is
    /// not the session's), writing to it waits as in any other program.
    private static func openAnew(_ terminal: Int32) -> Int32 {
        let isOfSession = tcgetsid(terminal) == getsid(0)
        for path in (isOfSession ? ["/dev/tty"] : []) + ["/proc/self/fd/\(terminal)"] {
            let line = open(path, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
            if line >= 0 { return line }
        }
        return fcntl(terminal, F_DUPFD_CLOEXEC, 3)
    }

    /// Whether nothing waits to be sent.
    var isClear: Bool { waiting.isEmpty }

    /// Sends what ncurses writes meanwhile.
    func send(_ body: () -> Void) {
        lseek(memory, 0, SEEK_SET)
        dup2(memory, number)
        body()
        dup2(terminal, number)
        let count = Int(lseek(memory, 0, SEEK_CUR))
        guard count > 0 else { return }
        send(
            [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                filled = max(pread(memory, buffer.baseAddress, count, 0), 0)
            })
    }

    /// Sends bytes, after those that wait.
    func send(_ bytes: [UInt8]) {
        waiting += bytes
        write()
    }

    private func write() {
        var sent = 0
        while sent < waiting.count {
            let count = waiting[sent...].withUnsafeBytes {
                Glibc.write(line, $0.baseAddress, $0.count)
            }
            if count > 0 {
                sent += count
            } else if count < 0, errno == EINTR {
                continue
            } else if count < 0, errno == EAGAIN {
                break
            } else {
                // The terminal is gone, as the end of its input will tell.
                sent = waiting.count
            }
        }
        waiting.removeFirst(sent)
        if waiting.isEmpty {
            guard source != nil else { return }
            stopWaiting()
            onClear()
        } else if source == nil {
            waitForRoom()
        }
    }

    private func waitForRoom() {
        let source = DispatchSource.makeWriteSource(fileDescriptor: line, queue: .main)
        source.setEventHandler { [weak self] in
            MainActor.assumeIsolated {
                terminal_guard_cover_thread()
                self?.write()
            }
        }
        self.source = source
        source.activate()
    }

    private func stopWaiting() {
        source?.cancel()
        source = nil
    }

    /// Flushes the output.
    ///
    /// Where the terminal does not take it in time it is dropped, so that the shell does not wait
    /// either.
    ///
    /// - Parameter duration: How long the terminal may take.
    /// - Returns: Whether all was sent.
    func finish(within duration: Duration) -> Bool {
        let deadline = ContinuousClock.now + duration
        while true {
            write()
            var state = pollfd(fd: line, events: Int16(POLLOUT), revents: 0)
            let left = max((deadline - .now) / .milliseconds(1), 0)
            // A line with nothing in it that takes nothing, either, is stopped.
            let isReady = poll(&state, 1, Int32(left.rounded(.up))) > 0
            if isReady, waiting.isEmpty { return true }
            guard ContinuousClock.now >= deadline else { continue }
            waiting = []
            stopWaiting()
            tcflush(terminal, TCOFLUSH)
            // To go on after a Ctrl-S it must first be stopped by what lets it go on.
            tcflow(terminal, TCOOFF)
            tcflow(terminal, TCOON)
            return false
        }
    }

    /// Closes the way, on which ncurses is not to write any more.
    func close() {
        stopWaiting()
        terminal_guard_take_frames(-1)
        fclose(stream)
        Glibc.close(memory)
        Glibc.close(line)
    }
}
