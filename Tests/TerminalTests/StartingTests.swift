import Foundation
import TerminalEmulator
import Testing

@Suite("a terminal that cannot show the dashboard is left as it is")
struct StartingTests {
    @Test(
        "the error says why",
        arguments: [
            ("dumb", #"cannotMoveCursor("dumb")"#), ("no-such", #"unknownTerminal("no-such")"#),
            ("", #"unknownTerminal("")"#),
        ])
    func unable(name: String, error: String) throws {
        let emulator = try Emulator(Emulator.probePath, environment: ["TERM": name])
        #expect(try emulator.waitForEnd() == 70)
        #expect(emulator.line(0) == "error: \(error)")
        #expect(!emulator.written.contains(0x1B))
    }

    @Test("without a terminal nothing is drawn")
    func noTerminal() throws {
        let emulator = try Emulator(
            "/bin/sh", ["-c", "'\(Emulator.probePath)' 2>&1 | cat; echo end"])
        #expect(try emulator.waitForEnd() == 0)
        #expect(emulator.line(0) == "error: notATerminal")
        #expect(!emulator.written.contains(0x1B))
    }

    @Test(
        "LINES and COLUMNS of another terminal do not count",
        arguments: [("10", "40"), ("50", "200"), ("1", "1"), ("", "x")])
    func foreignSize(lines: String, columns: String) throws {
        let emulator = try Emulator.probe(environment: ["LINES": lines, "COLUMNS": columns])
        #expect(emulator.line(0) == "probe 80x24 unicode")
        #expect(emulator.text(74, 23) == "c")
        emulator.resize(columns: 100, rows: 30)
        try emulator.wait("the new size") {
            $0.line(0) == "probe 100x30 unicode" && $0.line(29).hasSuffix("corner")
        }
        #expect(!emulator.line(23).contains("corner"))
    }

    @Test(
        "on a terminal of any kind the keys and the screen work",
        arguments: [
            "xterm", "xterm-256color", "screen", "screen-256color", "tmux-256color", "linux",
            "vt100",
            "rxvt",
        ])
    func kinds(name: String) throws {
        let emulator = try Emulator.probe(environment: ["TERM": name])
        // The fonts of the Linux console have no bars.
        #expect(emulator.line(0) == "probe 80x24 \(name == "linux" ? "ascii" : "unicode")")
        emulator.send("x")
        try emulator.waitForTold("x")
        emulator.send("q")
        #expect(try emulator.waitForEnd() == 3)
    }
}
