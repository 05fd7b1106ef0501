import SafeText
import Testing

@Suite("Search by bytes")
struct ByteSearchTests {
    @Test(
        "words are found wherever they stand, and not where a byte differs",
        arguments: [
            ("frozen state", true), ("in frozen state", true), ("frozen states", true),
            ("ffrozen state", true), ("frofrozen statefro", true), ("", false),
            ("frozen stat", false),
            ("Frozen state", false), ("frozen  state", false), ("frozen\u{301} state", false),
            ("é frozen state é", true), ("frozen state\u{301}", true),
        ])
    func words(text: String, isFound: Bool) {
        #expect(text.hasBytes(of: "frozen state") == isFound)
        // Also in a text that is a part of another one.
        #expect(String("<\(text)>".dropFirst().dropLast()).hasBytes(of: "frozen state") == isFound)
    }

    @Test("nothing is in every text")
    func nothing() {
        #expect("".hasBytes(of: "") && "a".hasBytes(of: ""))
    }
}
