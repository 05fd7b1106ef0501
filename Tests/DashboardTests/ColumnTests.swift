import GuestVCPU
import Testing

@testable import Dashboard

@Suite("columns")
struct ColumnTests {
    @Test("columns, orders and words of the filter cannot be confused within a table")
    func unique() {
        func isUnique(_ texts: [String]) -> Bool { Set(texts).count == texts.count }
        #expect(isUnique(FleetColumns.all.map(\.head)))
        #expect(isUnique(VCPUColumns.all.map(\.head)))
        #expect(isUnique(FleetColumns.sortKeys.map(\.name)))
        #expect(isUnique(FleetColumns.sortKeys.map(\.word)))
        #expect(isUnique(VCPUColumns.all.flatMap(\.sortKeys).map(\.name)))
        #expect(isUnique(FilterField.all.map(\.word)))
        #expect(isUnique(VCPUColumns.all.map { "\($0.importance)" }))
    }

    @Test("each order of a table has a letter of its own, which moves no cursor")
    func letters() {
        for table in OrderPage.Table.allCases {
            let letters = table.choices.map(\.letter)
            #expect(Set(letters).count == letters.count)
            #expect(Set(letters).isDisjoint(with: "jk-?"))
        }
        #expect(
            OrderPage.Table.guests.choices.map { "\($0.letter) \($0.name)" } == [
                "l as listed", "n name", "a agent", "e age", "o online vCPUs", "v vCPUs",
                "p plugged vCPUs", "c CPU used", "w wait", "u use, least first", "d need",
                "s spare vCPUs", "i pinned vCPUs", "f offline vCPUs", "! problems",
            ])
    }

    @Test("a configuration can name the columns, which keep these names and places")
    func names() {
        #expect(
            FleetColumn.allCases.map(\.rawValue).joined(separator: " ")
                == "name agent age online plugged cpu wait use need pinned history cells note")
        #expect(FleetColumns.all.count == FleetColumn.allCases.count)
    }

    @Test("rows without a value come last either way, and equal ones keep their places")
    func sorting() {
        let rows: [(String, Double?)] = [("a", nil), ("b", 2), ("c", 7), ("d", 2), ("e", nil)]
        let values = Dictionary(rows, uniquingKeysWith: { one, _ in one })
        func names(_ order: SortOrder<String>) -> String {
            order.sorted(rows.map(\.0)) { $0 }.joined()
        }
        let most = SortOrder(key: SortKey<String>.most("most") { values[$0] ?? nil })
        #expect(names(most) == "cbdae")
        #expect(names(most.reversed) == "bdcae")
        let least = SortOrder(key: SortKey<String>.least("least") { values[$0] ?? nil })
        #expect(names(least) == "bdcae")
        #expect(names(least.reversed) == "cbdae")
        let listed = SortOrder(key: SortKey<String>("listed", value: nil))
        #expect(names(listed) == "abcde")
        #expect(names(listed.reversed) == "edcba")
    }

    @Test("the filter compares every number by which guests are ordered under a word")
    func filter() throws {
        let guest = try #require(
            Driver().model.shared.roster.rows.first.flatMap { Driver().model.shared.roster[$0] })
        for key in FleetColumns.sortKeys {
            guard let word = key.filterWord, case .number(let number)? = key.value?(guest) else {
                continue
            }
            #expect(try GuestFilter("\(word)=\(number)").matches(guest))
            #expect(try !GuestFilter("\(word)<\(number)").matches(guest))
        }
    }
}
