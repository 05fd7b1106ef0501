import CanvasKit
import Testing

@testable import Dashboard

@Suite("the canvas")
struct CanvasTests {
    private func text(_ canvas: Canvas, _ row: Int = 0) -> String {
        canvas.line(row).map(\.text).joined()
    }

    @Test(
        "text is clipped, cut and made harmless",
        arguments: [
            ("plain", GlyphSet.unicode, "plain   "), ("too long for it", .unicode, "too lon…"),
            ("too long for it", .ascii, "too lon~"), ("東京タワーA", .unicode, "東京タ… "),
            ("東京", .ascii, "??      "), ("a\u{1B}[1mb", .unicode, "a�[1mb  "),
            ("a\r\nb\tc", .unicode, "a  b c  "), ("e\u{301}x", .unicode, "e\u{301}x      "),
            ("\u{301}x", .unicode, "◌\u{301}x      "), ("👨‍👩‍👧x", .unicode, "👨x     "),
            ("🇩🇪x", .unicode, "🇩x      "), ("❤\u{FE0F}x", .unicode, "❤x      "),
            ("e\u{301}\u{302}\u{303}\u{304}\u{305}x", .unicode, "e\u{301}\u{302}\u{303}x      "),
            ("\u{202E}abc", .unicode, "�abc    "), ("שלום", .unicode, "שלום\u{200E}    "),
            ("한국어", .unicode, "한국어  "), ("\u{1112}\u{1161}\u{11AB}x", .unicode, "\u{1112}x     "),
        ])
    func writing(input: String, glyphs: GlyphSet, expected: String) {
        var canvas = Canvas(size: Size(columns: 8, rows: 1), glyphs: glyphs)
        canvas.write(input, column: 0, row: 0)
        #expect(text(canvas).unicodeScalars.elementsEqual(expected.unicodeScalars))
        Invariants.check(canvas)
    }

    @Test(
        "text of ASCII alone takes the same cells as any other of its width",
        arguments: [-2, 0, 3, 7, 9], [nil, 0, 1, 3, 4, 9])
    func plain(column: Int, width: Int?) {
        for alignment in [Alignment.left, .right] {
            for length in 0..<6 {
                func draw(_ character: Character) -> (next: Int, cells: [String]) {
                    var canvas = Canvas(size: Size(columns: 10, rows: 1), glyphs: .unicode)
                    let next = canvas.write(
                        String(repeating: character, count: length), column: column, row: 0,
                        width: width, alignment: alignment)
                    return (next, canvas.line(0).map(\.text))
                }
                let plain = draw("e")
                let other = draw("é")
                #expect(plain.next == other.next)
                #expect(plain.cells == other.cells.map { $0 == "é" ? "e" : $0 })
            }
        }
    }

    @Test("half of a wide character never stays")
    func halves() {
        var canvas = Canvas(size: Size(columns: 6, rows: 1), glyphs: .unicode)
        canvas.write("東京都", column: 0, row: 0)
        canvas.write("x", column: 1, row: 0)
        canvas.write("y", column: 4, row: 0)
        #expect(text(canvas) == " x京y ")
        canvas.write("東", column: 5, row: 0)
        #expect(text(canvas) == " x京y…")
        Invariants.check(canvas)
    }

    @Test("nothing is drawn outside", arguments: [(-3, 0), (0, -1), (0, 5), (50, 0), (9, 1)])
    func outside(column: Int, row: Int) {
        var canvas = Canvas(size: Size(columns: 10, rows: 2), glyphs: .unicode)
        canvas.write("abc", column: column, row: row)
        canvas.frame(Rectangle(column: column, row: row, columns: 20, rows: 9), title: "x")
        Invariants.check(canvas)
    }

    @Test("a size out of range is brought into it")
    func size() {
        #expect(Size(columns: -5, rows: 1 << 40) == Size(columns: 0, rows: 1000))
    }

    @Test(
        "loads are digits or bars",
        arguments: [
            (0.0, "0", "·"), (0.05, "0", "▁"), (0.5, "5", "▅"), (0.99, "9", "█"),
            (1.7, "9", "█"), (-1, "0", "·"), (.nan, "0", "·"), (.infinity, "9", "█"),
        ])
    func loads(share: Double, ascii: String, unicode: String) {
        #expect(GlyphSet.ascii.load(share).text == ascii)
        #expect(GlyphSet.unicode.load(share).text == unicode)
    }

    @Test(
        "spans of time, ages and numbers fit their columns",
        arguments: [
            (Duration.milliseconds(1), "0s", "0.001s"), (.seconds(14), "14s", "14.0s"),
            (.seconds(100), "1m", "100s"), (.seconds(7200), "2h", "7200s"),
            (.seconds(Int64.max), "999d", "4611686018427387s"), (.seconds(-5), "0s", "0.000s"),
        ])
    func numbers(duration: Duration, age: String, span: String) {
        #expect(duration.ageText == age)
        #expect(duration.spanText == span)
    }

    @Test(
        "texts are wrapped at blanks, and long words within",
        arguments: [
            ("a bb ccc", 4, ["a bb", "ccc"]), ("abcdefgh", 3, ["abc", "def", "gh"]),
            ("", 5, []), ("東京都", 3, ["東", "京", "都"]), ("東", 1, ["東"]), ("x", 0, []),
        ])
    func wrapping(text: String, width: Int, lines: [String]) {
        #expect(text.wrapped(to: width, in: .unicode) == lines)
    }

    @Test(
        "facts are written whole, shortened as planned, or left out, and never cut in a word",
        arguments: [
            (40, "web vCPU 4  4 of 8 plugged unused  fixed"), (32, "web vCPU 4  4 unused  fixed"),
            (20, "web vCPU 4  4 unused"), (18, "web vCPU 4  fixed"), (16, "web vCPU 4"),
            (8, "web~"), (2, "w~"),
        ])
    func facts(width: Int, text: String) {
        var canvas = Canvas(size: Size(columns: 60, rows: 1), glyphs: .ascii)
        canvas.write(
            [Fact("web vCPU 4"), Fact("4 of 8 plugged unused", "4 unused"), Fact("fixed")],
            column: 0, row: 0, width: width)
        #expect(line(canvas) == text)
    }

    @Test("the end of a sentence is left out where enough of it fits")
    func sentence() {
        var canvas = Canvas(size: Size(columns: 60, rows: 2), glyphs: .ascii)
        let facts = [Fact("web"), Fact(sentence: "the agent does not answer"), Fact("x")]
        canvas.write(facts, column: 0, row: 0, width: 26)
        #expect(line(canvas) == "web  the agent does not~")
        canvas.write(facts, column: 0, row: 1, width: 20)
        #expect(line(canvas, row: 1) == "web  x")
    }

    private func line(_ canvas: Canvas, row: Int = 0) -> String {
        let text = canvas.line(row).map(\.text).joined()
        return String(text.reversed().drop { $0 == " " }.reversed())
    }
}
