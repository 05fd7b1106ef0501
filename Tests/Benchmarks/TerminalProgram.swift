import Foundation
import Glibc
import LabSupport
import TerminalEmulator

/// A program in a terminal of its own, whose output is timed as it comes.
///
/// What the terminal would show is not worked out: it has the size that it is told, and takes
/// whatever is sent.
final class TerminalProgram {
    /// Its process id.
    let pid: pid_t
    /// What it has written so far.
    private(set) var output: [UInt8] = []

    private let started: ContinuousClock.Instant
    private let terminal: Int32
    private var lastOutput: ContinuousClock.Instant
    private var isRunning = true

    /// Starts a program in a terminal of 80x24.
    init(_ command: [String]) throws {
        let (terminal, name) = try Self.openTerminal()
        self.terminal = terminal
        started = .now
        lastOutput = started
        pid = try Launch.spawn(command) { actions in
            // A session's first terminal becomes the one that controls it.
            posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, name, O_RDWR, 0)
            posix_spawn_file_actions_adddup2(&actions, STDIN_FILENO, STDOUT_FILENO)
            posix_spawn_file_actions_adddup2(&actions, STDIN_FILENO, STDERR_FILENO)
        }
    }

    /// Opens a terminal, and gives its program's side a name.
    ///
    /// The system's headers hide `posix_openpt` and its kin from Swift; these are the requests to
    /// the kernel that they make.
    private static func openTerminal() throws -> (Int32, String) {
        let unlock: UInt = 0x4004_5431  // TIOCSPTLCK
        let getNumber: UInt = 0x8004_5430  // TIOCGPTN
        let terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var isLocked: Int32 = 0
        var number: UInt32 = 0
        var size = winsize(ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0)
        guard terminal >= 0, ioctl(terminal, unlock, &isLocked) == 0,
            ioctl(terminal, getNumber, &number) == 0,
            ioctl(terminal, UInt(TIOCSWINSZ), &size) == 0
        else { throw LabError.system(call: "open a terminal", errno: errno) }
        return (terminal, "/dev/pts/\(number)")
    }

    deinit {
        reap(SIGKILL)
        close(terminal)
    }

    /// Ends it as a closed terminal would, and makes sure that it is gone.
    func stop() {
        guard isRunning else { return }
        kill(pid, SIGHUP)
        let deadline = ContinuousClock.now + .seconds(5)
        while ContinuousClock.now < deadline, receive(within: .milliseconds(50)) {}
        reap(SIGKILL)
    }

    /// Presses keys.
    func type(_ keys: String) {
        _ = write(terminal, keys, keys.utf8.count)
    }

    /// Waits until a text has come, and until what comes with it has.
    ///
    /// - Parameters:
    ///   - text: What must be in the output in one piece.
    ///   - silence: How long nothing comes after the last byte that counts; none where the
    ///     text is the last of what counts.
    /// - Returns: The time from the start of the program to the last byte that counts.
    func time(
        until text: String, silence: Duration = .zero, within duration: Duration = .seconds(20)
    ) throws -> Duration {
        let deadline = ContinuousClock.now + duration
        while !output.contains(Array(text.utf8)) {
            guard ContinuousClock.now < deadline, receive(within: deadline - .now) else {
                throw LabError.late("“\(text)” in \(self.text)")
            }
        }
        while silence > .zero, ContinuousClock.now < lastOutput + silence {
            _ = receive(within: lastOutput + silence - .now)
        }
        return lastOutput - started
    }

    /// Presses a key while nothing else is on its way, and waits for what it brings.
    ///
    /// - Returns: The time to the first bytes; nil when none came.
    func time(ofKey key: String, within duration: Duration = .seconds(2)) -> Duration? {
        while receive(within: .milliseconds(5)) {}
        let pressed = ContinuousClock.now
        type(key)
        return receive(within: duration) ? lastOutput - pressed : nil
    }

    /// Takes in what the program writes next.
    ///
    /// - Returns: Whether anything came in time.
    @discardableResult
    func receive(within duration: Duration) -> Bool {
        var state = pollfd(fd: terminal, events: Int16(POLLIN), revents: 0)
        let left = max(duration, .zero) / Duration.milliseconds(1)
        guard poll(&state, 1, Int32(min(left.rounded(.up), 60_000))) > 0 else { return false }
        return withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 1) { buffer in
            let count = read(terminal, buffer.baseAddress, buffer.count)
            guard count > 0 else { return false }
            lastOutput = .now
            output += buffer.prefix(count)
            return true
        }
    }

    /// What it has written since it was last asked, which is forgotten here.
    func takeOutput() -> [UInt8] {
        defer { output = [] }
        return output
    }

    /// What it has written last, with control characters escaped.
    var text: String { String(decoding: output.suffix(4_000), as: UTF8.self).debugDescription }

    /// What its terminal shows, line by line.
    var screen: String {
        guard let screen = Screen(columns: 80, rows: 24) else { return "" }
        screen.process(output[...])
        return (0..<screen.rows).map { row in
            (0..<screen.columns).map { screen.cell($0, row).text }
                .map { $0.isEmpty ? " " : $0 }.joined()
        }.joined(separator: "\n")
    }

    /// Its memory, in bytes.
    ///
    /// - Parameter figure: `VmHWM`, the most that it ever had, or `Pss`, what it has now with its
    ///   part of what it shares.
    func memory(_ figure: String) throws -> Double {
        let file = figure == "VmHWM" ? "status" : "smaps_rollup"
        let text = try String(contentsOfFile: "/proc/\(pid)/\(file)", encoding: .utf8)
        guard let kilobytes = text.number(after: "\n\(figure):") else {
            throw LabError.unexpected("no \(figure) of \(pid)")
        }
        return Double(kilobytes) * 1_024
    }

    private func reap(_ signal: Int32) {
        guard isRunning else { return }
        kill(pid, signal)
        while waitpid(pid, nil, 0) < 0, errno == EINTR {}
        isRunning = false
    }
}

extension String {
    /// The whole number that stands after a label and blanks.
    func number(after label: String) -> Int? {
        guard let label = range(of: label) else { return nil }
        return Int(self[label.upperBound...].drop(while: \.isWhitespace).prefix(while: \.isNumber))
    }
}
