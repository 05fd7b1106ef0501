import GuestVCPU
import TestSupport
import Testing

@testable import Dashboard

@Suite("the language of the filter")
struct FilterLanguageTests {
    private static func listed(_ text: String, in roster: Roster) throws -> [String] {
        let filter = try GuestFilter(text)
        return roster.rows.filter { id in roster[id].map { filter.matches($0) } ?? false }
            .map(\.name)
    }

    @Test("and, or, not and parentheses; a blank is an and, which binds more than an or")
    func operators() throws {
        let roster = Driver().model.shared.roster
        let few = { (text: String) in
            try Self.listed(text, in: roster).filter { !$0.hasPrefix("app-") }
        }
        let cases: [(String, [String])] = [
            ("web-03 or liar", ["web-03", "liar"]),
            ("WEB and 04", ["web-04"]), ("web 04", ["web-04"]),
            ("web 03 or db", ["web-03", "db-01"]), ("db or web 03", ["web-03", "db-01"]),
            ("(db or web) 01", ["db-01"]), ("(db OR web) AND 01", ["db-01"]),
            ("web not 03", ["web-04"]), ("web and not 03", ["web-04"]),
            ("not not web-03", ["web-03"]), ("web not(03 or 05)", ["web-04"]),
            ("((web-03))", ["web-03"]), ("vcpus>=64 not name=hpc", ["db-01"]),
            ("contradicted", ["liar"]), ("not contradicted name=liar", []),
            ("problem agent!=ok", ["build-long-name-fedora-40.example.org", "legacy-rhel5"]),
            (
                "agent=silent or agent=absent",
                ["build-long-name-fedora-40.example.org", "legacy-rhel5"]
            ),
            ("marked", []), ("web not marked", ["web-03", "web-04"]),
            ("name~^web-0[34]$", ["web-03", "web-04"]),
            ("name~^(web|db)-0[13]", ["web-03", "db-01"]),
            ("web name!~3$", ["web-04"]), ("(name~(03|04)$ web)", ["web-03", "web-04"]),
            ("host=localhost web-03", ["web-03"]), ("host=node-7", []),
            ("source~^qemu:///sys web-03", ["web-03"]),
            ("\"web-03\"", ["web-03"]), ("'web-03'", ["web-03"]), ("name=\"web-03\"", ["web-03"]),
            ("\"and\"", []), ("'or'", ["build-long-name-fedora-40.example.org"]),
            ("\"web 03\"", []), ("\"marked\"", []),
            ("use<45 not app", ["ci-runner-007", "legacy-rhel5", "sparse-ids"]),
            ("use<45% not app", ["ci-runner-007", "legacy-rhel5", "sparse-ids"]),
            ("need>30 or spare>=30", ["db-01", "hpc-1"]),
            ("plugged>64", ["hpc-1"]), ("wait>=0 web", ["web-03", "web-04"]),
        ]
        for (text, expected) in cases {
            let listed = try few(text)
            #expect(listed == expected, "\(text): \(listed)")
        }
    }

    @Test("a guest of which a number is not known compares with nothing")
    func unknown() throws {
        let guest = RosterGuest(
            SampleFleet.guest("quiet", vcpus: [0], host: nil), label: GuestLabel("quiet"),
            after: nil)
        for word in ["cpu", "wait", "use", "need", "spare", "plugged", "pinned"] {
            for sign in ["=", "!=", "<", "<=", ">", ">="] {
                #expect(try !GuestFilter("\(word)\(sign)0").matches(guest), "\(word)\(sign)")
                #expect(try GuestFilter("not \(word)\(sign)0").matches(guest), "\(word)\(sign)")
            }
        }
    }

