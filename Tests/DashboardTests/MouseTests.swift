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

    @Test("the wheel moves the cursor, and what is in a dialog; a click never sends")
    func wheel() {
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
        for row in 0..<24 {
            for column in 0..<80 {
                let place = Position(column: column, row: row)
                #expect(driver.update(.mouse(.press, place)).isEmpty)
            }
        }
        #expect(driver.model.currentReview != nil)
    }
}
