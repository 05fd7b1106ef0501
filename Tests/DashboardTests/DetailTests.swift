import CanvasKit
import GuestVCPU
import TestSupport
import Testing

@testable import Dashboard

@Suite("one guest in detail")
struct DetailTests {
    private func screen(_ driver: Driver) -> [String] {
        let canvas = driver.render()
        return (0..<canvas.size.rows).map { canvas.line($0).map(\.text).joined() }
    }

    @Test(
        "s and a letter order the vCPUs, S the other way round",
        arguments: [
            // keys, the first and the last vCPU of db-01
            ("", 0, 63), ("S", 63, 0), ("ss", 60, 59), ("sf", 0, 63), ("su", 44, 63),
            ("suS", 60, 52), ("susu", 60, 52), ("sususu", 44, 63), ("st", 0, 63),
            ("stS", 63, 0), ("s<down><ret>", 60, 59), ("s<esc>", 0, 63),
        ])
    func order(keys: String, first: Int, last: Int) {
        var driver = Driver(columns: 90, rows: 24)
        driver.press("/db<ret><ret>\(keys)")
        #expect(driver.model.vcpusInDetail.first == first)
        #expect(driver.model.vcpusInDetail.last == last)
        // The keys of movement go by that order.
        driver.press("<home>")
        #expect(driver.model.shared.currentVCPU == first)
        driver.press("<end>")
        #expect(driver.model.shared.currentVCPU == last)
    }

    @Test("every column can be ordered by, and what is not known comes last either way")
    func everyColumn() throws {
        var driver = Driver(columns: 160, rows: 24)
        let vcpus = CPUMap(0..<4)
        let host = SampleFleet.host(4, guest: vcpus, seed: 3)
        driver.fleet.guests[0] = SampleFleet.guest(
            "web-03", vcpus: vcpus,
            host: HostState(
                reading: host.reading, pairing: host.pairing, shares: [1: 0.2, 3: 0.9]))
        driver.snapshot()
        driver.press("<ret>")
        for key in VCPUColumns.all.flatMap(\.sortKeys) {
            driver.model.orderDetail(by: SortOrder(key: key), at: driver.now)
            #expect(Set(driver.model.vcpusInDetail) == [0, 1, 2, 3], "\(key.name)")
        }
        let keys = VCPUColumns.all.first { $0.head == "CPU%" }?.sortKeys ?? []
        let share = SortOrder(key: try #require(keys.first))
        driver.model.orderDetail(by: share, at: driver.now)
        #expect(driver.model.vcpusInDetail == [3, 1, 0, 2])
        driver.model.orderDetail(by: share.reversed, at: driver.now)
        #expect(driver.model.vcpusInDetail == [1, 3, 0, 2])
    }

    @Test("while something is marked the vCPUs stay where they are, and new ones come last")
    func frozen() {
        var driver = Driver(columns: 90, rows: 24)
        driver.press("<ret>su<home>")
        let order = driver.model.vcpusInDetail
        driver.press(" ")
        let vcpus = CPUMap(0..<9)
        driver.fleet.guests[0] = SampleFleet.guest(
            "web-03", vcpus: vcpus, host: SampleFleet.host(9, guest: vcpus, seed: 17))
        driver.snapshot()
        #expect(driver.model.vcpusInDetail == order + [8])
        driver.press("s")
        #expect(
            driver.model.shared.notice?.text == "s: the order is held while something is marked")
        driver.press("U")
        driver.snapshot()
        #expect(driver.model.vcpusInDetail != order + [8])
    }

    @Test("while something is marked a vCPU that takes another one's place comes last")
    func replaced() {
        var driver = Driver(columns: 90, rows: 24)
        driver.press("<ret>su<home>")
        let order = driver.model.vcpusInDetail
        driver.press(" ")
        let vcpus: CPUMap = [0, 1, 2, 4, 5, 6, 7, 8]
        driver.fleet.guests[0] = SampleFleet.guest(
            "web-03", vcpus: vcpus, host: SampleFleet.host(9, guest: vcpus, seed: 17))
        driver.snapshot()
        #expect(order.contains(3))
        #expect(driver.model.vcpusInDetail == order.filter { $0 != 3 } + [8])
    }

    @Test("a matrix goes by the ids")
    func matrix() {
        var driver = Driver()
        driver.press("/hpc<ret><ret>s")
        #expect(driver.model.shared.notice?.text == "s: a matrix goes by the ids; Tab first")
    }