    @Test("an error says at which character, and what is expected or meant")
    func problems() {
        let cases: [(String, Int, String)] = [
            ("web size>1", 5, "no field 'size'; there are name, source, host, state, agent"),
            ("web offlin>1", 5, "no field 'offlin'; did you mean 'offline'?"),
            ("wiat>5", 1, "no field 'wiat'; did you mean 'wait'?"),
            ("offline>", 9, "expected a number"), ("offline> web", 9, "expected a number"),
            ("name=", 6, "expected a text"), ("state=", 7, "expected one of running, paused"),
            ("offline>many", 9, "'offline' is compared with a number"),
            ("name>a", 5, "'name' takes =, !=, ~ or !~"),
            ("offline~3", 8, "'offline' takes =, !=, <, <=, > or >="),
            ("  state=happy", 9, "'state' is running, paused"),
            ("state=pausd", 7, "'state' is never 'pausd'; did you mean 'paused'?"),
            ("agent=silnt", 7, "'agent' is never 'silnt'; did you mean 'silent'?"),
            ("agent!ok", 6, "'!' is followed by '=' or '~'"),
            ("=3", 1, "no field ''"), ("cpu>inf", 5, "'cpu' is compared with a number"),
            ("cpu>nan", 5, "'cpu' is compared with a number"),
            ("(web", 1, "'(' has no ')'"), ("web or (a b", 8, "'(' has no ')'"),
            ("web)", 4, "')' has no '('"), ("()", 2, "expected a term before ')'"),
            ("or web", 1, "expected a term before 'or'"),
            ("web or", 7, "expected a term"), ("web and  ", 10, "expected a term"),
            ("not", 4, "expected a term"), ("a or or b", 6, "expected a term before 'or'"),
            ("a and or b", 7, "expected a term before 'or'"),
            ("\"web", 1, "\" has no end"), ("a name='x", 8, "' has no end"),
            ("name~[a", 6, "'[' has no ']'"), ("name~*a", 6, "nothing to repeat before '*'"),
            ("name~\"a b(\"", 10, "'(' has no ')'"), ("name~a)", 7, "')' has no '('"),
            ("name~a\\q", 8, "no pattern '\\q'"),
            ("name~a{2,1}", 11, "expected '}'"), ("name~a{x}", 8, "expected a number after '{'"),
            ("name~[z-a]", 10, "expected the end of a range"),
            ("name~(a{100}){100}", 19, "the pattern is too large"),
            (String(repeating: "(", count: 60), 51, "nested too deeply"),
            (String(repeating: "not ", count: 60), 201, "nested too deeply"),
            (String(repeating: "a", count: 1_001), 1_001, "a filter has at most 1000"),
        ]
        for (text, column, words) in cases {
            do {
                _ = try GuestFilter(text)
                Issue.record("'\(text)' is taken")
            } catch {
                #expect(error.column == column, "\(text): \(error)")
                #expect(error.text.hasPrefix(words), "\(text): \(error)")
            }
        }
    }

