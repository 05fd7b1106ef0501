import TestSupport
import Testing

@testable import Dashboard

@Suite("regular expressions of the filter")
struct NamePatternTests {
    private static func pattern(_ text: String) throws(FilterProblem) -> NamePattern {
        var whole = FilterText()
        for (place, character) in text.enumerated() { whole.append(character, column: place + 1) }
        whole.end = text.count + 1
        return try NamePattern(whole)
    }

    @Test("what they match")
    func matches() throws {
        let cases: [(String, [String], [String])] = [
            ("web", ["web", "WEB-1", "my-web"], ["we-b", ""]),
            ("^web$", ["web", "Web"], ["web1", "aweb"]),
            ("^web-[0-9]+$", ["web-1", "web-123"], ["web-", "web-1a"]),
            ("w.b", ["wab", "w東b"], ["wb"]), ("a*", ["", "b"], []), ("^a*$", ["", "aa"], ["b"]),
            ("^(a|bc)d?$", ["a", "ad", "bc", "bcd"], ["b", "add"]),
            ("^a?b$", ["b", "ab"], ["aab"]),
            ("^a{2}$", ["aa"], ["a", "aaa"]), ("^a{2,}$", ["aa", "aaaa"], ["a"]),
            ("^(ab){1,2}$", ["ab", "abab"], ["", "ababab"]), ("^a{0}b$", ["b"], ["ab"]),
            ("[^a-c]", ["d", "xa"], ["abc", "ABC"]), ("^[]x]$", ["]", "x"], ["a"]),
            ("^[a-]$", ["a", "-"], ["b"]), ("\\d\\D", ["1a"], ["11"]), ("^\\w+$", ["a_1"], ["a-1"]),
            ("^\\S+\\s\\S+$", ["a b"], ["ab"]), ("\\.", ["a.b"], ["ab"]), ("[\\]]", ["]"], ["a"]),
            ("[\\d.]", ["1", "."], ["a"]), ("(?:a|b)c", ["ac"], ["c"]), ("a|", ["", "b"], []),
            ("É", ["é", "É"], ["e"]), ("(a*)*b", ["b", "aab"], ["a"]), ("^.*?x", ["yx"], ["y"]),
        ]
        for (text, yes, no) in cases {
            let pattern = try Self.pattern(text)
            for name in yes { #expect(pattern.matches(name), "\(text) in '\(name)'") }
            for name in no { #expect(!pattern.matches(name), "\(text) in '\(name)'") }
        }
    }

    @Test("they match as Swift's own do", arguments: 0..<4)
    func same(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed + 7)
        for _ in 0..<300 {
            let text = Self.text(&random, depth: 3)
            guard let known = try? Regex(text).ignoresCase() else { continue }
            let pattern = try Self.pattern(text)
            for _ in 0..<8 {
                let name = String(
                    (0..<Int.random(in: 0...6, using: &random)).map { _ in
                        "abAB1-. ".randomElement(using: &random) ?? "a"
                    })
                #expect(
                    pattern.matches(name) == (name.firstMatch(of: known) != nil),
                    "\(text) in '\(name)'")
            }
        }
    }

    /// A pattern without what takes Swift's too long.
    private static func text(_ random: inout SeededGenerator, depth: Int) -> String {
        let atoms = [
            "a", "b", "A", "1", "-", "\\.", ".", "[ab]", "[^a]", "[^B-b1]", "\\d", "\\D", "\\w",
            "\\W", "\\s", "\\S", "^", "$", "[\\d-]",
        ]
        guard depth > 0 else { return atoms.randomElement(using: &random) ?? "a" }
        let count = Int.random(in: 1...3, using: &random)
        return (0..<count).map { _ -> String in
            switch Int.random(in: 0..<6, using: &random) {
            case 0: "(\(text(&random, depth: depth - 1)))"
            case 1: "(?:\(text(&random, depth: depth - 1))|\(text(&random, depth: depth - 1)))"
            case 2:
                (["a", "b", ".", "[ab1]", "\\w"].randomElement(using: &random) ?? "a")
                    + (["*", "+", "?", "{2}", "{1,2}", "{1,}", "*?"].randomElement(using: &random)
                        ?? "*")
            default: atoms.randomElement(using: &random) ?? "a"
            }
        }.joined()
    }

    @Test("no pattern takes long, whatever the name is")
    func catastrophic() throws {
        let name = String(repeating: "a", count: 5_000)
        for text in [
            "(a+)+b", "(a|a)*b", "(a*)*b", "(((a*)*)*)*b", ".*.*.*.*.*.*x", "(a?){50}a{50}b",
            "(a+)+$b", String(repeating: "a?", count: 90) + "b", "(a{1,9}){1,9}b",
            "(.*a){20}b",
        ] {
            let pattern = try Self.pattern(text)
            let elapsed = ContinuousClock().measure { #expect(!pattern.matches(name), "\(text)") }
            // Some milliseconds where nothing else runs; ways one after the other would take years.
            #expect(elapsed < .seconds(20), "\(text)")
        }
    }

    @Test("alternatives do not add up to more than a pattern may be")
    func alternatives() throws {
        let part = "(.{30}){30}"
        _ = try Self.pattern(part)
        #expect(throws: FilterProblem.self) { try Self.pattern("\(part)|\(part)") }
        #expect(throws: FilterProblem.self) { try Self.pattern("(\(part)|\(part))") }
    }

    @Test("no text breaks the reader")
    func anything() {
        var random = SeededGenerator(seed: 3)
        var taken = 0
        for _ in 0..<20_000 {
            let text = String(
                (0..<Int.random(in: 0...12, using: &random)).map { _ in
                    "ab1()[]{},*+?.|^$\\-:é".randomElement(using: &random) ?? "a"
                })
            do {
                _ = try Self.pattern(text).matches("ab1-(é")
                taken += 1
            } catch {
                #expect((1...text.count + 1).contains(error.column), "\(text): \(error)")
            }
        }
        #expect(taken > 1_000)
    }
}
