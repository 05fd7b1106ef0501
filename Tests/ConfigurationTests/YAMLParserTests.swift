import Testing

@testable import Configuration

@Suite("The reader of YAML")
struct YAMLParserTests {
    private func message(_ bytes: [UInt8]) -> String? {
        do throws(ConfigurationProblem) {
            _ = try YAMLParser.parse(bytes)
            return nil
        } catch {
            return "\(error.line): \(error.message)"
        }
    }

    @Test(
        "a file that says nothing has no value",
        arguments: ["", "\n\n", "# only this", "---\n", "--- # x\n", "\u{FEFF}# x\r\n"])
    func nothing(_ text: String) throws {
        #expect(try YAMLParser.parse(Array(text.utf8)) == nil)
    }

    @Test(
        "what it does not support is refused by name, with its line",
        arguments: [
            ("a: &x b\nc: *x", "1: anchors (&) and aliases (*) are not supported"),
            ("a: 1\nb: *x", "2: anchors (&) and aliases (*) are not supported"),
            ("a: [*x]", "1: anchors"), ("<<: *x", "1: anchors"), ("a: !!int 1", "1: tags (!)"),
            ("a: |\n  b", "1: texts of several lines"), ("a: >\n  b", "1: texts of several lines"),
            ("a: 1\n---\nb: 2", "2: a second document begins here"),
            ("---\n---\nb: 2", "2: a second document begins here"),
            ("a: 1\n...", "2: '...' is not supported: leave the line out"),
            ("%YAML 1.2\n---\na: 1", "1: directives (%) are not supported: leave the line out"),
            ("? a", "1: unexpected '?' at column 1: a text that begins so needs quotes"),
            ("a: %x", "1: unexpected '%' at column 4: a text that begins so needs quotes"),
            ("a: @x", "1: unexpected '@' at column 4: a text that begins so needs quotes"),
            ("\"a\": 1", "1: a key is written without quotes: a: VALUE"),
            ("\"a\" : 1", "1: a key is written without quotes: a: VALUE"),
            ("\"a\":1", "1: a key is written without quotes: a: VALUE"),
            ("a: 1\n'b': 1", "2: a key is written without quotes: b: VALUE"),
            ("a:\n  'b': 1", "2: a key is written without quotes: b: VALUE"),
            ("a:\n  - \"b\": 1", "2: a key is written without quotes: b: VALUE"),
            ("{\n  \"a\": 1 }", "2: a key is written without quotes: a: VALUE"),
            ("a: { \"b\": 1 }", "1: a key is written without quotes: b: VALUE"),
            (
                "a: \"b\": 1",
                "1: unexpected ':' at column 7: a value with ': ' in it needs quotes around all of it"
            ),
            ("a:\u{A0}1", "1: the blank at column 3 is U+A0: type an ordinary one"),
            ("a:\n\u{A0}\u{A0}b: 1", "2: the blank at column 1 is U+A0"),
            ("a: 1\u{2003}# x", "1: the blank at column 5 is U+2003"),
            ("a: - b", "1: unexpected '-' at column 4: the items of a list stand in lines below"),
            ("--- a: 1", "1: unexpected 'a' at column 5"),
            ("[a] b", "1: unexpected 'b' at column 5"),
            ("\ta: 1", "1: a tab stands here: indent with blanks"),
            ("a:\n\t- b", "2: a tab stands here: indent with blanks"),
            ("a:\tb", "1: a tab stands here: use blanks"), ("a: b\tc", "1: a tab stands here"),
            ("a: 1\na: 2", "2: 'a' is given twice: the first is in line 1"),
            ("x: {a: 1, a: 2}", "1: 'a' is given twice"),
            ("a: 'b", "1: a text in quotes has no end in its line"),
            ("a: \"b\nc\"", "1: a text in quotes has no end in its line"),
            ("a: \"\\q\"", "1: there is no escape '\\q'"), ("a: \"\\ud800\"", "1: the escape"),
            ("a: \"\\xg0\"", "1: unexpected 'g'"),
            ("a: [b, c", "1: what begins here has no ']' at its end"),
            ("a: {b: c\n\n", "1: what begins here has no '}' at its end"),
            ("a: [\"b\" c]", "1: unexpected 'c' at column 9: a comma stands between two items"),
            ("a: {b: 1 c: 2}", "1: unexpected ':' at column 11: a comma stands between two items"),
            ("a: [b, , c]", "1: unexpected ','"), ("a: [b] c", "1: unexpected 'c' at column 8"),
            (
                "a: b: c",
                "1: unexpected ':' at column 5: a value with ': ' in it needs quotes around all of it"
            ),
            (
                "a: 1\n  b: 2",
                "2: this line is indented by 2 blanks; 0 are right here, or more below a key without "
                    + "a value"
            ),
            (
                "a:\n    b: 1\n  c: 2",
                "3: this line is indented by 2 blanks; 0 are right here, or more below a key without "
                    + "a value"
            ),
            ("a: 1\nfoo", "2: expected 'KEY: VALUE', and found 'foo'"),
            ("a: 1\n- b", "2: unexpected '-'"), ("- a\nb: 1", "2: this line continues nothing"),
            ("a: 1\rb: 2", "1: a carriage return stands within the line: end lines with"),
            ("a: 1\u{0}", "1: the character U+0"),
            ("a: 1\nb: \u{1b}[31m", "2: the character U+1B is not allowed"),
            ("a: \u{85}", "1: the character U+85"), ("a: \u{2028}", "1: the character U+2028"),
            ("a: \u{202e}", "1: the character U+202E"),
        ] as [(String, String)])
    func refused(_ text: String, _ expected: String) {
        let found = message(Array(text.utf8))
        #expect(found?.hasPrefix(expected) ?? false, "\(found ?? "accepted")")
    }

