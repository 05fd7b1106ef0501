import CanvasKit
import GuestVCPU
import TestSupport
import Testing

@testable import Dashboard

@Suite("names and notes share what the cells leave of a line")
struct FreeWidthTests {
    private static func guest(
        _ name: String, _ count: Int = 8, offline: CPUMap = [], agent: AgentStatus = .ok
    ) -> GuestState {
        let vcpus = CPUMap(0..<count)
        return SampleFleet.guest(
            name, vcpus: vcpus, offline: offline, agent: agent,
            host: SampleFleet.host(count, guest: vcpus, seed: 1, idle: offline))
    }

    private static func text(_ canvas: Canvas, _ row: Int, _ field: FleetLayout.Field) -> String {
        canvas.line(row).dropFirst(field.column).prefix(field.width).map(\.text).joined()
            .replacing(#/ +$/#, with: "")
    }

    /// The room for the note of a guest of 8 vCPUs.
    private static func noteWidth(_ layout: FleetLayout) -> Int {
        layout.row(highestID: 7, noteWidth: 0).note.width
    }

    @Test("at 80 columns")
    func table() {
        let silent = AgentStatus.failed(AgentError(.unresponsive))
        let cases: [(name: Int, agent: AgentStatus, offline: CPUMap, widths: (Int, Int))] = [
            (40, .ok, [], (30, 13)),
            (30, .ok, [], (30, 13)),
            (20, .ok, [], (20, 23)),
            (8, .ok, [], (8, 35)),
            // `1 offline` has room behind the guest's own cells.
            (40, .ok, [7], (30, 13)),
            // `the agent does not answer` needs 25, and gets all of it beside a name of 18.
            (8, silent, [], (8, 35)),
            (18, silent, [], (18, 25)),
            (40, silent, [], (22, 21)),
        ]
        for (name, agent, offline, widths) in cases {
            let guest = Self.guest(
                String(repeating: "n", count: name), offline: offline, agent: agent)
            let layout = Driver(fleet: SampleFleet(guests: [guest])).model.fleetLayout
            #expect((layout.name.width, Self.noteWidth(layout)) == widths, "\(guest.id.name)")
            #expect(layout.cellCount == 16)
        }
    }

    @Test("a mark does not move the columns")
    func marks() {
        for columns in [60, 80, 120, 160] {
            var driver = Driver(
                columns: columns,
                fleet: SampleFleet(guests: [Self.guest(String(repeating: "n", count: 60))]))
            let before = driver.model.fleetLayout
            driver.press("<right>-")
            #expect(!driver.model.shared.marks.isEmpty)
            #expect(driver.model.fleetLayout == before)
            let row = before.row(highestID: 7, noteWidth: 0)
            #expect(Self.text(driver.render(), 3, row.note).hasPrefix("-"))
        }
    }

    @Test("a reason that does not fit is cut, and is never left out")
    func reasons() {
        let reasons: [AgentStatus] = [
            .failed(AgentError(.unresponsive)), .failed(AgentError(.error, "データ " + "long reason")),
            .failed(AgentError(.denied, String(repeating: "permission ", count: 40))),
        ]
        for columns in 60...200 {
            for glyphs in [GlyphSet.ascii, .unicode] {
                let driver = Driver(
                    columns: columns, glyphs: glyphs,
                    fleet: SampleFleet(
                        guests: reasons.enumerated().map {
                            Self.guest("\($0)" + String(repeating: "n", count: 70), agent: $1)
                        }))
                let canvas = driver.render()
                for (row, reason) in reasons.enumerated() {
                    guard case .failed(let error) = reason,
                        let guest = driver.model.shared.roster[driver.model.shared.roster.rows[row]]
                    else { continue }
                    let note = driver.model.fleetLayout.row(of: guest).note
                    let shown = Self.text(canvas, 3 + row, note)
                    let whole = error.summary.glyphs(in: glyphs).map(\.text).joined()
                    #expect(
                        shown == whole
                            || shown.hasSuffix(glyphs.ellipsis)
                                && whole.hasPrefix(shown.dropLast()),
                        "\(columns): '\(shown)'")
                    #expect(note.width < 8 || shown.count >= 3, "\(columns): '\(shown)'")
                }
            }
        }
    }

