import GuestVCPU
import Testing

@testable import Dashboard

@Suite("the load that a cell shows")
struct LoadTests {
    @Test(
        "it stays while what is measured moves by little, and follows when it moves by more",
        arguments: [
            ([0.29, 0.31, 0.29, 0.32], "2222"), ([0.29, 0.36], "23"),
            ([0.29, 0.31, 0.35, 0.31], "2233"), ([0.9, 0.1], "91"), ([0.04, 0.0], "00"),
            ([0.52, 0.48, 0.46], "554"), ([.nan, 0.5], "+5"), ([0.5, 1.7], "59"),
        ] as [([Double], String)])
    func hysteresis(shares: [Double], expected: String) {
        var driver = Driver(fleet: SampleFleet(guests: []))
        let vcpus = CPUMap(0..<1)
        var seen = ""
        for share in shares {
            let host = SampleFleet.host(1, guest: vcpus, seed: 1)
            driver.fleet.guests = [
                SampleFleet.guest(
                    "one", vcpus: vcpus,
                    host: HostState(
                        reading: host.reading, pairing: host.pairing, shares: [0: share]))
            ]
            driver.snapshot()
            let layout = driver.model.fleetLayout
            let line = driver.model.render().line(3)
            seen += line[line.startIndex + layout.cells.column].text
        }
        #expect(seen == expected)
    }

    @Test("an idle vCPU is shown as idle in bars too, whatever it did before")
    func idle() {
        var driver = Driver(glyphs: .unicode, fleet: SampleFleet(guests: []))
        let vcpus = CPUMap(0..<1)
        let host = SampleFleet.host(1, guest: vcpus, seed: 1)
        var seen = ""
        for share in [0.04, 0.001] {
            driver.fleet.guests = [
                SampleFleet.guest(
                    "one", vcpus: vcpus,
                    host: HostState(
                        reading: host.reading, pairing: host.pairing, shares: [0: share]))
            ]
            driver.snapshot()
            let line = driver.model.render().line(3)
            seen += line[line.startIndex + driver.model.fleetLayout.cells.column].text
        }
        #expect(seen == "▁·")
    }
}
