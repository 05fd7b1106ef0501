import CanvasKit
import GuestVCPU
import TestSupport
import Testing

@testable import Dashboard

@Suite("choosing columns and orders")
struct ColumnsPageTests {
    private func heads(_ driver: Driver) -> String {
        driver.render().line(2).map(\.text).joined()
    }

    @Test("Space shows a column where there was none, and leaves out one that was there")
    func toggling() {
        var driver = Driver(
            columns: 80,
            fleet: SampleFleet(guests: [
                SampleFleet.guest(
                    "web", vcpus: [0, 1], host: SampleFleet.host(2, guest: [0, 1], seed: 1))
            ]))
        #expect(heads(driver).contains(" AGE ") && !heads(driver).contains("WAIT%"))
        driver.press("C<down><down> <down><down><down><down> <ret>")
        #expect(!heads(driver).contains(" AGE ") && heads(driver).contains("WAIT%"))
        // For as long as the dashboard runs, whatever is done meanwhile.
        driver.press("<ret><esc>tt")
        driver.update(.resized(Size(columns: 160, rows: 24)))
        #expect(!heads(driver).contains(" AGE ") && heads(driver).contains("WAIT%"))
        driver.press("C<down><down> <esc>")
        #expect(heads(driver).contains(" AGE "))
        driver.press("C<down><down> r<esc>")
        driver.update(.resized(Size(columns: 80, rows: 24)))
        #expect(heads(driver).contains(" AGE ") && !heads(driver).contains("WAIT%"))
        // The list says nothing without its names.
        driver.press("C ")
        #expect(
            driver.model.shared.notice?.text == "Spc: the list says nothing without it")
    }

    @Test("what is wanted and has no room is said to have none")
    func noRoom() {
        var driver = Driver(columns: 40, rows: 20)
        driver.press("C")
        for _ in FleetColumn.allCases { driver.press("<down>") }
        #expect((driver.model.page as? ColumnsPage)?.selected == FleetColumn.allCases.count - 1)
        driver.press("<home><down><down> <down><down> <down> ")
        #expect(driver.model.pageLines(at: driver.now).joined().contains("no room"))
    }

    @Test("Tab goes from the orders to the columns and back, and to neither where it has no use")
    func tabs() {
        var driver = Driver()
        driver.press("s<tab>")
        #expect(driver.model.context == .columns)
        driver.press("<tab>")
        #expect(driver.model.context == .order)
        driver.press("<esc><ret>s<tab>")
        #expect(driver.model.shared.notice?.text == "Tab: only of the list of guests")
        driver.press("<esc><esc> C<tab>")
        driver.press("<esc><right> C<tab>")
        #expect(
            driver.model.shared.notice?.text == "Tab: the order is held while something is marked")
    }

    @Test("the head of the ordered column has an arrow, down where the largest comes first")
    func arrows() {
        let cases: [(String, String, String)] = [
            ("sw", "vWAIT%", "▼WAIT%"), ("swS", "^WAIT%", "▲WAIT%"), ("su", "^ USE%", ""),
            ("sn", " GUEST^", "GUEST▲"), ("se", "^ AGE", ""), ("sf", "v0   ", "▼0   "),
            ("sl", "GUEST ", "GUEST "),
        ]
        for (keys, ascii, unicode) in cases {
            for (glyphs, wanted) in [(GlyphSet.ascii, ascii), (.unicode, unicode)] {
                var driver = Driver(columns: 160, glyphs: glyphs)
                driver.press(keys)
                let shown = heads(driver)
                #expect(
                    shown.contains(wanted) || shown.contains(wanted.filter { $0 != " " }),
                    "\(keys): \(shown)")
            }
        }
    }

    @Test("the cursor starts on the order that there is, and is in sight on the smallest screen")
    func cursor() {
        var driver = Driver(columns: 40, rows: 8)
        driver.press("sfs")
        #expect((driver.model.page as? OrderPage)?.selected == 13)
        let canvas = driver.render()
        let selected = (0..<8).filter { row in
            canvas.line(row).contains { $0.style.emphasis == .selected && $0.text == "f" }
        }
        #expect(selected.count == 1)
        driver.press("<home><pgdn><pgdn><pgup><end><up>")
        #expect((driver.model.page as? OrderPage)?.selected == 13)
    }
}
