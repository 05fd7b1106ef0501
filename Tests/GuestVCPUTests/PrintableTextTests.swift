import GuestVCPU
import Testing

@Suite("Text from guests")
struct PrintableTextTests {
    @Test(
        "nothing that commands a terminal or reorders its line gets through",
        arguments: [
            ("plain", "plain"), ("a\u{1B}[2Jb", "a [2Jb"), ("a\r\nb", "a  b"),
            ("\u{9B}31m", " 31m"), ("x\u{7F}", "x "), ("\u{202E}evil", " evil"),
            ("a\u{2028}b", "a b"), ("\u{FEFF}z", " z"), ("größe", "größe"), ("日本", "日本"),
            ("\u{0}", " "),
        ])
    func strips(text: String, expected: String) {
        #expect(text.printable() == expected)
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
}
