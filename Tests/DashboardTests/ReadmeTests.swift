import CanvasKit
import Testing

@testable import Dashboard

@Suite("what the README says of keys and words")
struct ReadmeTests {
    private let readme: Readme

    init() throws { readme = try Readme() }

    @Test("each key of its table is in the key table, and each of the key table is in it")
    func keys() {
        let rows = readme.table("| keys | what they do |")
        #expect(rows.count > 20)
        var told: Set<Key> = []
        for row in rows {
            #expect(row.count == 2 && Readme.namesOnlyKeys(row[0]), "\(row)")
            let keys = Readme.keys(in: row[0])
            #expect(!keys.isEmpty, "\(row)")
            told.formUnion(keys)
            for key in keys {
                let isBound = Context.allCases.contains {
                    KeyTable.binding(for: key, in: $0) != nil
                }
                #expect(isBound, "\(key) of \(row[0]) does nothing")
            }
        }
        for binding in KeyTable.bindings where !binding.contexts.isDisjoint(with: Context.screens) {
            let isTold = binding.keys.contains { told.contains($0) }
            let isDigit = binding.keys.contains(.character("7"))
            #expect(
                isTold || isDigit || binding.keys == [.control("l")], "\(binding.label) is not told"
            )
        }
    }

    @Test("each head that it names is the head of a column")
    func columns() {
        let heads = Set(
            FleetColumns.all.map(\.head) + VCPUColumns.all.map(\.head) + HostColumns.all.map(\.head)
        )
        let section = readme.lines.drop { $0 != "## The dashboard" }.dropFirst()
            .prefix { !$0.hasPrefix("## ") }
        let spans = section.filter { !$0.hasPrefix("|") }.flatMap(Readme.code)
        let named = spans.filter { span in
            span.count > 2 && span.allSatisfy { $0.isUppercase || $0 == "%" || $0 == " " }
                && !Self.variables.contains(span)
        }
        #expect(named.count >= 8, "\(named)")
        for head in named { #expect(heads.contains(head), "\(head) is no column") }
        for required in ["WAIT%", "USE%", "NEED", "PLUGGED", "LAST", "LAST CPU", "PINNED"] {
            #expect(named.contains(required), "\(required) is not explained")
        }
    }

    /// Words in capitals that are no heads.
    private static let variables: Set = ["TERM", "LINES", "COLUMNS", "MOUSE"]

    @Test("each filter that it shows is one, and it names every flag")
    func filters() throws {
        let line = try #require(readme.lines.first { $0.hasPrefix("A filter is ") })
        let words = Readme.code(in: line).filter { !["and", "or", "not"].contains($0) }
        #expect(words.count > 8)
        for word in words {
            #expect(throws: Never.self, "\(word)") { try GuestFilter(word) }
        }
        for flag in FilterFlag.allCases { #expect(words.contains(flag.rawValue), "\(flag)") }
    }

    @Test("each order that it names is one")
    func orders() throws {
        let row = try #require(
            readme.table("| keys | what they do |").first { $0[0].hasPrefix("`s`") })
        for key in FleetColumns.sortKeys {
            let name = key.name.split(separator: ",")[0]
            #expect(row[1].contains(name), "\(key.name)")
        }
    }

    @Test("it names each word that list can order by, and those that are measured")
    func commandOrders() throws {
        let line = try #require(readme.lines.first { $0.hasPrefix("`list --filter EXPR` prints") })
        let code = Readme.code(in: line)
        for word in FleetQuery.sortWords { #expect(code.contains(word), "\(word)") }
        let measured = line.split(separator: ". ").first { $0.contains(" are measured ") }
        let words = Set(Readme.code(in: String(try #require(measured))))
        for key in FleetColumns.sortKeys {
            #expect(words.contains(key.word) == key.needs.contains(.load), "\(key.word)")
        }
        for flag in FilterFlag.allCases where flag != .marked {
            let query = try FleetQuery(filter: flag.rawValue, sort: nil)
            #expect(words.contains(flag.rawValue) == query.needsLoad, "\(flag)")
        }
    }

    @Test(
        "no word that the program has given up is left in it, in the help or in the table of keys")
    func words() {
        var driver = Driver(columns: 160, rows: 50)
        driver.press("?")
        let help = driver.model.pageLines(at: driver.now)
        let keys = KeySection.all.flatMap(\.keys).map(\.help)
        let texts = readme.lines + help + keys + ColumnHelp.all.map(\.text)
        for old in ["unused", "take back", "the mark back", "PCPU", "agents failing"] {
            for text in texts { #expect(!text.contains(old), "\(old): \(text)") }
        }
    }
}
