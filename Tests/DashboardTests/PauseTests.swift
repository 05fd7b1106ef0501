import GuestVCPU
import TestSupport
import Testing

@testable import Dashboard

@Suite("the screen while nothing is read")
struct PauseTests {
    private func paused(at seconds: Int, keys: String = "<ret>") -> Driver {
        var driver = Driver()
        driver.pass(seconds: seconds)
        driver.press(keys + "p")
        return driver
    }

    private func header(_ driver: Driver) -> String {
        Golden.text(of: driver.render()).split(separator: "\n").map(String.init)[2]
    }

    @Test("it stands still, and says as of when that is")
    func frozen() {
        var driver = paused(at: 4)
        let before = driver.render()
        #expect(header(driver).contains("PAUSED as of 12:41:09"))
        #expect(Golden.text(of: before).contains("read 1s before 12:41:09"))
        driver.advance(seconds: 60, clock: "12:42:09")
        #expect(driver.update(.tick).isEmpty)
        #expect(driver.render() == before)
        driver.press("p")
        #expect(header(driver).contains("12:42:09"))
        #expect(Golden.text(of: driver.render()).contains("read 57s ago"))
    }

    @Test("a reading that is asked for while it is paused moves the moment that is shown")
    func refreshed() {
        var driver = paused(at: 4)
        driver.fleet.takenAt = SampleFleet.start + .seconds(30)
        driver.advance(seconds: 30, clock: "12:41:39")
        driver.update(.fleet(FleetUpdate(driver.fleet.snapshot)))
        #expect(header(driver).contains("PAUSED as of 12:41:39"))
    }

    @Test("a change in flight is still followed, by the time of the clock")
    func changing() throws {
        var driver = paused(at: 4, keys: "")
        driver.go(to: "web-03", 7)
        driver.advance(seconds: 60, clock: "12:42:09")
        driver.press(" cy")
        let id = SampleFleet.id("web-03")
        #expect(driver.effects.last == .setTicking(true))
        #expect(driver.model.shared.log.entries.last?.clock == "12:42:09")
        #expect(driver.model.shared.commits[id]?.begunAt == SampleFleet.start + .seconds(60))
        driver.advance(seconds: 63, clock: "12:42:12")
        driver.update(.tick)
        #expect(header(driver).contains("PAUSED"))
        #expect(header(driver).contains("12:42:12"))
        #expect(!header(driver).contains("as of"))
        let request = try #require(driver.model.shared.commits[id]?.request)
        driver.advance(seconds: 64, clock: "12:42:13")
        let effects = driver.update(
            .finished(id, TransactionResult(request: request, outcome: .unknown)))
        #expect(effects.contains(.setTicking(false)))
        #expect(header(driver).contains("PAUSED as of"))
    }

    @Test("Ctrl-Z during a change says what it waits for, until the program stops")
    func stopPending() {
        var driver = Driver()
        driver.go(to: "web-03", 7)
        driver.press(" cy")
        func screen() -> String { Golden.text(of: driver.render()) }
        let (id, other) = (SampleFleet.id("web-03"), SampleFleet.id("web-01"))
        driver.update(.stopPending([id]))
        #expect(screen().contains("stops when the change of web-03 has ended"))
        driver.update(.stopPending([id, other]))
        #expect(screen().contains("stops when the change of web-03 and 1 more has ended"))
        driver.update(.stopPending([]))
        #expect(!screen().contains("stops when"))
    }
}
