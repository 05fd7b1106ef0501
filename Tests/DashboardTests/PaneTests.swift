import CanvasKit
import GuestVCPU
import TestSupport
import Testing

@testable import Dashboard

@Suite("the guest under the cursor below the list")
struct PaneTests {
    private func driver(
        columns: Int = 160, rows: Int = 50, guests: Int = 24, vcpus: Int = 8
    ) -> Driver {
        let fleet = SampleFleet(
            guests: (0..<guests).map { number in
                let ids = CPUMap(0..<vcpus)
                return SampleFleet.guest(
                    "vm-\(number)", vcpus: ids,
                    host: SampleFleet.host(vcpus, guest: ids, seed: number))
            })
        return Driver(columns: columns, rows: rows, fleet: fleet)
    }

    private func lines(_ driver: Driver) -> [String] {
        let canvas = driver.render()
        return (0..<canvas.size.rows).map { canvas.line($0).map(\.text).joined() }
    }

    @Test(
        "stands there on a screen of 120x30 and larger, unless w has taken it away",
        arguments: [(119, 50, false), (120, 29, false), (120, 30, true), (160, 50, true)])
    func size(columns: Int, rows: Int, isThere: Bool) {
        var driver = driver(columns: columns, rows: rows)
        #expect((driver.model.fleetLayout.pane != nil) == isThere)
        driver.press("w")
        #expect(driver.model.fleetLayout.pane == nil)
        #expect((driver.model.shared.notice == nil) == isThere)
        driver.press("w")
        #expect((driver.model.fleetLayout.pane != nil) == isThere)
    }

    @Test("the list keeps three fifths of the lines as long as it needs them")
    func division() {
        for guests in [1, 5, 24, 27, 28, 300] {
            for rows in stride(from: 30, through: 100, by: 7) {
                let layout = driver(rows: rows, guests: guests).model.fleetLayout
                let pane = layout.pane
                #expect(layout.bodyRows >= min(guests, (rows - 5) * 3 / 5 - 1))
                #expect(pane.map { $0.top + $0.rows } == rows - FleetLayout.footRows)
                #expect(pane?.top == layout.headRow + 1 + layout.bodyRows)
            }
        }
    }

    @Test("shows the facts, the graph and the table of the guest under the cursor, in tiles too")
    func contents() {
        var driver = driver()
        for keys in ["", "<down><down>", "t"] {
            driver.press(keys)
            let lines = lines(driver)
            let name = keys.isEmpty ? "vm-0" : "vm-2"
            let top = lines.firstIndex { $0.hasPrefix(" \(name) ") && !$0.contains("8/8") }
            let pane = lines[(top ?? 0)...].joined(separator: "\n")
            for part in [
                "8 online of 8 present", "CPU used of its vCPUs", "LAST 60s", " 7 online ",
            ] {
                #expect(pane.contains(part), "\(keys): \(part)")
            }
        }
    }

    @Test("a click on a line of its table goes to the vCPU, and a second one marks it")
    func mouse() throws {
        var driver = driver()
        driver.press("M")
        let pane = try #require(driver.model.fleetLayout.pane)
        let row = try #require(
            lines(driver).indices.first {
                $0 > pane.top && lines(driver)[$0].contains("   2 online")
            })
        driver.update(.mouse(.press, Position(column: 3, row: row)))
        #expect(driver.model.shared.cursorOnVCPU?.vcpu == 2)
        #expect(driver.model.shared.marks.isEmpty)
        driver.update(.mouse(.press, Position(column: 3, row: row)))
        #expect(driver.model.shared.marks.count == 1)
    }

    @Test("moving never costs it a line, and no vCPU of a large guest is out of its reach")
    func large() {
        var driver = driver(guests: 3, vcpus: 512)
        for _ in 0..<40 {
            driver.press("<right><right><right><right><right><right><right>")
            let id = driver.model.shared.currentVCPU ?? -1
            let isShown = lines(driver)[8...].contains { $0.contains(" \(id) online") }
            #expect(isShown, "vCPU \(id)")
            Invariants.check(driver.render())
        }
    }

    @Test("with 24 guests on 160x50 two fifths of the cells carry something")
    func ink() {
        var driver = driver()
        driver.pass(seconds: 300)
        let canvas = driver.render()
        let cells = (0..<canvas.size.rows).flatMap { canvas.line($0) }
        // The parts of a filled bar carry something, too.
        let inked = cells.count { $0.text != " " || $0.style.role == .bar }
        #expect(inked * 5 >= cells.count * 2, "\(inked) of \(cells.count)")
    }
}
