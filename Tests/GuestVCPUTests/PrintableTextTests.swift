import GuestVCPU
import SafeText
import TestSupport
import Testing

@Suite("Text from guests")
struct PrintableTextTests {
    @Test(
        "nothing that commands a terminal or reorders its line gets through",
        arguments: [
            ("plain", "plain"), ("a\u{1B}[2Jb", "a�[2Jb"), ("a\r\nb\tc", "a  b c"),
            ("\u{9B}31m", "�31m"), ("x\u{7F}", "x�"), ("\u{202E}evil", "�evil"),
            ("a\u{2028}b", "a b"), ("\u{FEFF}z", "�z"), ("größe", "größe"), ("日本", "日本"),
            ("\u{0}", "�"), ("\u{301}x", "◌\u{301}x"),
        ])
    func strips(text: String, expected: String) {
        #expect(text.printable() == expected)
    }

    @Test(
        "what cannot be seen is shown",
        arguments: [
            0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180E,
            0x180F, 0x200B, 0x200C, 0x200D, 0x200E, 0x2060, 0x2061, 0x2064, 0x2065, 0x206A, 0x3164,
            0xFE00, 0xFE0E, 0xFE0F, 0xFFA0, 0xFFF0, 0x1BCA0, 0x1D173, 0xE0001, 0xE0020, 0xE007F,
            0xE0100, 0xE01EF, 0xE000, 0xF0000, 0x0378,
        ] as [UInt32])
    func invisible(value: UInt32) throws {
        let scalar = try #require(Unicode.Scalar(value))
        for (text, expected) in [
            ("we\(scalar)b", "we�b"), ("web\(scalar)", "web�"), ("\(scalar)web", "�web"),
            ("東\(scalar)京", "東�京"),
        ] {
            #expect(text.printable().unicodeScalars.elementsEqual(expected.unicodeScalars))
        }
    }

    @Test(
        "what an emoji or a script needs stays",
        arguments: [
            "👨‍👩‍👧", "❤️", "❤️‍🔥", "👍🏽", "🇩🇪", "1️⃣", "☺︎", "می‌خواهم", "क्‍ष", "e\u{301}", "한국어",
            "\u{1112}\u{314F}",
        ])
    func kept(text: String) {
        #expect(text.printable().unicodeScalars.elementsEqual(text.unicodeScalars))
    }

    @Test("what is printable stays as it is, whatever it was made of")
    func idempotence() {
        var random = SeededGenerator(seed: 29)
        let parts: [Unicode.Scalar] = [
            "a", "1", "#", "é", "東", "👨", "👩", "❤", "🏽", "🇩", "\u{200D}", "\u{200C}", "\u{FE0F}",
            "\u{20E3}", "\u{301}", "\u{34F}", "\u{0915}", "\u{94D}", "\u{0645}", "\u{1B}", "\n",
            "\r",
            "\u{202E}", "\u{1160}", "\u{1100}", "\u{E0061}", "\u{3164}", " ",
        ]
        for _ in 0..<20_000 {
            var text = ""
            for _ in 0..<Int(random.next() % 14) {
                text.unicodeScalars.append(parts[Int(random.next() % UInt64(parts.count))])
            }
            let once = text.printable()
            #expect(once.printable().unicodeScalars.elementsEqual(once.unicodeScalars), "\(text)")
            let limit = 1 + Int(random.next() % 12)
            #expect(text.printable(limit: limit).count <= limit)
            for scalar in once.unicodeScalars where !scalar.isVisible {
                #expect(["\u{200C}", "\u{200D}", "\u{FE0E}", "\u{FE0F}"].contains(scalar))
            }
        }
    }

    @Test(
        "text is as wide as a terminal shows it",
        arguments: [
            ("web", 3), ("東京", 4), ("e\u{301}", 1), ("a\u{34F}b", 3), ("👨‍👩‍👧", 2), ("🇩🇪", 2), ("❤️", 1),
            ("한국어", 6), ("\u{3164}", 1), ("שלום", 4), ("", 0), ("\u{1112}\u{1161}\u{11AB}", 2),
        ])
    func columns(text: String, columns: Int) {
        #expect(text.columns == columns)
    }

    @Test("what graphs and borders are drawn with is visible, and each sign is a cluster")
    func drawn() {
        let ranges: [ClosedRange<UInt32>] = [
            0x20...0x7E, 0x2190...0x21FF, 0x2500...0x25FF, 0x2800...0x28FF,
        ]
        let scalars = ranges.joined().compactMap(Unicode.Scalar.init)
        #expect(scalars.count == 95 + 112 + 256 + 256)
        var random = SeededGenerator(seed: 3)
        for _ in 0..<200 {
            var view = String.UnicodeScalarView()
            view.append(contentsOf: scalars.shuffled(using: &random))
            let text = String(view)
            #expect(text.count == scalars.count)
            #expect(text.printable() == text && text.printable(limit: scalars.count) == text)
            #expect(text.printable(limit: 9) == text.prefix(8) + "…")
            // The same text by the longer way.
            #expect((text + "é").printable() == text + "é")
        }
    }

    @Test("long text is cut to the limit, and says so")
    func cuts() {
        #expect("abcdef".printable(limit: 4) == "abc…")
        #expect("abcd".printable(limit: 4) == "abcd")
        #expect(AgentError(.error, String(repeating: "x", count: 9_999)).message.count == 500)
    }

    @Test("a pile of combining marks on one character does not grow without bound")
    func combining() {
        let pile = "e" + String(repeating: "\u{301}", count: 100_000)
        #expect(pile.printable(limit: 10).unicodeScalars.count == 8)
    }

    @Test(
        "a sign that replaces something counts to the cluster of the marks after it",
        arguments: ["\u{1B}", "\u{00}a\u{1B}", "", "\u{202E}", "x\u{34F}\u{1B}"])
    func marksAfterControl(start: String) {
        let marks = String(repeating: "\u{301}", count: 13)
        let shown = (start + marks).printable()
        #expect(shown.allSatisfy { $0.unicodeScalars.count <= 8 }, "\(Array(shown.unicodeScalars))")
        #expect(shown.printable() == shown)
        #expect((start + marks).printable(limit: 3).count <= 3)
    }
}