    @Test("whatever names, notes and cells need, free cells go where they are needed")
    func property() {
        var random = SeededGenerator(seed: 24)
        for _ in 0..<20_000 {
            var needs = ColumnNeeds()
            needs.nameColumns = Int.random(in: 1...90, using: &random)
            needs.noteColumns = Int.random(in: 0...40, using: &random)
            needs.digits = Int.random(in: 1...4, using: &random)
            needs.highestID = Int.random(in: 0...70, using: &random)
            let size = Size(columns: Int.random(in: 40...200, using: &random), rows: 24)
            func layout(name: Int, note: Int) -> FleetLayout {
                var needs = needs
                (needs.nameColumns, needs.noteColumns) = (name, note)
                return FleetLayout(size: size, needs: needs, sourceRows: 0)
            }
            let (name, note) = (needs.nameColumns, needs.noteColumns)
            let both = layout(name: name, note: note)
            let context = "\(size.columns) columns, \(needs)"
            // The whole line is used, and the cells have theirs first.
            #expect(both.note.column + both.note.width == size.columns, "\(context)")
            #expect(both.cells.width == layout(name: name, note: 0).cells.width, "\(context)")
            // No name is cut beside room that no note needs.
            let isCut = both.name.width < name
            #expect(!isCut || both.note.width <= 8 || Self.noteWidth(both) <= note, "\(context)")
            // What no name needs is not theirs.
            #expect(both.name.width <= max(name, 8), "\(context)")
            // Where both are cut, both have half of what one alone would get.
            let named = layout(name: name, note: 0)
            let least = layout(name: name, note: 1_000)
            #expect((least.name.width...named.name.width).contains(both.name.width), "\(context)")
            guard isCut, Self.noteWidth(both) < note else { continue }
            let free = named.name.width - layout(name: name, note: 1_000).name.width
            #expect(both.name.width == least.name.width, "\(context)")
            #expect(Self.noteWidth(both) - Self.noteWidth(named) >= free - 1, "\(context)")
        }
    }

    @Test("more need never gives a column less")
    func monotone() {
        for columns in 40...200 {
            let size = Size(columns: columns, rows: 24)
            var last = (name: 0, note: 0)
            for need in 0...60 {
                var needs = ColumnNeeds()
                (needs.nameColumns, needs.noteColumns, needs.highestID) = (need, 20, 7)
                let name = FleetLayout(size: size, needs: needs, sourceRows: 0).name.width
                (needs.nameColumns, needs.noteColumns) = (60, need)
                let note = Self.noteWidth(
                    FleetLayout(size: size, needs: needs, sourceRows: 0))
                #expect(name >= last.name && note >= last.note)
                last = (name, note)
            }
        }
    }

    @Test("the review and the results show whole names where there is room beside the changes")
    func dialogs() {
        let names = ["production-web-frontend-01", "production-web-frontend-02-with-more"]
        for (columns, shown) in [
            (80, [names[0], "with-more"]), (120, names), (40, ["01"]),
        ] {
            var driver = Driver(
                columns: columns, rows: 40, fleet: SampleFleet(guests: names.map { Self.guest($0) })
            )
            driver.press("<right>-<down>-c")
            func text() -> String {
                let canvas = driver.render()
                return (0..<canvas.size.rows).map { canvas.line($0).map(\.text).joined() }
                    .joined(separator: "\n")
            }
            for part in shown { #expect(text().contains("\(part) "), "\(text())") }
            #expect(text().contains("offline 1"), "\(text())")
            driver.press("y")
            #expect(columns < 100 || text().contains("\(names[1]) "), "\(text())")
        }
    }
}
