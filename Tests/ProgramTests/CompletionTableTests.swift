import Testing

@testable import vcputop

/// The pure steps from a command line to the answer that a shell reads.
@Suite("The steps of a completion")
struct CompletionTableTests {
    private typealias Option = CompletionPoint.Option

    private static func point(_ line: String) throws -> CompletionPoint {
        let words = ShellLine(line).words.map(\.text)
        return CompletionPoint(
            words: words.dropLast(), current: words.last ?? "",
            commands: (try CommandHelp.whole().subcommands ?? []).map(\.commandName))
    }

    private static func result(_ line: String) throws -> CompletionWords.Result {
        CompletionWords(help: try CommandHelp.whole()).result(try point(line))
    }

    private static func words(_ line: String) throws -> [String]? {
        guard case .answer(.words(let candidates)) = try result(line) else { return nil }
        return candidates.map(\.word)
    }

    @Test("options and words before the cursor are kept, with their values")
    func before() throws {
        let point = try Self.point("-c a --connect=b=c --json list --sort wait web - -- -x y z")
        #expect(
            point.options == [
                Option(name: "-c", value: "a"), Option(name: "--connect", value: "b=c"),
                Option(name: "--json", value: ""), Option(name: "--sort", value: "wait"),
            ])
        #expect(point.arguments == ["web", "-", "-x", "y"])
        #expect(point.subject == .argument(of: "list") && point.text == "z")
    }

    @Test("after an option with a value, its name and the sign stand before the text")
    func lead() throws {
        let point = try Self.point("list web --agent=web=/x")
        #expect(point.subject == .value(of: "--agent"))
        #expect(point.lead == "--agent=" && point.text == "web=/x")
        #expect(point.arguments == ["web"] && point.options.isEmpty)
    }

    @Test(
        "files are completed after what stands before their path",
        arguments: [
            ("--debug-log ", 0), ("--debug-log=/v", 12), ("--agent web=/x", 4),
            ("--agent=web=/x", 12), ("set --from ", 0),
        ])
    func files(_ line: String, _ count: Int) throws {
        #expect(try Self.result(line) == .answer(.files(after: count)))
    }

    @Test("each kind of value and of argument has its words, or is looked up")
    func kinds() throws {
        #expect(try Self.words("--agent web") == [])
        #expect(try Self.words("--timeout ") == [])
        #expect(try Self.words("demo --guests ") == [])
        #expect(try Self.words("--nonesuch=") == [])
        #expect(try Self.words("log --since ") == ["30m", "2h", "1d", "7d"])
        #expect(try Self.words("help ") == Self.words(""))
        #expect(try Self.words("help list ") == [])
        #expect(
            try Self.words("manual ") == ManualCommand.Page.allCases.map(\.rawValue))
        #expect(try Self.words("manual vcputop ") == [])
        #expect(try Self.result("list ") == .lookup(.guests))
        #expect(try Self.result("set a ") == .lookup(.guests))
        #expect(try Self.result("doctor ") == .lookup(.guests))
        #expect(try Self.result("log ") == .lookup(.recordedGuests))
        #expect(try Self.result("revert ") == .lookup(.changes))
        #expect(try Self.result("-c ") == .lookup(.connections))
    }

    @Test("an option that may be given once is not offered again, in any of its spellings")
    func once() throws {
        for line in ["--theme light -", "--theme=light -"] {
            #expect(try Self.words(line)?.contains("--theme") == false)
        }
        #expect(try Self.words("-c a -")?.contains("-c") == true)
        #expect(try Self.words("-")?.contains("--theme") == true)
    }

    @Test("the answer says what it is, and whether something must follow in the same word")
    func lines() {
        #expect(CompletionAnswer.files(after: 3).lines == ["files\t3"])
        #expect(
            CompletionAnswer.words([
                .init(word: "a", meaning: "m"), .init(word: "b=", isOpen: true),
            ]).lines == ["part", "a\tm", "b=\t"])
        #expect(
            CompletionAnswer.words([.init(word: "a"), .init(word: "b\n", isOpen: true)]).lines
                == ["words", "a\t"])
    }

    @Test(
        "bash gets the end of the word that it replaces, in the quotes that are open",
        arguments: [
            ("x --theme=l", "l", "--theme=light", "light"),
            ("x --theme=l", "--theme=l", "--theme=light", "--theme=light"),
            ("x 'a:b", "b", "a:b c", "b c"), ("x \"a:b", "b", "a:b$c", "b\\$c"),
            ("x a:b", "b", "a:b c", "'b c'"),
            // Another word, a piece that is not the word's end, and half of an escape.
            ("x a", "a", "b", nil), ("x ab", "x", "abc", nil), ("x ab", "xxab", "abc", nil),
            ("x a\\:b", ":b", "a:bc", nil),
        ] as [(String, String, String, String?)])
    func spelled(_ line: String, _ replaced: String, _ word: String, _ spelling: String?) throws {
        let last = try #require(ShellLine(line).words.last)
        let answer = CompletionAnswer.words([.init(word: word, meaning: "m", isOpen: true)])
        let wanted = [spelling].compactMap { $0 }.map {
            CompletionAnswer.Candidate(word: $0, meaning: "m", isOpen: true)
        }
        #expect(answer.spelled(after: last, replacing: replaced) == .words(wanted))
        #expect(
            CompletionAnswer.files(after: 2).spelled(after: last, replacing: replaced)
                == .files(after: 2))
    }
}
