import GuestVCPU
import Testing

@testable import Dashboard

@Suite("What sources say of their lists")
struct SourceNoteTests {
    @Test("where no guest is found, what was looked for is said")
    func note() {
        var driver = Driver()
        driver.fleet.guests = []
        driver.fleet.sources = [
            SourceState(name: "host", status: .ok, note: "no QEMU process was\u{1B}[31m found")
        ]
        driver.snapshot()
        let canvas = driver.model.render()
        let lines = (0..<canvas.size.rows).map { canvas.line($0).map(\.text).joined() }
        #expect(lines.contains { $0.contains("no guest was found") })
        #expect(lines.contains { $0.contains("host: no QEMU process was") && $0.contains("found") })
        #expect(!lines.contains { $0.contains("\u{1B}") })
    }
}
