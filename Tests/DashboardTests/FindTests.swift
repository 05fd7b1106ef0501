import CanvasKit
import GuestVCPU
import TestSupport
import Testing

@testable import Dashboard

@Suite("finding a text in the help and in the log")
struct FindTests {
    private func shown(_ driver: Driver) -> [String] {
        let canvas = driver.render()
        return (0..<canvas.size.rows).map { canvas.line($0).map(\.text).joined() }
    }

    /// The line that stands out as the one that was found.
    private func foundLine(_ driver: Driver) -> String? {
        let canvas = driver.render()
        return (1..<canvas.size.rows - 2).lazy.map(canvas.line).first { line in
            line.dropFirst(3).first?.style.emphasis == .selected
        }?.map(\.text).joined()
    }

    @Test("what is typed is gone to at once, n goes on, Esc goes back to where it was")
    func help() {
        var driver = Driver()
        driver.press("?/undo")
        #expect(foundLine(driver)?.lowercased().contains("undo") == true)
        #expect(shown(driver)[22].hasPrefix("find: undo"))
        driver.press("<esc>")
        #expect(driver.model.page?.position == PagePosition())
        driver.press("/THE GUEST<ret>")
        let line = driver.model.page?.position.found.line
        #expect(foundLine(driver)?.lowercased().contains("the guest") == true)
        driver.press("n")
        #expect(driver.model.page?.position.found.line != line)
        #expect(foundLine(driver)?.lowercased().contains("the guest") == true)
    }

    @Test("what is not there is said not to be there")
    func missing() {
        var driver = Driver()
        driver.press("?n")
        #expect(driver.model.shared.notice?.text == "n: nothing was looked for")
        driver.press("/zzz")
        #expect(shown(driver)[22].contains("no line has this in it"))
        driver.press("<ret>n")
        #expect(driver.model.shared.notice?.text == "n: nothing was looked for")
        driver.press("<esc>")
        #expect(driver.model.dialogs.isEmpty)
    }

    @Test("every key of the table is in the help, and can be found there")
    func complete() {
        var driver = Driver(columns: 160, rows: 50)
        driver.press("?")
        let text = driver.model.pageLines(at: driver.now)
        for binding in KeyTable.bindings {
            let start = String(binding.help.prefix(20))
            #expect(
                text.contains { $0.contains(start) && $0.contains(binding.label) },
                "\(binding.label)")
        }
    }

    @Test("the help says why a key does nothing now")
    func reasons() {
        var driver = Driver(columns: 160, rows: 50)
        driver.press("?/nothing is marked")
        #expect(driver.model.page?.position.found.line != nil)
    }

    @Test("in the log, and what is found stays in sight")
    func log() throws {
        var driver = Driver(rows: 12)
        for number in 0..<100 {
            driver.model.shared.log(
                SampleFleet.id("web-\(number)"), "entry \(number)", .text, at: driver.now)
        }
        driver.press("L/web-42:<ret>")
        #expect(shown(driver).contains { $0.contains("entry 42") })
        #expect(foundLine(driver)?.contains("entry 42") == true)
    }
}
