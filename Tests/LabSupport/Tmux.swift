import Foundation

/// A terminal of fixed size, in a tmux server of its own, with one shell in it.
public final class Tmux: Sendable {
    private let tether: Tether

    /// Starts a terminal.
    ///
    /// - Parameter environment: What the shell's environment has beside the tests' own.
    public init(
        columns: Int = 100, rows: Int = 30, environment: [String: String] = [:]
    ) throws {
        let folder = try makeLabFolder()
        // -D: in the foreground, as a child that ends when it should.
        tether = try Tether(
            ["tmux", "-f", "/dev/null", "-S", "\(folder)/tmux.sock", "-D"], in: folder,
            // After a crash Swift's runtime prints its backtrace, and would then wait for a key.
            environment: ["LC_ALL": "C.UTF-8", "TMUX": "", "SWIFT_BACKTRACE": "interactive=no"]
                .merging(environment) { $1 })
        let tether = tether
        try wait(for: "tmux: \(tether.log)") {
            guard tether.isRunning else { throw LabError.ended(program: "tmux", log: tether.log) }
            return FileManager.default.fileExists(atPath: "\(folder)/tmux.sock")
        }
        let size = ["-x", "\(columns)", "-y", "\(rows)"]
        // A plain shell with a prompt that is easy to wait for.
        try tmux(
            ["new-session", "-d"] + size + ["-s", "lab", "env", "PS1=$ ", "ENV=", "sh"])
        try waitForPrompt()
    }

    /// Ends the terminal and what runs in it, which gets SIGHUP.
    public func stop() throws { try tether.stop() }

    /// A folder that goes with the terminal.
    public var folder: String { tether.folder }

    /// Types text as it is.
    public func type(_ text: String) throws {
        try tmux(["send-keys", "-t", "lab", "-l", "--", text])
    }

    /// Presses keys by tmux's names: `Enter`, `Space`, `Right`, `C-z`.
    public func press(_ keys: String...) throws {
        try tmux(["send-keys", "-t", "lab", "--"] + keys)
    }

    /// Types a command and presses Enter.
    public func run(_ command: String) throws {
        try type(command)
        try press("Enter")
    }

    /// The screen's rows, without trailing blanks.
    public func screen() throws -> [String] {
        try tmux(["capture-pane", "-t", "lab", "-p"])
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// What the terminal knows of itself by a tmux format, as `#{alternate_on}`.
    public func property(_ format: String) throws -> String {
        try tmux(["display-message", "-t", "lab", "-p", format])
            .trimmingCharacters(in: .newlines)
    }

    /// Changes the terminal's size.
    public func resize(columns: Int, rows: Int) throws {
        try tmux(["resize-window", "-t", "lab", "-x", "\(columns)", "-y", "\(rows)"])
    }

    /// Waits until the screen holds a text, and returns the screen.
    ///
    /// - Throws: `LabError.late` with the screen as it was last.
    @discardableResult
    public func waitFor(_ text: String, within duration: Duration = .seconds(30)) throws
        -> [String]
    {
        try waitFor("“\(text)”", within: duration) { $0.contains { $0.contains(text) } }
    }

    /// Waits until the screen is as it should be, and returns it.
    ///
    /// - Throws: `LabError.late` with the screen as it was last.
    @discardableResult
    public func waitFor(
        _ what: String, within duration: Duration = .seconds(30),
        until condition: ([String]) throws -> Bool
    ) throws -> [String] {
        var rows: [String] = []
        try wait(for: "\(what) on\n\(rows.joined(separator: "\n"))", within: duration) {
            rows = try screen()
            return try condition(rows)
        }
        return rows
    }

    /// Waits until the shell waits for a command on an otherwise settled screen.
    public func waitForPrompt(within duration: Duration = .seconds(30)) throws {
        try waitFor("a prompt", within: duration) { rows in
            rows.last { !$0.isEmpty } == "$"
        }
    }

    @discardableResult
    private func tmux(_ arguments: [String]) throws -> String {
        let client = try Child(["tmux", "-S", "\(tether.folder)/tmux.sock"] + arguments)
        let finished = try client.finish(within: .seconds(20))
        guard finished.status == 0 else {
            throw LabError.unexpected("tmux \(arguments): \(finished.errors)")
        }
        return finished.output
    }
}
