import CanvasKit
import GuestVCPU
import TestSupport
import Testing

@testable import Dashboard

@Suite("the revert of the last change, and the marks that were there before")
struct RevertTests {
    private static let web = SampleFleet.id("web-03")
    private static let other = SampleFleet.id("web-04")

    /// vCPU 6 of web-03 and vCPU 5 of web-04 were taken offline.
    private func changed() throws -> Driver {
        var driver = Driver()
        driver.go(to: "web-03", 6)
        driver.press(" ")
        driver.go(to: "web-04", 5)
        driver.press(" cy")
        for (name, id) in [("web-03", 6), ("web-04", 5)] {
            let request = try ChangeRequest([id], online: false)
            let before = try #require(
                driver.model.shared.roster[SampleFleet.id(name)]?.state.vcpus)
            let after = GuestVCPUs(
                vcpus: before.vcpus, online: before.online.subtracting([id]),
                offlinable: before.offlinable, readAt: SampleFleet.start + .seconds(1))
            driver.finish(
                name,
                TransactionResult(
                    request: request, outcome: .committed, before: before, after: after))
        }
        driver.press("<esc>")
        return driver
    }

    @Test("undoing a marking does not bring back what a review has marked that was not sent")
    func undo() throws {
        var driver = try changed()
        driver.go(to: "web-03", 7)
        driver.press(" b<esc>")
        #expect(driver.model.shared.marks[Self.web].offline == [7])
        driver.press("z")
        #expect(driver.model.shared.marks.isEmpty)
        driver.press("z")
        #expect(driver.model.shared.marks.isEmpty)
    }

    @Test("the marks are as before where a guest went away while its revert was reviewed")
    func gone() throws {
        var driver = try changed()
        driver.press("b")
        #expect(driver.model.currentReview?.plans.count == 2)
        driver.fleet.guests.removeAll { $0.id == Self.web }
        driver.snapshot()
        driver.press("<esc>")
        #expect(driver.model.shared.marks.isEmpty)
        #expect(driver.model.shared.notice?.text == "not sent: the marks are as before")
    }

    @Test("a revert that is not sent to a guest leaves its marks as they were")
    func held() throws {
        var driver = try changed()
        driver.go(to: "web-03", 7)
        driver.press(" b")
        driver.fleet.guests.removeAll { $0.id == Self.web }
        driver.snapshot()
        driver.press("y")
        #expect(driver.effects.filter(\.isCommit).count == 1)
        #expect(driver.model.shared.marks[Self.other].isEmpty)
        #expect(driver.model.shared.marks[Self.web].offline == [7])
        #expect(driver.model.shared.marks[Self.web].online.isEmpty)
    }

    @Test("a revert that is sent leaves the user's own marks of the guest")
    func own() throws {
        var driver = try changed()
        driver.go(to: "web-03", 7)
        driver.press(" by")
        #expect(driver.effects.filter(\.isCommit).count == 2)
        #expect(driver.model.shared.marks[Self.web].isEmpty)
        let request = try ChangeRequest([6], online: true)
        let before = try #require(driver.model.shared.roster[Self.web]?.state.vcpus)
        let after = GuestVCPUs(
            vcpus: before.vcpus, online: before.online.union([6]),
            offlinable: before.offlinable, readAt: SampleFleet.start + .seconds(2))
        driver.finish(
            "web-03",
            TransactionResult(
                request: request, outcome: .committed, before: before, after: after))
        #expect(driver.model.shared.marks[Self.web].offline == [7])
        #expect(driver.model.shared.marks[Self.web].online.isEmpty)
    }
}
