import Foundation
import Glibc
import TerminalEmulator
import Testing

@Suite("the terminal is given back, however the program ends")
struct EndingTests {
    /// That the terminal is as a shell wants it.
    private func expectRestored(
        _ emulator: Emulator, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(!emulator.isAlternate, sourceLocation: sourceLocation)
        #expect(emulator.isCursorVisible, sourceLocation: sourceLocation)
        #expect(emulator.isForLines, sourceLocation: sourceLocation)
        #expect(emulator.lastOfPasteMode == "\u{1B}[?2004l", sourceLocation: sourceLocation)
    }

    @Test("by closing it")
    func closing() throws {
        let emulator = try Emulator.probe()
        #expect(!emulator.isForLines)
        emulator.send("q")
        #expect(try emulator.waitForEnd() == 3)
        expectRestored(emulator)
        #expect(emulator.line(0) == "closed")
    }

    @Test("by exit without closing it")
    func exiting() throws {
        let emulator = try Emulator.probe()
        emulator.send("E")
        #expect(try emulator.waitForEnd() == 4)
        expectRestored(emulator)
    }

    @Test("by a signal", arguments: [SIGINT, SIGTERM, SIGHUP, SIGQUIT])
    func signals(signal: Int32) throws {
        let emulator = try Emulator.probe()
        emulator.signal(signal)
        #expect(try emulator.waitForEnd() == 128 + signal)
        expectRestored(emulator)
        #expect(emulator.line(0) == "signal \(signal)")
    }

    @Test("by Ctrl-C")
    func controlC() throws {
        let emulator = try Emulator.probe()
        emulator.send("\u{03}")
        #expect(try emulator.waitForEnd() == 128 + SIGINT)
        expectRestored(emulator)
    }

    @Test("by a crash, whose message is not lost")
    func crash() throws {
        let emulator = try Emulator.probe()
        emulator.send("C")
        #expect(try emulator.waitForEnd() > 1000)
        expectRestored(emulator)
        #expect(emulator.text(since: 0).contains("crashed on purpose"))
    }

    @Test("by a crash on another thread, after which nothing is drawn")
    func crashAside() throws {
        let emulator = try Emulator.probe()
        emulator.send("A")
        #expect(try emulator.waitForEnd() == 1000 + SIGBUS)
        expectRestored(emulator)
        #expect(emulator.lines.allSatisfy { $0.isEmpty })
    }

    @Test("by an overflow of the stack")
    func overflow() throws {
        let emulator = try Emulator.probe()
        emulator.send("O")
        #expect(try emulator.waitForEnd() == 1000 + SIGSEGV)
        expectRestored(emulator)
    }

    @Test("what is written to standard error appears when the screen is gone, not on it")
    func errors() throws {
        let emulator = try Emulator.probe()
        emulator.send("Wx")
        try emulator.waitForTold("x")
        #expect(!emulator.lines.contains { $0.contains("a warning") })
        emulator.send("q")
        #expect(try emulator.waitForEnd() == 3)
        #expect(emulator.lines.contains { $0.contains("a warning") })
    }

    @Test("by Ctrl-Z for a while, and fg brings it back")
    func suspension() throws {
        let emulator = try Emulator(
            // Without an editor of lines, which would mark pastes too.
            "/bin/bash", ["--norc", "--noprofile", "--noediting", "-i"],
            environment: ["PS1": "shell> "])
        try emulator.wait("the shell") { $0.line(0) == "shell>" }
        emulator.send("\(Emulator.probePath)\r")
        try emulator.wait("the probe") { $0.line(23).hasSuffix("corner") }
        emulator.send("\u{1A}")
        try emulator.wait("the shell again") {
            !$0.isAlternate && $0.lines.contains { $0.contains("Stopped") }
        }
        #expect(emulator.isCursorVisible)
        #expect(emulator.lastOfPasteMode == "\u{1B}[?2004l")
        emulator.resize(columns: 100, rows: 30)
        emulator.send("fg\r")
        try emulator.wait("the probe again") {
            $0.isAlternate && $0.line(29).hasSuffix("corner") && $0.line(1).contains("resumed")
        }
        #expect(emulator.line(0) == "probe 100x30 unicode")
        #expect(emulator.lastOfPasteMode == "\u{1B}[?2004h")
        emulator.send("q")
        try emulator.wait("the end") { !$0.isAlternate && $0.lines.contains("closed") }
    }

    @Test("stopped by another process, it redraws itself when it goes on")
    func stop() throws {
        let emulator = try Emulator.probe()
        emulator.signal(SIGSTOP)
        emulator.signal(SIGCONT)
        try emulator.waitForTold("resumed")
    }
}