    @Test("an expression is read from every way to write it", arguments: 0..<4)
    func roundTrip(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed + 40)
        for _ in 0..<2_000 {
            let (expression, text) = Self.expression(&random, depth: 3)
            #expect(try FilterExpression(parsing: text) == expression, "\(text)")
        }
    }

    /// An expression, as the parser makes it, and a text of it.
    private static func expression(
        _ random: inout SeededGenerator, depth: Int
    ) -> (FilterExpression, String) {
        func blanks() -> String {
            String(repeating: " ", count: Int.random(in: 1...2, using: &random))
        }
        switch depth == 0 ? 0 : Int.random(in: 0..<5, using: &random) {
        case 1:
            let (inner, text) = operand(&random, depth: depth - 1)
            return (.not(inner), "not" + blanks() + text)
        case 2:
            let parts = (0..<3).map { _ in operand(&random, depth: depth - 1) }
            let and = Bool.random(using: &random) ? " and" : ""
            return (.all(parts.map(\.0)), parts.map(\.1).joined(separator: and + blanks()))
        case 3:
            let parts = (0..<2).map { _ in operand(&random, depth: depth - 1) }
            return (.any(parts.map(\.0)), parts.map(\.1).joined(separator: " OR" + blanks()))
        default:
            let (term, text) = term(&random)
            return (.term(term), text)
        }
    }

    /// An expression that can be a part of any other.
    private static func operand(
        _ random: inout SeededGenerator, depth: Int
    ) -> (FilterExpression, String) {
        let (inner, text) = expression(&random, depth: depth)
        if case .term = inner, Bool.random(using: &random) { return (inner, text) }
        return (inner, Bool.random(using: &random) ? "(\(text))" : "( \(text) )")
    }

    private static func term(_ random: inout SeededGenerator) -> (FilterTerm, String) {
        let alphabet = Array("ab1 \"'()!=<>~\\é東-:")
        let text = String(
            (0..<Int.random(in: 1...6, using: &random)).map { _ in
                alphabet.randomElement(using: &random) ?? "a"
            })
        let isWanted = Bool.random(using: &random)
        let sign = isWanted ? "=" : "!="
        switch Int.random(in: 0..<5, using: &random) {
        case 0: return (.text(.name, text.lowercased(), isWanted: true), quoted(text))
        case 1:
            return (
                .text(.source, text.lowercased(), isWanted: isWanted),
                "source\(sign)\(quoted(text))"
            )
        case 2:
            let flag = FilterFlag.allCases.randomElement(using: &random) ?? .problem
            return (.flag(flag), flag.rawValue)
        case 3:
            let words = FilterField.Words.allCases.randomElement(using: &random) ?? .state
            let word = words.all.randomElement(using: &random) ?? ""
            return (
                .word(words, word.lowercased(), isWanted: isWanted),
                "\(words.rawValue)\(sign)\(word)"
            )
        default:
            let keys = FleetColumns.sortKeys.filter { $0.filterWord != nil }
            let key = keys.randomElement(using: &random) ?? keys[0]
            let number = Double(Int.random(in: -9...999, using: &random)) / 10
            let comparison: FilterComparison =
                [.above, .below, .atMost, .atLeast, .equal, .notEqual].randomElement(using: &random)
                ?? .equal
            return (
                .number(key, comparison, number),
                "\(key.filterWord ?? "")\(comparison.rawValue)\(number)"
            )
        }
    }

    /// A text in quotes, whatever quotes are in it.
    private static func quoted(_ text: String) -> String {
        var pieces: [String] = []
        for character in text {
            let quote = character == "\"" ? "'" : "\""
            pieces.append("\(quote)\(character)\(quote)")
        }
        return pieces.joined()
    }

    @Test("no text breaks the reader, and a filter holds of a guest or its negation does")
    func anything() throws {
        let roster = Driver().model.shared.roster
        let guests = roster.rows.prefix(12).compactMap { roster[$0] }
        var random = SeededGenerator(seed: 12)
        let pieces = [
            "web", "wait", "use", "name", "agent", "source", "problem", "marked", "silent", "and",
            "or", "not", "(", ")", " ", " ", "\t", "\r\n", "=", "!=", "~", "!~", "<", ">=", "!",
            "5", "-3.5%", "1e400", "\"", "'", "[a-", "]", "*", "{2,", "\\", "^", "東", "e\u{301}",
        ]
        var taken = 0
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 1...9, using: &random)).map { _ in
                pieces.randomElement(using: &random) ?? ""
            }.joined()
            do {
                let filter = try GuestFilter(text)
                #expect(try GuestFilter(filter.text) == filter)
                guard !filter.isEmpty else { continue }
                taken += 1
                let negation = try GuestFilter("not ( \(text) )")
                for guest in guests {
                    let isMarked = taken % 2 == 0
                    #expect(
                        filter.matches(guest, isMarked: isMarked)
                            != negation.matches(guest, isMarked: isMarked), "\(text)")
                }
            } catch {
                #expect((1...text.count + 1).contains(error.column), "\(text): \(error)")
            }
        }
        #expect(taken > 2_000, "\(taken)")
    }

    @Test("every field and every word that the screen has is a word of the filter")
    func words() throws {
        for field in FilterField.all {
            switch field {
            case .words(let words):
                for word in words.all { _ = try GuestFilter("\(field.word)=\(word)") }
            case .text: _ = try GuestFilter("\(field.word)=x \(field.word)~x")
            case .number: _ = try GuestFilter("\(field.word)>1")
            }
        }
        let help = FilterHelp.all.map { "\($0.label) \($0.text)" }.joined(separator: " ")
        for word in FilterField.all.map(\.word) + FilterFlag.allCases.map(\.rawValue) {
            #expect(help.contains(word), "\(word)")
        }
    }
}
