import CanvasKit
import GuestVCPU
import TestSupport
import Testing

@testable import Dashboard

@Suite("the mouse")
struct MouseTests {
    private func place(_ driver: Driver) -> String {
        "\(driver.model.shared.cursor.guest?.name ?? "-") \(driver.model.shared.currentVCPU ?? -1)"
    }

    /// Clicks on the cell that the cursor has been on, after it has gone elsewhere.
    @Test(
        "a click goes to the cell under it, in every view",
        arguments: [
            ("", "db-01", 12), ("t", "hot-plugged", 3), ("t", "app-6.prod", 5),
            ("<ret>", "db-01", 40), ("<ret><tab>", "hpc-1", 77), ("", "sparse-ids", 17),
        ], [(80, 24), (160, 50)])
    func click(view: (String, String, Int), size: (Int, Int)) throws {
        var driver = Driver(columns: size.0, rows: size.1)
        driver.press("M")
        driver.go(to: view.1, view.2)
        driver.press(view.0)
        let canvas = driver.render()
        var cell: Position?
        for row in 0..<size.1 {
            for (column, drawn) in canvas.line(row).enumerated()
            where drawn.style.emphasis == .cursor {
                cell = cell ?? Position(column: column, row: row)
            }
        }
        driver.press(view.2 == 3 ? "<left>" : "<left><left>")
        _ = driver.update(.mouse(.press, try #require(cell)))
        #expect(place(driver) == "\(view.1) \(view.2)")
        #expect(driver.model.shared.marks.isEmpty)
    }

    @Test("a second click marks, and a third takes the mark back")
    func mark() {
        var driver = Driver()
        let cell = Position(column: driver.model.fleetLayout.cells.column + 3, row: 4)
        _ = driver.update(.mouse(.press, cell))
        #expect(place(driver) == "web-03 0", "the mouse is off at first")
        driver.press("M")
        #expect(driver.effects == [.setMouse(true)])
        _ = driver.update(.mouse(.press, cell))
        #expect(place(driver) == "web-04 3" && driver.model.shared.marks.isEmpty)
        _ = driver.update(.mouse(.press, cell))
        #expect(driver.model.shared.marks[SampleFleet.id("web-04")].offline == [3])
        _ = driver.update(.mouse(.press, cell))
        #expect(driver.model.shared.marks.isEmpty)
    }

    /// Where a text stands on the screen.
    private func find(_ text: String, _ driver: Driver, row: Int) throws -> Position {
        let line = driver.render().line(row).map(\.text).joined()
        let range = try #require(line.firstRange(of: text), "\(line)")
        return Position(
            column: line.distance(from: line.startIndex, to: range.lowerBound), row: row)
    }

    @Test("a click on a head orders by the column, another the other way round")
    func heads() throws {
        var driver = Driver(columns: 120, rows: 40, fleet: .hosted)
        let cpus = try find("CPUs", driver, row: 2)
        _ = driver.update(.mouse(.press, cpus))
        #expect(driver.model.fleet.order == FleetColumns.initialOrder, "the mouse is off at first")
        driver.press("M")
        _ = driver.update(.mouse(.press, cpus))
        #expect(driver.model.fleet.order.name == "CPU used")
        _ = driver.update(.mouse(.press, cpus))
        #expect(driver.model.fleet.order.name == "CPU used, reversed")
        _ = driver.update(.mouse(.press, try find("WAIT%", driver, row: 2)))
        #expect(driver.model.fleet.order.name == "wait")
        driver.press("H")
        _ = driver.update(.mouse(.press, try find("BUSY%", driver, row: 2)))
        #expect(driver.model.host?.order.name == "busy share")
        driver.press("<esc><right> ")
        let order = driver.model.fleet.order
        _ = driver.update(.mouse(.press, try find("NEED", driver, row: 2)))
        #expect(driver.model.fleet.order == order)
        #expect(driver.model.shared.notice?.text.contains("is held") == true)
    }

    @Test("a click on a head of the table of vCPUs orders them")
    func headsInDetail() throws {
        var driver = Driver()
        driver.press("M<ret>")
        let row = try #require(
            (0..<24).first { row in
                driver.render().line(row).map(\.text).joined().contains("STATE")
            })
        let state = try find("STATE", driver, row: row)
        _ = driver.update(.mouse(.press, state))
        let order = driver.model.shared.preferences.vcpuOrder
        #expect(order != VCPUColumns.initialOrder && !order.isReversed)
        _ = driver.update(.mouse(.press, state))
        #expect(driver.model.shared.preferences.vcpuOrder == order.reversed)
    }

    @Test("a click on a key of the last line does what the key does")
    func hints() throws {
        var driver = Driver()
        driver.press("M")
        _ = driver.update(.mouse(.press, try find("? help", driver, row: 23)))
        #expect(driver.model.page is HelpPage)
        _ = driver.update(.mouse(.press, try find("Esc back", driver, row: 23)))
        #expect(driver.model.dialogs.isEmpty)
        _ = driver.update(.mouse(.press, try find("f filter", driver, row: 23)))
        #expect(driver.model.prompt is FilterPrompt)
        _ = driver.update(.mouse(.press, try find("Esc back", driver, row: 23)))
        #expect(driver.model.dialogs.isEmpty)
        let effects = driver.update(.mouse(.press, try find("q quit", driver, row: 23)))
        #expect(effects.contains(.quit))
    }

    @Test("the first line says that the mouse is on, where nothing else gives way to it")
    func header() {
        for columns in 40...160 {
            var driver = Driver(columns: columns)
            let before = driver.render().line(0).map(\.text).joined()
            driver.press("M")
            let after = driver.render().line(0).map(\.text).joined()
            #expect(after.replacing("MOUSE", with: "     ") == before, "\(columns)")
            #expect(columns < 80 || after.contains(" MOUSE RW"), "\(columns)")
        }
    }

    @Test("the wheel moves the cursor, and what is in a dialog; a click never sends")
    func wheel() throws {
        var driver = Driver()
        driver.press("M")
        let cell = Position(column: 40, row: 10)
        _ = driver.update(.mouse(.wheelDown, cell))
        #expect(place(driver) == "ci-runner-007 0")
        _ = driver.update(.mouse(.wheelUp, cell))
        #expect(place(driver) == "web-03 0")
        driver.press("?")
        _ = driver.update(.mouse(.wheelDown, cell))
        #expect(driver.model.page is HelpPage)
        #expect(driver.model.page?.position.first == 3)
        driver.press("<esc><right> c")
        let footer = Frame(driver.model, at: driver.now).footerHints
        let sending = try #require(footer.first { $0.binding.label == "y" })
        _ = driver.update(.mouse(.press, Position(column: sending.column, row: 23)))
        #expect(driver.model.shared.notice?.text == "y: only by the keyboard")
        for row in 0..<23 {
            for column in 0..<80 {
                let place = Position(column: column, row: row)
                #expect(driver.update(.mouse(.press, place)).isEmpty)
            }
        }
        #expect(driver.model.currentReview != nil)
    }
}
