import CanvasKit
import GuestVCPU
import TestSupport
import Testing

@testable import Dashboard

@Suite("the journal on the dashboard")
struct TrailTests {
    private static let web = SampleFleet.id("web-03")

    /// A change of web-03 by another run, which took vCPU 6 offline.
    private func past(
        _ driver: Driver, uuid: String? = nil, name: String = "web-03", died: Bool = false
    ) throws -> PastChange {
        let before = try #require(driver.model.shared.roster[Self.web]?.state.vcpus)
        var planned = VCPUTargets()
        planned[6] = false
        let after = GuestVCPUs(
            vcpus: before.vcpus, online: before.online.subtracting([6]),
            offlinable: before.offlinable, readAt: before.readAt)
        return PastChange(
            id: ChangeID("0198c1d2-1"), guest: name, source: Self.web.source.name, uuid: uuid,
            time: "2026-01-31 12:00:00", author: "root (ada)", planned: planned,
            outcome: died ? "died: the guest was not read since its program died" : "committed",
            isAsAsked: died ? nil : true, hasDied: died, isUnsettled: died,
            after: died ? nil : after,
            reversal: died ? VCPUTargets() : planned.reversed)
    }

    /// web-03 read again, with these vCPUs online.
    private func read(_ driver: inout Driver, offline: CPUMap, seconds: Int = 2) {
        let readAt = SampleFleet.start + .seconds(seconds)
        driver.fleet.guests = driver.fleet.guests.map { guest in
            guard guest.id == Self.web, let old = guest.reading else { return guest }
            return GuestState(
                id: guest.id, runState: guest.runState, agent: .ok,
                reading: old.with(
                    GuestVCPUs(
                        vcpus: old.vcpus.vcpus,
                        online: old.vcpus.online.union(old.vcpus.offline).subtracting(offline),
                        offlinable: old.vcpus.offlinable, readAt: readAt)),
                exchange: guest.exchange, host: guest.host, isWritable: guest.isWritable,
                hostID: guest.hostID)
        }
        driver.fleet.takenAt = readAt
        driver.snapshot()
    }

    private func lines(_ driver: Driver) -> [String] {
        let canvas = driver.render()
        return (0..<canvas.size.rows).map { canvas.line($0).map(\.text).joined() }
    }

    @Test("L shows what other runs sent, above what this one did")
    func log() throws {
        var driver = Driver(columns: 120, rows: 40)
        driver.update(.trail(Trail(changes: [try past(driver)], note: "2 lines are skipped")))
        driver.press("L")
        #expect(driver.effects.contains(.readTrail(beforeChange: false)))
        let screen = lines(driver)
        #expect(screen.contains { $0.contains("web-03: offline 6 -> committed (root (ada))") })
        #expect(screen.contains { $0.contains("2026-01-31 12:00:00") })
        #expect(screen.contains { $0.contains("2 lines are skipped") })
    }

    @Test("a change whose program died is told, and settled by a reading that is made after that")
    func died() throws {
        var driver = Driver(columns: 120, rows: 40)
        let change = try past(driver, died: true)
        let effects = driver.update(.trail(Trail(changes: [change])))
        #expect(effects.contains(.refresh([Self.web])))
        let notice = try #require(driver.model.shared.notice?.text)
        #expect(notice.contains("web-03: its program died while it changed offline 6"))
        // The readings that there are were made before.
        driver.effects = driver.update(.fleet(FleetUpdate(driver.fleet.snapshot)))
        #expect(!driver.effects.contains { if case .recordFound = $0 { true } else { false } })
        read(&driver, offline: [6])
        let reading = try #require(driver.model.shared.roster[Self.web]?.state.vcpus)
        #expect(driver.effects.contains(.recordFound(change.id, reading)))
        #expect(driver.model.shared.log.entries.last?.text.hasSuffix("found as asked") == true)
        // It is told once, also where the journal is read again before that was recorded.
        #expect(driver.update(.trail(Trail(changes: [change]))).isEmpty)
    }

