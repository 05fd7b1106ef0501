import Foundation
import Glibc
import TerminalEmulator
import Testing

@Suite("what is drawn on the terminal")
struct DrawingTests {
    @Test("cells come with their text, colours and attributes")
    func cells() throws {
        let emulator = try Emulator.probe()
        #expect(emulator.line(0) == "probe 80x24 unicode")
        #expect(emulator.isAlternate)
        #expect(!emulator.isCursorVisible)
        let load = emulator.cell(0, 2)
        #expect(emulator.text(0, 2) == "7")
        #expect(load.underline && load.color == .indexed(231))
        let mark = emulator.cell(1, 2)
        #expect(emulator.text(1, 2) == "v")
        #expect(!mark.reverse && mark.bold && !mark.underline)
        #expect(mark.color == .indexed(226) && mark.background == .indexed(19))
    }

    @Test("the last cell of the last line is drawn")
    func corner() throws {
        let emulator = try Emulator.probe(columns: 41, rows: 9)
        #expect(emulator.text(40, 8) == "r")
    }

    @Test("wide, combining, joined and right-to-left text keeps its columns")
    func text() throws {
        let emulator = try Emulator.probe()
        emulator.send("V")
        try emulator.wait("the texts") { $0.line(8) == "▃█·|" }
        #expect(emulator.text(4, 3) == "|" && emulator.cell(0, 3).width == 2)
        #expect(emulator.text(0, 4) == "e\u{301}" && emulator.text(2, 4) == "|")
        #expect(emulator.text(2, 5) == "|")
        #expect(emulator.text(4, 6) == "|")
        #expect(emulator.line(7) == "a�[31mb�|")
    }

    @Test(
        "without UTF-8 or without colours nothing of them is sent",
        arguments: [["LC_ALL": "C"], ["NO_COLOR": "1"], ["TERM": "vt100"]])
    func plain(environment: [String: String]) throws {
        let emulator = try Emulator.probe(environment: environment)
        emulator.send("V")
        try emulator.wait("the texts") { $0.line(8).hasSuffix("|") }
        let sign = environment["LC_ALL"] == "C" ? "?" : "�"
        #expect(emulator.line(7) == "a\(sign)[31mb\(sign)|")
        if environment["LC_ALL"] == "C" {
            #expect(emulator.line(0) == "probe 80x24 ascii")
            #expect(emulator.line(8) == "???|")
            #expect(emulator.written.allSatisfy { $0 < 0x80 })
        } else {
            #expect(emulator.cell(0, 2).color == .standard)
            #expect(emulator.cell(0, 2).underline)
        }
    }

    @Test(
        "a theme has its colours where there are 256, and others of the eight where there are not",
        arguments: [
            ("default", "xterm-256color", 231, 3), ("light", "xterm-256color", 16, 130),
            ("light", "xterm", 0, 5), ("colour-blind", "xterm-256color", 195, 227),
            ("colour-blind", "xterm", 7, 7), ("monochrome", "xterm-256color", nil, nil),
        ] as [(String, String, Int?, Int?)])
    func themes(theme: String, terminal: String, high: Int?, toOffline: Int?) throws {
        let emulator = try Emulator.probe(environment: ["PROBE_THEME": theme, "TERM": terminal])
        let load = emulator.cell(0, 2)
        #expect(load.color == high.map(Cell.Color.indexed) ?? .standard && load.underline)
        let mark = emulator.cell(3, 2)
        #expect(mark.color == toOffline.map(Cell.Color.indexed) ?? .standard && mark.bold)
        #expect(mark.text == "v")
        let cursor = emulator.cell(1, 2)
        #expect(cursor.bold && cursor.reverse == (theme == "monochrome"))
        #expect((cursor.color == .standard) == (theme == "monochrome"))
    }

    @Test("the mouse is asked for only when it is wanted, and given back at the end")
    func mouse() throws {
        let emulator = try Emulator.probe()
        func wrote(_ text: String) -> Bool {
            String(decoding: emulator.written, as: UTF8.self).contains(text)
        }
        #expect(!wrote("1000h"))
        emulator.send("M")
        try emulator.wait("the mouse is on") { _ in wrote("1000h") }
        emulator.send("\u{1B}[<0;11;6M\u{1B}[<0;11;6m")
        try emulator.waitForTold("press 10,5")
        emulator.send("\u{1B}[<65;3;4M")
        try emulator.waitForTold("wheelDown 2,3")
        emulator.send("N")
        try emulator.wait("the mouse is off") { _ in wrote("1000l") }
        emulator.send("q")
        #expect(try emulator.waitForEnd() == 3)
    }

    @Test("a resize draws the screen at its new size")
    func resize() throws {
        let emulator = try Emulator.probe()
        for (columns, rows) in [(160, 50), (40, 10), (200, 60), (80, 24)] {
            emulator.resize(columns: columns, rows: rows)
            try emulator.wait("\(columns)x\(rows)") {
                $0.line(0) == "probe \(columns)x\(rows) unicode"
                    && $0.line(rows - 1).hasSuffix("corner")
                    && $0.text(columns - 1, rows - 1) == "r"
            }
        }
    }

    @Test("only what changed is sent, and nothing while nothing happens")
    func economy() throws {
        let emulator = try Emulator.probe()
        let first = emulator.written.count
        emulator.send("x")
        try emulator.waitForTold("x")
        #expect(emulator.written.count - first < 60)
        let before = emulator.written.count
        // The context switches stop: no timer and no loop is left running.
        var switches = emulator.contextSwitches
        try emulator.wait("rest") { emulator in
            usleep(400_000)
            defer { switches = emulator.contextSwitches }
            return emulator.contextSwitches == switches
        }
        #expect(emulator.written.count == before)
    }

    @Test("where text is asked for there is a cursor")
    func caret() throws {
        let emulator = try Emulator.probe()
        emulator.send("T")
        try emulator.wait("the cursor") { $0.isCursorVisible }
        emulator.send("T")
        try emulator.wait("no cursor") { !$0.isCursorVisible }
    }
}

extension Emulator {
    /// How often the threads of the program were put on a processor.
    var contextSwitches: Int {
        var count = 0
        for thread
            in (try? FileManager.default.contentsOfDirectory(
                atPath: "/proc/\(process)/task")) ?? []
        {
            let file = "/proc/\(process)/task/\(thread)/status"
            let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
            for line in text.split(separator: "\n") where line.contains("ctxt_switches") {
                count += Int(line.split(separator: "\t").last ?? "") ?? 0
            }
        }
        return count
    }
}
