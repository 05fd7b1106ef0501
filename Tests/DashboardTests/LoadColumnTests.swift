import CanvasKit
import GuestVCPU
import TestSupport
import Testing

@testable import Dashboard

@Suite("the columns that say which guest waits and which wastes")
struct LoadColumnTests {
    private static let columns: [FleetColumn] = [.wait, .use, .need]

    private static func needs(name: Int, highest: Int, usual: Int) -> ColumnNeeds {
        var needs = ColumnNeeds()
        (needs.nameColumns, needs.highestID, needs.usualSpan) = (name, highest, usual)
        needs.digits = "\(highest + 1)".utf8.count
        needs.slotDigits = needs.digits
        return needs
    }

    private static func layout(
        _ columns: Int, _ needs: ColumnNeeds, without hidden: [FleetColumn] = []
    ) -> FleetLayout {
        var choice = ColumnChoice()
        for column in hidden { choice[column] = false }
        return FleetLayout(
            size: Size(columns: columns, rows: 24), needs: needs, sourceRows: 0, choice: choice)
    }

    private static func width(_ column: FleetColumn, in layout: FleetLayout) -> Int {
        zip(FleetColumn.allCases, layout.fields).first { $0.0 == column }?.1.width ?? 0
    }

    @Test("fleets of usual guests have them from 100 columns on")
    func fromHundred() {
        for columns in 60...300 {
            for usual in [2, 8, 16] {
                let layout = Self.layout(
                    columns, Self.needs(name: 30, highest: usual - 1, usual: usual))
                for column in Self.columns {
                    #expect((Self.width(column, in: layout) > 0) == (columns >= 100), "\(columns)")
                }
            }
        }
    }

    @Test("no usual guest loses cells to a column, whatever the largest guest has")
    func usualGuests() {
        for columns in 40...300 {
            for (highest, usual) in [(7, 8), (15, 16), (63, 8), (63, 16), (511, 8), (511, 16)] {
                let needs = Self.needs(name: 30, highest: highest, usual: usual)
                let with = Self.layout(columns, needs)
                let without = Self.layout(
                    columns, needs, without: FleetColumn.allCases.filter(ColumnChoice.isFree))
                let wanted = min(max(usual, 16), without.cellCount)
                let context: Comment = "\(columns) columns, \(highest), \(usual)"
                #expect(columns < 80 || with.cellCount >= wanted, context)
            }
        }
    }

    @Test("a guest of 64 vCPUs has a cell for each from 160 columns on")
    func largeGuests() {
        for columns in 160...300 {
            for name in [8, 40] {
                for highest in [63, 511] {
                    let layout = Self.layout(
                        columns, Self.needs(name: name, highest: highest, usual: 8))
                    #expect(layout.cellCount >= 64, "\(columns), \(name), \(highest)")
                    for column in Self.columns {
                        #expect(Self.width(column, in: layout) > 0, "\(columns), \(name)")
                    }
                }
            }
        }
    }

    @Test("a column that is asked for is shown on small screens, one that is not wanted on none")
    func choice() {
        var choice = ColumnChoice()
        choice[.wait] = true
        choice[.age] = false
        // The list says nothing without its names.
        choice[.name] = false
        for columns in [80, 160] {
            let layout = FleetLayout(
                size: Size(columns: columns, rows: 24),
                needs: Self.needs(name: 10, highest: 7, usual: 8), sourceRows: 0, choice: choice)
            #expect(Self.width(.wait, in: layout) == 5)
            #expect(Self.width(.age, in: layout) == 0)
            #expect(Self.width(.name, in: layout) >= 8)
        }
        for column in FleetColumn.allCases { choice[column] = true }
        for columns in 40...120 {
            let layout = FleetLayout(
                size: Size(columns: columns, rows: 24),
                needs: Self.needs(name: 10, highest: 7, usual: 8), sourceRows: 0, choice: choice)
            #expect(layout.cellCount >= CellGroups.size && layout.name.width >= 4, "\(columns)")
            #expect(layout.note.column + layout.note.width == columns)
        }
    }

    @Test("what is shown is what guests are ordered by and what the filter compares")
    func sameNumber() throws {
        let driver = Driver(columns: 170)
        let heads = ["WAIT%": "wait", "USE%": "use", "NEED": "need", "CPUs": "cpu"]
        for (head, word) in heads {
            let column = try #require(FleetColumns.all.first { $0.head == head })
            let key = try #require(column.sortKeys.first { $0.filterWord == word })
            for id in driver.model.shared.roster.rows {
                let guest = try #require(driver.model.shared.roster[id])
                let text = column.text(guest, TextContext(glyphs: .ascii, moment: driver.now))
                guard case .number(let number)? = key.value?(guest) else {
                    #expect(text == "-")
                    continue
                }
                let shown = try #require(text.flatMap(Double.init))
                // Used CPUs from 100 on are shown without decimals.
                #expect(abs(number - shown) <= (head == "CPUs" ? 0.5 : 0), "\(head) \(id.name)")
            }
        }
    }

    @Test("a guest that waits is coloured by how long")
    func colours() {
        for (percent, role) in [
            (0.0, Style.Role.text), (4.9, .text), (5, .warning), (19.9, .warning), (20, .bad),
            (100, .bad),
        ] {
            #expect(FleetColumns.role(ofWait: percent) == role, "\(percent)")
        }
    }
}