    @Test("a read-only dashboard says what died and how the guest is, and writes nothing")
    func readOnly() throws {
        var driver = Driver(columns: 120, rows: 40, isReadOnly: true)
        driver.update(.trail(Trail(changes: [try past(driver, died: true)])))
        read(&driver, offline: [6])
        #expect(driver.model.shared.log.entries.last?.text.hasSuffix("found as asked") == true)
        #expect(!driver.effects.contains { if case .recordFound = $0 { true } else { false } })
    }

    @Test("b takes back the last change of another run, as a change that is reviewed")
    func revert() throws {
        var driver = Driver(columns: 120, rows: 40)
        driver.update(.trail(Trail(changes: [try past(driver)])))
        read(&driver, offline: [6])
        driver.press("b")
        #expect(driver.model.currentReview?.plans.map(\.targets.online) == [[6]])
        driver.press("y")
        let orders = driver.effects.compactMap { effect -> ChangeOrder? in
            if case .commit(let order) = effect { order } else { nil }
        }
        #expect(orders.map(\.reverts) == [ChangeID("0198c1d2-1")])
    }

    @Test("b refuses where the guest has changed since, or is another machine")
    func conflict() throws {
        var driver = Driver(columns: 120, rows: 40)
        driver.update(.trail(Trail(changes: [try past(driver)])))
        read(&driver, offline: [])
        driver.press("b")
        #expect(driver.model.currentReview == nil)
        #expect(driver.model.shared.notice?.text == "b: vCPU 6 of web-03 changed since")

        var other = Driver(columns: 120, rows: 40)
        other.update(.trail(Trail(changes: [try past(other, name: "gone")])))
        other.press("b")
        #expect(other.model.currentReview == nil)
    }

    @Test("an outcome that could not be recorded is said in the results, and after them")
    func unrecorded() throws {
        for isClosed in [false, true] {
            var driver = Driver(columns: 120, rows: 40)
            driver.go(to: "web-03", 6)
            driver.press(" cy")
            if isClosed { driver.press("<esc>") }
            let before = try #require(driver.model.shared.roster[Self.web]?.state.vcpus)
            var result = TransactionResult(
                request: try ChangeRequest([6], online: false), outcome: .committed,
                before: before,
                after: GuestVCPUs(
                    vcpus: before.vcpus, online: before.online.subtracting([6]),
                    offlinable: before.offlinable, readAt: SampleFleet.start + .seconds(1)))
            result.journalError = ChangeJournalError("no space left on device")
            driver.finish("web-03", result)
            if isClosed {
                #expect(
                    driver.model.shared.notice?.text
                        == "done: 1 of 1 guests as asked, 1 not recorded; L shows why")
            } else {
                #expect(
                    lines(driver).contains {
                        $0.contains("what came of it is not recorded: no space left on device")
                    })
            }
        }
    }

    @Test("y sends only after u when the journal cannot be written")
    func consent() throws {
        var driver = Driver(columns: 120, rows: 40)
        driver.go(to: "web-03", 6)
        driver.press(" c")
        #expect(driver.effects.contains(.readTrail(beforeChange: true)))
        driver.update(.trail(Trail(recording: .impossible("no space left on device"))))
        driver.press("y")
        #expect(!driver.effects.contains { $0.isCommit })
        #expect(
            driver.model.shared.notice?.text
                == "y: it cannot be recorded; u sends it without a record")
        #expect(lines(driver).contains { $0.contains("No journal: no space left on device.") })
        // What was not tried again is as it was.
        driver.update(.trail(Trail()))
        driver.press("uy")
        let orders = driver.effects.compactMap { effect -> ChangeOrder? in
            if case .commit(let order) = effect { order } else { nil }
        }
        #expect(orders.map(\.isRecorded) == [false])
    }
}