    @Test(
        "the host's vCPUs that are not known to be the guest's are in no cell of it",
        arguments: [(80, 24), (160, 50), (300, 100)], [false, true])
    func unpaired(size: (Int, Int), isMatrix: Bool) {
        var driver = Driver(columns: size.0, rows: size.1)
        let vcpus = CPUMap(0..<4)
        let whole = SampleFleet.host(6, guest: CPUMap(0..<6), seed: 9)
        driver.fleet.guests[0] = SampleFleet.guest(
            "web-03", vcpus: vcpus,
            host: HostState(
                reading: whole.reading, pairing: .unknown,
                shares: [0: 0.99, 1: 0.99, 2: 0.99, 3: 0.99, 4: 0.99, 5: 0.42]))
        driver.snapshot()
        driver.press(isMatrix ? "<ret><tab>" : "<ret>")
        let rows = screen(driver)
        let heading = rows.firstIndex { $0.hasPrefix("6 host vCPUs that may be any") }
        #expect(heading != nil)
        let (own, host) = (rows[..<(heading ?? 0)], rows[(heading ?? 0)...])
        #expect(own.allSatisfy { !$0.contains("99.0") && !$0.contains("999") })
        #expect(own.contains { $0.contains(" 0 ++++") })
        #expect(host.filter { $0.contains("99.0") }.count == 5)
        #expect(host.contains { $0.contains("42.0") })
        #expect(driver.model.shared.roster[SampleFleet.id("web-03")]?.shownLoad(guestID: 0) == nil)
    }

    @Test("where there is no room for all of these, the busiest are shown and the rest counted")
    func busiest() {
        var driver = Driver()
        let vcpus = CPUMap(0..<64)
        let whole = SampleFleet.host(64, guest: vcpus, seed: 9)
        var shares: HostColumn<Double> = [:]
        for id in 0..<64 { shares[HostIndex(id)] = id == 33 ? 0.77 : 0.01 }
        driver.fleet.guests[0] = SampleFleet.guest(
            "web-03", vcpus: vcpus,
            host: HostState(reading: whole.reading, pairing: .unknown, shares: shares))
        driver.snapshot()
        driver.press("<ret>")
        let rows = screen(driver)
        let heading = rows.firstIndex { $0.contains(", the busiest ") } ?? 0
        #expect(rows[heading].hasPrefix("64 host vCPUs that may be any of the guest's"))
        #expect(rows[heading + 2].contains("  33 ") && rows[heading + 2].contains("77.0"))
        // From the end of the guest's own the same keys go on through all of these, and back.
        driver.press("<end>")
        let end = driver.model.shared.cursor
        var seen: Set<String> = []
        for _ in 0..<64 {
            let rows = screen(driver)
            let heading = rows.firstIndex { $0.hasPrefix("64 host vCPUs") } ?? 0
            for row in rows[(heading + 2)..<22] {
                seen.formUnion(row.split(separator: " ").prefix(1).map(String.init))
            }
            driver.press("<down>")
        }
        #expect(seen.isSuperset(of: (0..<64).map(String.init)))
        #expect(driver.model.shared.cursor == end)
        #expect(screen(driver).contains { $0.contains(", by use from ") && $0.contains("to 64:") })
        for _ in 0..<20 { driver.press("<pgup>") }
        #expect(driver.model.detail?.firstUnpaired == 0)
        driver.press("<end><end>")
        #expect(screen(driver).contains { $0.contains("to 64:") })
        driver.press("<home>")
        #expect(driver.model.detail?.firstUnpaired == 0 && driver.model.shared.currentVCPU == 0)
    }

    @Test("unpaired host vCPUs keep their lines while they are scrolled or something is marked")
    func unpairedOrder() {
        var driver = Driver(columns: 80, rows: 24)
        func load(_ turn: Int) {
            let host = SampleFleet.host(64, guest: [], seed: turn, paired: false)
            driver.fleet.guests[0] = SampleFleet.guest(
                "web-03", vcpus: CPUMap(0..<4), host: host)
            driver.snapshot()
        }
        load(1)
        driver.press("<ret>")
        let first = driver.model.detail?.unpaired
        load(2)
        #expect(first?.count == 64 && driver.model.detail?.unpaired != first)
        driver.press("<end><down><down>")
        let scrolled = driver.model.detail?.unpaired
        #expect((driver.model.detail?.firstUnpaired ?? 0) > 0)
        load(3)
        #expect(driver.model.detail?.unpaired == scrolled)
        driver.press("<home><right> ")
        let marked = driver.model.detail?.unpaired
        load(4)
        #expect(driver.model.detail?.unpaired == marked)
    }

    @Test("slots, plugged, present and online are told apart")
    func bothTruths() {
        var driver = Driver(columns: 160, rows: 24)
        driver.fleet.guests[0] = SampleFleet.guest(
            "web-03", vcpus: CPUMap(0..<5), offline: [4],
            host: SampleFleet.host(7, guest: [], seed: 1, current: 7, maximum: 16, paired: false))
        driver.snapshot()
        let row = screen(driver)[3]
        #expect(row.contains(" 4/5 ") && row.contains(" 7/16 "))
        #expect(row.contains("2 plugged, not seen by the guest"))
        driver.press("<ret>")
        let text = screen(driver).joined(separator: "\n")
        #expect(text.contains("4 online of 5 present"))
        #expect(text.contains("7 plugged of 16 slots"))
        #expect(text.contains("2 plugged, and the guest has taken no notice"))
        #expect(text.contains("plugged, left offline by the guest: 4"))
    }
}
