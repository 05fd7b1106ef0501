import CanvasKit
import GuestVCPU
import TestSupport
import Testing

@testable import Dashboard

@Suite("updates of a part of the fleet")
struct UpdateTests {
    /// A guest after something has happened to it; at times only the time of its reading is new.
    private func changed(
        _ guest: GuestState, at instant: ContinuousClock.Instant, _ random: inout SeededGenerator
    ) -> GuestState {
        var agent = guest.agent
        var online = guest.vcpus?.online ?? []
        switch Int.random(in: 0..<6, using: &random) {
        case 0: agent = .failed(AgentError(.unresponsive))
        case 1: agent = .ok
        case 2:
            if let id = guest.vcpus?.offlinable.randomElement(using: &random) {
                online = online.symmetricDifference([id])
            }
        default: break
        }
        let reading = guest.reading.map { old in
            old.with(
                GuestVCPUs(
                    vcpus: old.vcpus.vcpus, online: online,
                    offlinable: old.vcpus.offlinable, readAt: instant))
        }
        return GuestState(
            id: guest.id, runState: guest.runState, agent: agent, reading: reading,
            exchange: guest.exchange, host: guest.host, isWritable: guest.isWritable)
    }

    @Test(
        "they make what whole snapshots make, and no cell differs where they say that none does",
        arguments: [
            "", "sn", "se", "sc", "sw", "ss", "su", "foffline>0<ret>", "t", "<ret>", "fapp<ret>sn",
            "se<ret>", "fwait>4 or need>5<ret>sd",
        ])
    func equivalence(keys: String) {
        var random = SeededGenerator(seed: 11)
        var parts = Driver(columns: 120, rows: 24)
        var whole = Driver(columns: 120, rows: 24)
        parts.press(keys)
        whole.press(keys)
        var guests = parts.fleet.guests
        // Both begin with guests that nothing is concluded of.
        let start = FleetUpdate(
            FleetSnapshot(
                takenAt: SampleFleet.start, sources: parts.fleet.sources, guests: guests))
        parts.update(.fleet(start))
        whole.update(.fleet(start))
        var same = 0
        for turn in 1...60 {
            let instant = SampleFleet.start + .milliseconds(20 * turn)
            let position = Int.random(in: 0..<guests.count, using: &random)
            guests[position] = changed(guests[position], at: instant, &random)
            let before = parts.render()
            parts.update(
                .fleet(
                    FleetUpdate(
                        takenAt: instant, sources: nil, order: nil, guests: [guests[position]])))
            whole.update(
                .fleet(
                    FleetUpdate(
                        FleetSnapshot(
                            takenAt: instant, sources: whole.fleet.sources, guests: guests))))
            #expect(parts.render() == whole.render(), "turn \(turn)")
            #expect(parts.model.shared.roster.rows == whole.model.shared.roster.rows)
            #expect(parts.model.shared.roster.totals == whole.model.shared.roster.totals)
            guard !parts.model.mayLookDifferent else { continue }
            same += 1
            #expect(parts.render() == before, "turn \(turn)")
        }
        // As tiles all guests are on the screen.
        #expect(same > 5 || parts.model.fleet.isTiled, "\(same)")
    }

    @Test(
        "what a change has read is sorted and filtered by the next update",
        arguments: ["so", "fonline>1<ret>"])
    func afterChange(keys: String) throws {
        var driver = Driver(columns: 120, rows: 24)
        let id = SampleFleet.id("web-04")
        driver.press(keys)
        driver.go(to: "web-04", 3)
        driver.press(" cy")
        let guest = try #require(driver.model.shared.roster[id]?.state)
        let before = try #require(guest.vcpus)
        let after = GuestVCPUs(
            vcpus: before.vcpus, online: [0], offlinable: before.offlinable,
            readAt: SampleFleet.start + .seconds(2))
        driver.finish(
            "web-04",
            TransactionResult(
                request: try ChangeRequest([3], online: false), outcome: .committed,
                before: before, after: after))
        if !driver.model.dialogs.isEmpty { driver.press("<esc>") }
        #expect(!driver.model.isOrderHeld)
        let read = GuestState(
            id: id, runState: guest.runState, agent: .ok, reading: guest.reading?.with(after),
            host: guest.host, isWritable: true)
        driver.update(
            .fleet(
                FleetUpdate(
                    takenAt: after.readAt, sources: nil, order: nil, guests: [read])))
        let roster = driver.model.shared.roster
        let rows = roster.rows.compactMap { roster[$0]?.state }
        #expect(roster.filter.isEmpty || !rows.contains { $0.id == id })
        let counts = rows.compactMap(\.vcpus?.online.count)
        #expect(!roster.filter.isEmpty || counts == counts.sorted(by: >))
    }

    @Test("an update of a guest that no source lists adds none, and a duplicate in a list no row")
    func unlisted() {
        var driver = Driver()
        let stranger = SampleFleet.guest("stranger", vcpus: [0, 1], host: nil)
        driver.update(
            .fleet(
                FleetUpdate(
                    takenAt: SampleFleet.start, sources: nil, order: nil, guests: [stranger])))
        #expect(driver.model.shared.roster.count == 53)
        let ids = driver.fleet.guests.map(\.id)
        driver.update(
            .fleet(
                FleetUpdate(
                    takenAt: SampleFleet.start, sources: nil, order: ids + ids + [stranger.id],
                    guests: [stranger, stranger])))
        #expect(driver.model.shared.roster.count == 54)
        #expect(driver.model.shared.roster.rows.count == 54)
        driver.update(
            .fleet(
                FleetUpdate(
                    takenAt: SampleFleet.start, sources: nil, order: [stranger.id], guests: [])))
        #expect(driver.model.shared.roster.rows == [stranger.id])
        #expect(driver.model.shared.roster.totals.guests == 1)
    }
}
