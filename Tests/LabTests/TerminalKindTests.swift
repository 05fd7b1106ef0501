import Glibc
import LabSupport
import TerminalEmulator
import Testing

/// The program in a real tmux, and with the names of terminals that it meets.
@Suite(.serialized)
actor TerminalKindTests {
    private nonisolated let thread = LabThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// Sizes from less than one line can hold to more than anybody has.
    private static let storm = [
        (20, 3), (300, 100), (39, 7), (40, 8), (81, 24), (1, 1), (132, 43), (80, 5), (200, 60),
        (10, 50), (161, 50), (80, 24),
    ]

    private func stage() throws -> StagedAgent {
        try StagedAgent([0: .fixed, 1: .online, 2: .offline])
    }

    @Test("a storm of sizes ends with a screen that is right")
    func storm() throws {
        let agent = try stage()
        let dashboard = try DashboardInTerminal(["--agent", "web=\(agent.socket)"], showing: "2/3")
        defer {
            try? dashboard.terminal.stop()
            try? agent.stop()
        }
        for _ in 0..<3 {
            for (columns, rows) in Self.storm {
                try dashboard.terminal.resize(columns: columns, rows: rows)
            }
        }
        try dashboard.terminal.waitFor("a screen of 80x24", within: .seconds(20)) { rows in
            try rows.contains { $0.contains("GUEST") } && dashboard.row(of: "web") != nil
                && rows.last { !$0.isEmpty }?.contains("q quit") == true
                && rows.allSatisfy { $0.count <= 80 }
        }
        try dashboard.press("q")
        #expect(try dashboard.exitStatus() == 0)
        #expect(try dashboard.damage() == [])
    }

    @Test("stopped and resumed again and again, at other sizes, it is drawn each time")
    func jobControl() throws {
        let agent = try stage()
        let dashboard = try DashboardInTerminal(["--agent", "web=\(agent.socket)"], showing: "2/3")
        let terminal = dashboard.terminal
        defer {
            try? terminal.stop()
            try? agent.stop()
        }
        for columns in [70, 120, 90] {
            try dashboard.press("C-z")
            try terminal.waitForPrompt()
            try terminal.resize(columns: columns, rows: 20)
            try terminal.run("clear; fg")
            try terminal.waitFor("the dashboard") { rows in
                try terminal.property("#{alternate_on}") == "1"
                    && rows.contains { $0.contains("2/3") }
                    && rows.first?.count == columns
            }
            // Keys work as before.
            try dashboard.press("?")
            try terminal.waitFor("HELP")
            try dashboard.press("Escape")
        }
        try dashboard.press("q")
        try terminal.waitForPrompt()
        #expect(try dashboard.damage() == [])
    }

    /// A place as the older of the two ways to tell of the mouse has it.
    private func sign(_ place: Int) -> Character {
        Character(UnicodeScalar(UInt8(33 + place)))
    }

    @Test("a click marks the cell that it points at, and no other", arguments: [true, false])
    func click(byKey: Bool) throws {
        let agent = try stage()
        let arguments = ["--agent", "web=\(agent.socket)"] + (byKey ? [] : ["--mouse"])
        let dashboard = try DashboardInTerminal(arguments, showing: "2/3")
        let terminal = dashboard.terminal
        defer {
            try? terminal.stop()
            try? agent.stop()
        }
        if byKey {
            #expect(try terminal.property("#{mouse_any_flag}") == "0")
            try dashboard.press("M")
        }
        try terminal.waitFor("the mouse") { _ in
            try terminal.property("#{mouse_any_flag}") == "1"
        }
        let screen = try terminal.screen()
        let ruler = try #require(screen.first { $0.contains("GUEST") })
        let zero = try #require(ruler.firstRange(of: "0        8")?.lowerBound)
        let column = ruler.distance(from: ruler.startIndex, to: zero) + 2
        let row = try #require(screen.firstIndex { $0.contains(">web") })
        // As this tmux would send it: the third vCPU, once to go there, once to mark it.
        let isSGR = try terminal.property("#{mouse_sgr_flag}") == "1"
        for _ in 0..<2 {
            try terminal.type(
                isSGR
                    ? "\u{1B}[<0;\(column + 1);\(row + 1)M\u{1B}[<0;\(column + 1);\(row + 1)m"
                    : "\u{1B}[M \(sign(column))\(sign(row))\u{1B}[M#\(sign(column))\(sign(row))")
        }
        try terminal.waitFor("1 marked")
        try dashboard.waitForCells(of: "web") { $0.count == 3 && $0[2] == "^" }
        try dashboard.press("U", "q")
        #expect(try dashboard.exitStatus() == 0)
        #expect(try dashboard.damage() == [])
    }

    @Test(
        "on a terminal of this name it starts, draws and ends, with sequences of that kind alone",
        arguments: ["linux", "screen", "tmux-256color", "xterm-256color", "vt100", "vt220", "rxvt"])
    func kind(name: String) throws {
        let agent = try stage()
        defer { try? agent.stop() }
        let emulator = try Emulator(
            Program.path, ["--agent", "web=\(agent.socket)"], environment: ["TERM": name])
        try emulator.wait("the guest") { emulator in
            emulator.lines.contains { $0.contains("web") && $0.contains("2/3") }
        }
        emulator.send("ll ")
        try emulator.wait("the mark") { $0.lines.contains { $0.contains("1 marked") } }
        emulator.send("c")
        try emulator.wait("the review") { $0.lines.contains { $0.contains("online 2") } }
        emulator.send("\u{1B}")
        try emulator.wait("no review") { !$0.lines.contains { $0.contains("REVIEW") } }
        emulator.send("Uq")
        #expect(try emulator.waitForEnd() == 0)
        #expect(emulator.isForLines)

        let text = String(decoding: emulator.written, as: UTF8.self)
        if name.hasPrefix("vt") {
            // No colours and no alternate screen, which these do not have.
            #expect(!text.contains(/\u{1B}\[[0-9;]*3[0-7]m/) && !text.contains("1049"))
        }
        #expect(!text.contains("1000h"), "the mouse is not asked for")
        if name == "linux" { #expect(emulator.written.allSatisfy { $0 < 0x80 }) }
    }

    @Test("the screen is cleared at the start, at a new size and by Ctrl-L alone")
    func clearing() throws {
        let agent = try stage()
        defer { try? agent.stop() }
        let emulator = try Emulator(
            Program.path, ["--agent", "web=\(agent.socket)", "--interval", "0.1"])
        try emulator.wait("the guest") { $0.lines.contains { $0.contains("2/3") } }
        func clears() -> Int {
            let text = String(decoding: emulator.written, as: UTF8.self)
            return text.matches(of: /\u{1B}\[[23]?J/).count
        }
        let started = clears()
        #expect(started <= 2)
        // Every view, and several readings.
        for (keys, text) in [
            ("\r", "> web"), ("\u{1B}", "GUEST"), ("t", "t "), ("t", "AGENT"), ("?", "HELP"),
            ("\u{1B}", ""), ("L", "LOG"), ("\u{1B}", ""),
        ] {
            emulator.send(keys)
            try emulator.wait("“\(text)”") { emulator in
                // Esc and a key that arrive together are Alt, so the dialog has to be gone first.
                text.isEmpty
                    ? !emulator.lines.contains { $0.contains("HELP") || $0.contains("LOG") }
                    : emulator.lines.contains { $0.contains(text) }
            }
        }
        #expect(clears() == started)
        emulator.send("\u{0C}")
        try emulator.wait("a clear") { _ in clears() == started + 1 }
        emulator.resize(columns: 100, rows: 30)
        try emulator.wait("the new size") { $0.line(29).contains("q quit") }
        #expect(clears() <= started + 2)
    }

    @Test("while it is paused nothing is sent")
    func quiet() throws {
        let agent = try stage()
        defer { try? agent.stop() }
        let emulator = try Emulator(
            Program.path, ["--agent", "web=\(agent.socket)", "--interval", "0.1"])
        try emulator.wait("the guest") { $0.lines.contains { $0.contains("2/3") } }
        emulator.send("p")
        try emulator.wait("the pause") { $0.lines.contains { $0.contains("PAUSED") } }
        // What was on its way when the key came is drawn yet.
        try emulator.wait("silence") { emulator in
            let before = emulator.written.count
            let deadline = ContinuousClock.now + .seconds(2)
            while ContinuousClock.now < deadline {
                usleep(100_000)
                emulator.processPending()
            }
            return emulator.written.count == before
        }
    }
}
