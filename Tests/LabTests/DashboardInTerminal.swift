import Foundation
import Glibc
import LabSupport

/// The dashboard, running in a terminal.
///
/// The shell that started it says `status=N` when it is over.
struct DashboardInTerminal {
    let terminal: Tmux
    /// The program's process.
    let pid: Int32
    /// The terminal's settings as they were before.
    let settings: String

    /// Starts the dashboard, and waits until it shows a text.
    ///
    /// - Parameter program: The words that start it.
    init(
        _ arguments: [String], showing text: String, columns: Int = 100, rows: Int = 30,
        environment: [String: String] = [:], program: [String] = [Program.path]
    ) throws {
        terminal = try Tmux(columns: columns, rows: rows, environment: environment)
        let terminal = terminal
        let folder = terminal.folder
        let command = (program + arguments).joined(separator: " ")
        let script = """
            clear
            stty -g >\(folder)/before
            sh -c 'echo $$ >\(folder)/pid; exec \(command)'
            echo status=$?
            stty -g >\(folder)/after
            echo over
            """
        try Data(script.utf8).write(to: URL(filePath: "\(folder)/start"))
        try terminal.run(". \(folder)/start")
        try terminal.waitFor("the dashboard") { screen in
            try terminal.property("#{alternate_on}") == "1"
                && screen.contains { $0.contains(text) }
        }
        settings = try read("before", in: folder)
        guard let pid = Int32(try read("pid", in: folder)) else {
            throw LabError.unexpected("no process id in \(folder)/pid")
        }
        self.pid = pid
    }

    /// Presses keys, one after the other.
    func press(_ keys: String...) throws {
        for key in keys {
            if key == "Escape" { try pressEscape() } else { try terminal.press(key) }
        }
    }

    /// Presses Esc, and waits until the last line names other keys.
    ///
    /// A terminal that is read late would take Esc and the next key for one: Alt and that key.
    private func pressEscape() throws {
        let keys = try lastLine(terminal.screen())
        try terminal.press("Escape")
        try terminal.waitFor("other keys after Esc") { lastLine($0) != keys }
    }

    private func lastLine(_ rows: [String]) -> String? { rows.last { !$0.isEmpty } }

    /// Sends what is under review, and waits for an outcome that is not on the screen yet.
    func commit(expecting outcome: String) throws {
        guard try !terminal.screen().contains(where: { $0.contains(outcome) }) else {
            throw LabError.unexpected("“\(outcome)” is on the screen before it happened")
        }
        // What is typed before the review is open is thrown away.
        try terminal.waitFor("y sends")
        try press("y")
        try terminal.waitFor(outcome, within: .seconds(30))
    }

    /// Sends the program a signal.
    ///
    /// - Parameter aside: Whether a thread other than the main one gets it.
    func signal(_ number: Int32, aside: Bool = false) throws {
        guard aside else {
            guard kill(pid, number) == 0 else { throw LabError.system(call: "kill", errno: errno) }
            return
        }
        let threads = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")
        guard let thread = threads.compactMap({ Int32($0) }).first(where: { $0 != pid }) else {
            throw LabError.unexpected("the program has one thread")
        }
        // Swift's Glibc module does not show it.
        typealias ThreadSignal = @convention(c) (pid_t, pid_t, Int32) -> Int32
        guard let symbol = dlsym(nil, "tgkill") else {
            throw LabError.unexpected("the C library has no tgkill")
        }
        let send = unsafeBitCast(symbol, to: ThreadSignal.self)
        guard send(pid, thread, number) == 0 else {
            throw LabError.system(call: "tgkill", errno: errno)
        }
    }

    /// The screen's row of a guest, the first where several have its name.
    func row(of guest: String) throws -> String? { try rows(of: guest).first }

    /// The screen's rows of guests of a name.
    func rows(of guest: String) throws -> [String] {
        try terminal.screen().filter { $0.contains(" \(guest) ") || $0.contains(">\(guest) ") }
    }

    /// Moves the cursor to a guest, by searching for it.
    func select(_ guest: String) throws {
        try press("/")
        try terminal.type(guest)
        try press("Enter")
        try terminal.waitFor(">\(guest) ")
    }

    /// Waits until a guest's row holds a text.
    func waitFor(_ text: String, inRowOf guest: String, within duration: Duration = .seconds(30))
        throws
    {
        try terminal.waitFor("“\(text)” in the row of \(guest)", within: duration) { _ in
            try row(of: guest)?.contains(text) == true
        }
    }

    /// Waits until a guest's cells are as they should be.
    func waitForCells(
        of guest: String, within duration: Duration = .seconds(30),
        until condition: ([Character]) -> Bool
    ) throws {
        try terminal.waitFor("cells of \(guest)", within: duration) { screen in
            // The cells begin below the ruler's 0, the first of its numbers.
            let numbers = "0        8"
            guard let ruler = screen.first(where: { $0.contains(numbers) }),
                let zero = ruler.firstRange(of: numbers)?.lowerBound, let row = try row(of: guest)
            else { return false }
            let start = ruler.distance(from: ruler.startIndex, to: zero)
            return condition(Array(row.dropFirst(start).prefix { $0 != " " }))
        }
    }

    /// Waits until the shell has its terminal back, and returns the program's exit status.
    func exitStatus(within duration: Duration = .seconds(30)) throws -> Int32? {
        let screen = try terminal.waitFor("the end", within: duration) { $0.contains("over") }
        return screen.compactMap { row in
            row.split(separator: "=").last.flatMap { row.hasPrefix("status=") ? Int32($0) : nil }
        }.last
    }

    /// What is wrong with the terminal, should anything be, once the program is over.
    func damage() throws -> [String] {
        var damage: [String] = []
        for (format, sound) in [
            ("#{alternate_on}", "0"), ("#{cursor_flag}", "1"), ("#{mouse_any_flag}", "0"),
            ("#{keypad_flag}", "0"),
        ] where try terminal.property(format) != sound {
            damage.append(format)
        }
        if try read("after", in: terminal.folder) != settings { damage.append("stty") }
        return damage
    }
}

private func read(_ name: String, in folder: String) throws -> String {
    try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
        .trimmingCharacters(in: .newlines)
}
