import TerminalEmulator
import Testing

/// The emulator knows dimmed text, which libvterm does not.
@Suite("the emulator shows what is dimmed")
struct DimTests {
    /// What a cell that is written after some sequences looks like.
    private func cell(after sequences: String, cuts: [Int] = []) throws -> Cell {
        let screen = try #require(Screen(columns: 10, rows: 2))
        let bytes = Array("\(sequences)x".utf8)
        var start = 0
        for end in cuts + [bytes.count] {
            screen.process(bytes[start..<end])
            start = end
        }
        let cell = screen.cell(0, 0)
        #expect(cell.text == "x", "after \(sequences.debugDescription)")
        return cell
    }

    @Test(
        "alone, in lists, with colours, and until it is ended",
        arguments: [
            ("", false, false), ("\u{1B}[2m", true, false), ("\u{1B}[02m", true, false),
            ("\u{1B}[1m\u{1B}[2m", true, true), ("\u{1B}[2;1m", true, true),
            ("\u{1B}[0;2;4m", true, false), ("\u{1B}[2m\u{1B}[4m", true, false),
            // Both are ended by 22, and everything by 0 and by nothing.
            ("\u{1B}[1;2m\u{1B}[22m", false, false), ("\u{1B}[2;22;1m", false, true),
            ("\u{1B}[2m\u{1B}[0m", false, false), ("\u{1B}[2m\u{1B}[m", false, false),
            ("\u{1B}[2;;1m", false, true), ("\u{1B}[22;2m", true, false),
            // The numbers of a colour are no attributes.
            ("\u{1B}[38;5;2m", false, false), ("\u{1B}[48;5;2m", false, false),
            ("\u{1B}[38;2;2;2;2m", false, false), ("\u{1B}[38;5;2;2m", true, false),
            ("\u{1B}[38;2;2;2;2;2m", true, false), ("\u{1B}[2;38;5;22m", true, false),
            ("\u{1B}[38:5:2m", false, false),
            // Other sequences that end in `m`.
            ("\u{1B}[>4;2m", false, false), ("\u{1B}[?2m", false, false),
            ("\u{1B}[2m\u{1B}[>4m", true, false),
            // What libvterm keeps for it is not to be taken for it.
            ("\u{1B}[9m", false, false), ("\u{1B}[2m\u{1B}[29m", true, false),
            ("\u{1B}[2m\u{1B}[10m", true, false),
            // More than libvterm takes parameters.
            ("\u{1B}[1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;2m", true, true),
            // Broken off, begun again, or with a control character within.
            ("\u{1B}[2\u{18}\r", false, false), ("\u{1B}[1\u{1B}[2m", true, false),
            ("\u{1B}[\r2m", true, false),
        ] as [(String, Bool, Bool)])
    func sequences(sequences: String, dim: Bool, bold: Bool) throws {
        let cell = try cell(after: sequences)
        #expect(cell.dim == dim && cell.bold == bold)
    }

    @Test("wherever the reads end within a sequence")
    func reads() throws {
        let sequences = "\u{1B}[0;38;5;2m\u{1B}[1;2m"
        let whole = try cell(after: sequences)
        #expect(whole.dim && whole.bold && whole.color == .indexed(2))
        let length = sequences.utf8.count
        for first in 0...length {
            for second in first...length {
                #expect(try cell(after: sequences, cuts: [first, second]) == whole)
            }
        }
        #expect(try cell(after: sequences, cuts: Array(0...length)) == whole)
    }

    @Test("only what is written while it is on, also after a saved cursor and a reset")
    func cells() throws {
        let screen = try #require(Screen(columns: 10, rows: 2))
        func write(_ text: String) { screen.process(Array(text.utf8)[...]) }
        write("a\u{1B}[2mb\u{1B}[22mc\u{1B}[2m\u{1B}7\u{1B}[0m\u{1B}8de\u{1B}[0mf")
        let dim = (0..<6).map { screen.cell($0, 0).dim }
        #expect(dim == [false, true, false, true, true, false])
        write("\u{1B}c\u{1B}[He")
        #expect(screen.cell(0, 0).text == "e" && !screen.cell(0, 0).dim)
    }

    @Test("and outlives sequences that libvterm does not", arguments: ["m", "H", "\u{18}"])
    func endless(end: String) throws {
        for count in [15, 16, 17, 60, 70, 100_000] {
            let screen = try #require(Screen(columns: 10, rows: 2))
            for parameter in ["2;", "2:", ">;"] {
                let endless = "\u{1B}[" + String(repeating: parameter, count: count) + end
                screen.process(Array(endless.utf8)[...])
            }
            screen.process(Array("\u{1B}c\u{1B}[2mx".utf8)[...])
            #expect(screen.cell(0, 0).text == "x" && screen.cell(0, 0).dim)
        }
    }
}
