import CVterm
import Foundation
import Glibc

/// A terminal with a program in it: what the program writes becomes cells, and keys go to it.
package final class Emulator {
    package enum Failure: Error {
        case cannotStart(String)
        /// The condition did not come about in time; the screen at that moment.
        case timeout(String, screen: String)
    }

    /// What it shows.
    private let screen: Screen
    private var terminal: Int32
    private let name: [CChar]
    package private(set) var process: Int32 = 0
    package private(set) var status: Int32?
    /// Everything that the program wrote.
    package private(set) var written: [UInt8] = []
    /// The program's home, which goes with the terminal.
    private let home: String

    package var columns: Int { screen.columns }
    package var rows: Int { screen.rows }
    package var isCursorVisible: Bool { screen.isCursorVisible }
    package var isAlternate: Bool { screen.isAlternate }

    /// The options of the sanitizers, where the tests run under one.
    private static var sanitizers: [String: String] {
        ProcessInfo.processInfo.environment.filter { $0.key.hasSuffix("SAN_OPTIONS") }
    }

    /// Starts a program in a terminal of its own.
    package init(
        _ program: String, _ arguments: [String] = [], columns: Int = 80, rows: Int = 24,
        environment: [String: String] = [:]
    ) throws {
        var terminal: Int32 = -1
        var name = [CChar](repeating: 0, count: 64)
        guard cvterm_openpty(&terminal, &name, Int32(rows), Int32(columns)) else {
            throw Failure.cannotStart("openpty: \(errno)")
        }
        self.terminal = terminal
        self.name = name
        guard let screen = Screen(columns: columns, rows: rows) else {
            throw Failure.cannotStart("vterm")
        }
        self.screen = screen
        home = NSTemporaryDirectory() + "vcputop-home-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: home, withIntermediateDirectories: false)
        process = try Self.spawn(
            [program] + arguments, terminal: name,
            environment: [
                "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin",
                "HOME": home, "SWIFT_BACKTRACE": "enable=no",
            ].merging(Self.sanitizers) { $1 }.merging(environment) { $1 })
    }

    deinit {
        if status == nil {
            kill(process, SIGKILL)
            var ignored: Int32 = 0
            waitpid(process, &ignored, 0)
        }
        if terminal >= 0 { close(terminal) }
        try? FileManager.default.removeItem(atPath: home)
    }

    private static func spawn(
        _ words: [String], terminal: [CChar], environment: [String: String]
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // The leader of a new session that opens a terminal gets it as its own.
        posix_spawn_file_actions_addopen(&actions, 0, terminal, O_RDWR, 0)
        posix_spawn_file_actions_adddup2(&actions, 0, 1)
        posix_spawn_file_actions_adddup2(&actions, 0, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(
            &attributes, cvterm_spawn_setsid | Int16(POSIX_SPAWN_SETSIGMASK))
        let argv = words.map { strdup($0) } + [nil]
        let envp = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { for text in argv + envp { free(text) } }
        var process: pid_t = 0
        let error = posix_spawn(&process, words[0], &actions, &attributes, argv, envp)
        guard error == 0 else { throw Failure.cannotStart("\(words[0]): \(error)") }
        return process
    }

    // MARK: What is on the screen

    package func cell(_ column: Int, _ row: Int) -> Cell { screen.cell(column, row) }

    package func text(_ column: Int, _ row: Int) -> String { cell(column, row).text }

    package func line(_ row: Int) -> String {
        var text = ""
        var column = 0
        while column < columns {
            let here = self.text(column, row)
            text += here.isEmpty ? " " : here
            column += max(cell(column, row).width, 1)
        }
        while text.hasSuffix(" ") { text.removeLast() }
        return text
    }

    package var lines: [String] { (0..<rows).map(line) }
    package var isClean: Bool { lines.allSatisfy(\.isEmpty) }

    // MARK: What is done to it

    package func send(_ text: String) {
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { write(terminal, $0.baseAddress, $0.count) }
            guard count >= 0 || errno == EINTR else { return }
            sent += max(count, 0)
        }
    }

    package func resize(columns: Int, rows: Int) {
        screen.resize(columns: columns, rows: rows)
        var size = winsize(
            ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(terminal, UInt(TIOCSWINSZ), &size)
    }

    /// Takes the terminal away, as a closed window does.
    package func hangUp() {
        close(terminal)
        terminal = -1
    }

    package func signal(_ signal: Int32) { kill(process, signal) }

    /// Whether the terminal is as a shell leaves it: lines, echoed, ended by Return.
    package var isForLines: Bool {
        var modes = termios()
        tcgetattr(terminal, &modes)
        let local = UInt32(ECHO) | UInt32(ICANON) | UInt32(ISIG)
        return modes.c_lflag & local == local && modes.c_iflag & UInt32(ICRNL) != 0
            && modes.c_oflag & UInt32(OPOST) != 0
    }

    // MARK: Waiting

    /// Takes in what the program writes until something is so.
    package func wait(
        _ what: String, seconds: Double = 20, until condition: (Emulator) -> Bool
    ) throws {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while true {
            _ = pump(milliseconds: 0)
            if condition(self) { return }
            guard ContinuousClock.now < deadline else {
                throw Failure.timeout(what, screen: lines.joined(separator: "\n"))
            }
            _ = pump(milliseconds: 50)
        }
    }

    /// Waits until the program has ended.
    ///
    /// - Returns: Its exit status, or 1000 plus the signal that it died of.
    package func waitForEnd() throws -> Int32 {
        try wait("the end of the program") { $0.hasEnded }
        while pump(milliseconds: 0) {}
        return status ?? -1
    }

    /// Waits until the program has ended, without reading what it writes.
    ///
    /// - Returns: Its exit status, or 1000 plus the signal that it died of.
    package func waitForEndUnread(seconds: Double = 20) throws -> Int32 {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while !hasEnded {
            guard ContinuousClock.now < deadline else {
                throw Failure.timeout(
                    "the end of the program", screen: lines.joined(separator: "\n"))
            }
            usleep(20_000)
        }
        return status ?? -1
    }

    /// How many bytes were typed that the program has not read.
    package var unreadKeys: Int {
        let programsSide = open(name, O_RDONLY | O_NOCTTY | O_NONBLOCK)
        defer { close(programsSide) }
        var count: Int32 = 0
        return ioctl(programsSide, UInt(FIONREAD), &count) == 0 ? Int(count) : 0
    }

    private var hasEnded: Bool {
        if status != nil { return true }
        var raw: Int32 = 0
        guard waitpid(process, &raw, WNOHANG) == process else { return false }
        let signal = raw & 0x7F
        status = signal == 0 ? (raw >> 8) & 0xFF : 1000 + signal
        return true
    }

    /// Shows what the program has written so far, without waiting.
    package func processPending() {
        while pump(milliseconds: 0) {}
    }

    /// Shows what the program has written so far.
    ///
    /// - Returns: Whether there was anything.
    private func pump(milliseconds: Int32) -> Bool {
        var state = pollfd(fd: terminal, events: Int16(POLLIN), revents: 0)
        guard terminal >= 0 else {
            usleep(UInt32(milliseconds) * 1000)
            return false
        }
        guard poll(&state, 1, milliseconds) == 1, Int32(state.revents) & POLLIN != 0 else {
            // A terminal without a program is always "ready": do not spin on it.
            if milliseconds > 0, state.revents != 0 { usleep(UInt32(milliseconds) * 1000) }
            return false
        }
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = read(terminal, &buffer, buffer.count)
        guard count > 0 else { return false }
        written += buffer[..<count]
        screen.process(buffer[..<count])
        return true
    }
}
