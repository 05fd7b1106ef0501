import Glibc
import LabSupport
import Testing

/// However the dashboard ends, the terminal is as it was.
@Suite actor TerminalRestoredTests {
    private nonisolated let thread = LabThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    private func dashboard(on agent: StagedAgent) throws -> DashboardInTerminal {
        try DashboardInTerminal(["--agent", "web=\(agent.socket)"], showing: "2/3")
    }

    private func stage() throws -> StagedAgent {
        try StagedAgent([0: .fixed, 1: .online, 2: .offline])
    }

    @Test("q ends it with status 0")
    func quit() throws {
        let agent = try stage()
        let dashboard = try dashboard(on: agent)
        defer {
            try? dashboard.terminal.stop()
            try? agent.stop()
        }
        try dashboard.press("q")
        #expect(try dashboard.exitStatus() == 0)
        #expect(try dashboard.damage() == [])
    }

    /// Signals, and the status that the shell sees.
    static let signals: [(Int32, Int32)] = [
        (SIGTERM, 143), (SIGHUP, 129), (SIGINT, 130), (SIGSEGV, 139), (SIGABRT, 134),
        (SIGILL, 132), (SIGFPE, 136), (SIGBUS, 135), (SIGTRAP, 133),
    ]

    @Test("a signal ends it with 128 and the signal's number", arguments: signals)
    func signal(_ number: Int32, _ status: Int32) throws {
        let agent = try stage()
        let dashboard = try dashboard(on: agent)
        defer {
            try? dashboard.terminal.stop()
            try? agent.stop()
        }
        try dashboard.signal(number)
        #expect(try dashboard.exitStatus() == status)
        #expect(try dashboard.damage() == [])
    }

    /// The main actor paints on until the program has ended: what it paints is not to be seen.
    @Test(
        "a crash of another thread ends it so too",
        arguments: [(SIGILL, 132), (SIGSEGV, 139)] as [(Int32, Int32)])
    func crashBesideTheMainThread(_ number: Int32, _ status: Int32) throws {
        let agent = try stage()
        let dashboard = try dashboard(on: agent)
        defer {
            try? dashboard.terminal.stop()
            try? agent.stop()
        }
        try dashboard.signal(number, aside: true)
        #expect(try dashboard.exitStatus() == status)
        #expect(try dashboard.damage() == [])
    }

    @Test("Ctrl-C ends it with status 130")
    func interruptKey() throws {
        let agent = try stage()
        let dashboard = try dashboard(on: agent)
        defer {
            try? dashboard.terminal.stop()
            try? agent.stop()
        }
        try dashboard.press("C-c")
        #expect(try dashboard.exitStatus() == 130)
        #expect(try dashboard.damage() == [])
    }

    @Test("Ctrl-Z gives the shell its terminal, and fg paints the screen again")
    func suspend() throws {
        let agent = try stage()
        let dashboard = try dashboard(on: agent)
        let terminal = dashboard.terminal
        defer {
            try? terminal.stop()
            try? agent.stop()
        }
        try dashboard.press("C-z")
        try terminal.waitForPrompt()
        #expect(try dashboard.damage() == [])
        try terminal.run("echo between=$((6 * 7))")
        try terminal.waitFor("between=42")

        try terminal.run("clear; fg; echo resumed=$?=")
        try dashboard.waitFor("2/3", inRowOf: "web")
        #expect(try terminal.property("#{alternate_on}") == "1")
        try dashboard.press("q")
        try terminal.waitFor("resumed=0=")
        #expect(try dashboard.damage() == [])
    }

    @Test("a terminal that goes away takes the program with it")
    func closedTerminal() throws {
        let agent = try stage()
        defer { try? agent.stop() }
        let dashboard = try dashboard(on: agent)
        try dashboard.terminal.stop()
        try wait(for: "the program to end") { kill(dashboard.pid, 0) != 0 }
    }

    @Test("a new size is drawn in, and one too small for the grid too")
    func resize() throws {
        let agent = try stage()
        let dashboard = try dashboard(on: agent)
        defer {
            try? dashboard.terminal.stop()
            try? agent.stop()
        }
        for (columns, rows) in [(60, 12), (30, 5), (160, 50)] {
            try dashboard.terminal.resize(columns: columns, rows: rows)
            try dashboard.terminal.waitFor("a screen of \(columns)x\(rows)") { screen in
                screen.contains { $0.contains("2/3") }
                    && screen.allSatisfy { $0.count <= columns } && screen.count <= rows + 1
            }
        }
        try dashboard.press("q")
        #expect(try dashboard.exitStatus() == 0)
        #expect(try dashboard.damage() == [])
    }

    @Test("what is no terminal, or one that cannot, is refused in plain words")
    func refused() throws {
        let agent = try stage()
        defer { try? agent.stop() }
        let arguments = ["--agent", "web=\(agent.socket)"]
        let piped = try Program.run(arguments)
        #expect(piped.status != 0)
        #expect(piped.output.isEmpty)
        #expect(piped.errors.contains("vcputop: error: "))
        #expect(!piped.errors.contains("\u{1B}"))

        let terminal = try Tmux()
        defer { try? terminal.stop() }
        for type in ["dumb", "no-such-terminal", ""] {
            let command = ([Program.path] + arguments).joined(separator: " ")
            try terminal.run("clear; TERM='\(type)' \(command); echo status=$?=")
            let screen = try terminal.waitFor("the end") { $0.contains { $0.hasPrefix("status=") } }
            #expect(!screen.contains("status=0="), "TERM=\(type)")
            #expect(screen.contains { $0.contains("vcputop: error: ") }, "TERM=\(type)")
        }
    }
}
