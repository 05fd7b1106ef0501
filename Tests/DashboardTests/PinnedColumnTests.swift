import CanvasKit
import GuestVCPU
import TestSupport
import Testing

@testable import Dashboard

@Suite("the column that says which host CPUs guests are pinned to")
struct PinnedColumnTests {
    private func driver(columns: Int = 200) -> Driver {
        Driver(columns: columns, rows: 50, fleet: .hosted)
    }

    private func lines(_ driver: Driver) -> [String] {
        let canvas = driver.render()
        return (0..<canvas.size.rows).map { canvas.line($0).map(\.text).joined() }
    }

    /// The text of the column for a guest.
    private func text(_ name: String, _ driver: Driver, width: Int = 17) throws -> String? {
        let column = try #require(FleetColumns.all.first { $0.head == "PINNED" })
        let guest = try #require(driver.model.shared.roster[SampleFleet.id(name)])
        return column.text(
            guest, TextContext(glyphs: .ascii, moment: driver.now, width: width))
    }

    @Test("a list is cut behind a whole number")
    func cut() {
        let cases: [(String, Int, String)] = [
            ("0-7", 3, "0-7"), ("0-3,8-11", 8, "0-3,8-11"), ("0-3,8-11", 6, "0-3,8~"),
            ("0-3,8-11", 7, "0-3,8-~"), ("0-15,128", 7, "0-15,~"), ("0-15,128", 3, "0-~"),
            ("4095", 3, "~"), ("0-7", 0, ""), ("-", 1, "-"),
        ]
        for (list, width, expected) in cases {
            #expect(list.cutList(to: width, in: .ascii) == expected, "\(list), \(width)")
        }
        #expect("0-3,8-11".cutList(to: 6, in: .unicode) == "0-3,8…")
    }

    @Test("guests show the CPUs of their pinned vCPUs, a dash without one, and nothing if unknown")
    func texts() throws {
        var driver = driver()
        let guest = try #require(driver.model.shared.roster[SampleFleet.id("web-03")])
        #expect(guest.pinning?.count == guest.state.host?.reading.vcpus.count)
        #expect(try text("web-03", driver)?.contains(",") == true)
        #expect(try text("web-03", driver, width: 5)?.hasSuffix("~") == true)
        #expect(try text("web-04", driver) == "-")
        #expect(lines(driver).contains { $0.contains(" PINNED ") })
        driver.fleet = .sample
        driver.snapshot()
        #expect(try text("web-03", driver) == nil)
    }

    @Test("on small screens it is shown when it is chosen")
    func choice() {
        var driver = driver(columns: 80)
        #expect(!lines(driver).contains { $0.contains(" PINNED ") })
        driver.model.shared.preferences.columns[.pinned] = true
        driver.update(.tick)
        #expect(lines(driver).contains { $0.contains(" PINNED ") })
    }

    @Test("guests are ordered by how many vCPUs are pinned, and filtered by it")
    func order() {
        var driver = driver()
        driver.press("si")
        #expect(driver.model.shared.roster.rows.first?.name == "web-03")
        for filter in ["pinned", "pinned>0", "pinned>=8"] {
            driver.press("f\(filter)<ret>")
            #expect(driver.model.shared.roster.rows.map(\.name) == ["web-03"], "\(filter)")
            driver.press("<esc>")
        }
        driver.press("fpinned=0<ret>")
        #expect(driver.model.shared.roster.rows.contains(SampleFleet.id("web-04")))
        #expect(!driver.model.shared.roster.rows.contains(SampleFleet.id("web-03")))
    }

    @Test("a guest is judged again when its threads, or the CPUs of its machine, change")
    func changes() throws {
        var driver = driver()
        #expect(try text("web-04", driver) == "-")
        // The machine gets a CPU on which the threads may not run; no guest has news.
        let host = SampleFleet.physicalHost(cpus: 98)
        driver.update(
            .fleet(
                FleetUpdate(
                    takenAt: driver.fleet.takenAt, sources: nil, order: nil, guests: [],
                    hosts: [host])))
        #expect(try text("web-04", driver) == "0-95")
        let position = try #require(driver.fleet.guests.firstIndex { $0.id.name == "web-04" })
        driver.fleet.hosts = [host]
        driver.fleet.guests[position].host = driver.fleet.guests[position].host.map { host in
            var reading = host.reading
            reading.vcpus = reading.vcpus.map { vcpu in
                var vcpu = vcpu
                vcpu.affinity = PhysicalCPUSet([5])
                return vcpu
            }
            return HostState(reading: reading, pairing: host.pairing, shares: host.shares)
        }
        driver.snapshot()
        #expect(try text("web-04", driver) == "5")
    }
}
