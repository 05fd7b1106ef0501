import SafeText
import Testing

@Suite("The word that a misspelt one was meant to be")
struct NearestWordTests {
    @Test(
        "one of the words that are nearest, and none where many are or none is",
        arguments: [
            ("wbe1", ["web1", "db1"], "did you mean 'web1'?"),
            ("lsit", ["list", "set"], "did you mean 'list'?"),
            // Left out, or wrong: one is the opposite of the other.
            ("--ofline", ["--online", "--offline"], "did you mean '--online' or '--offline'?"),
            ("web9", ["web1", "web2", "web3"], nil),
            ("mail", ["web1", "db1"], nil),
            ("", ["a"], nil),
            (String(repeating: "x", count: 25), [String(repeating: "x", count: 26)], nil),
            ("WEB1", ["web1"], "did you mean 'web1'?"),
        ] as [(String, [String], String?)])
    func question(_ text: String, _ words: [String], _ expected: String?) {
        #expect(NearestWord.question(text, among: words) == expected)
    }

    @Test("a name without end takes no time")
    func long() {
        let names = (0..<200).map { "\($0)" + String(repeating: "x", count: 20_000) }
        #expect(NearestWord.all("web1", among: names + ["web"]) == ["web"])
    }
}