    @Test("comments may stand before the mark of a document's start")
    func start() throws {
        #expect(try YAMLParser.parse(Array("# x\n\n--- # y\na".utf8))?.content == .plain("a"))
    }

    @Test("bytes that are not UTF-8 are refused with their line")
    func notUTF8() {
        let words = "the text is not UTF-8: save the file as UTF-8"
        #expect(message(Array("a: 1\nb: ".utf8) + [0xFF, 0x0A]) == "2: \(words)")
        // As an editor of Windows can save it.
        #expect(message([0xFF, 0xFE, 0x61, 0x00, 0x3A, 0x00]) == "1: \(words)")
    }

    @Test("depth is bounded, in lines and in brackets, and so is the file's size")
    func hostile() {
        let deep = 50_000
        for text in [
            String(repeating: "[", count: deep), String(repeating: "{a: ", count: deep),
            String(repeating: "- ", count: deep),
            (0..<300).map { String(repeating: " ", count: $0) + "a:\n" }.joined(),
        ] {
            #expect(message(Array(text.utf8))?.contains("it is nested too deep") ?? false)
        }
        for (levels, isAllowed) in [(12, true), (13, false)] {
            let lists =
                String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
            let mappings =
                String(repeating: "{a: ", count: levels) + "b"
                + String(repeating: "}", count: levels)
            for text in [lists, mappings, String(repeating: "- ", count: levels - 1) + "a"]
            where (message(Array(text.utf8)) == nil) != isAllowed {
                Issue.record("\(levels): \(text)")
            }
        }
        var settings = Settings(theme: "x")
        let words = SettingVocabulary(
            themes: [], columns: [], sortProblem: { _ in nil }, filterProblem: { _ in nil })
        let found = SettingsReader.read(
            [UInt8](repeating: 0x23, count: SettingsReader.largest + 1), path: "/c", words: words,
            into: &settings)
        #expect(found == [ConfigurationProblem(1, "the file is larger than 256 KiB")])
    }
}
