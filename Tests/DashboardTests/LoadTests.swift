import CanvasKit
import GuestVCPU
import TestSupport
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
            let line = driver.render().line(3)
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
            let line = driver.render().line(3)
            seen += line[line.startIndex + driver.model.fleetLayout.cells.column].text
        }
        #expect(seen == "▁·")
    }

    @Test("what a vCPU used before its state changed is not shown of it")
    func settling() {
        var driver = Driver(fleet: SampleFleet(guests: []))
        let vcpus = CPUMap(0..<2)
        let paired = SampleFleet.host(2, guest: vcpus, seed: 1)
        /// The guest read at one time, the host at another; what the detail shows of vCPU 1.
        func see(_ offline: CPUMap, read: Double, host: Double) -> String {
            func instant(_ seconds: Double) -> ContinuousClock.Instant {
                SampleFleet.start + .milliseconds(Int64(seconds * 1000))
            }
            driver.fleet.takenAt = max(instant(read), instant(host))
            driver.fleet.guests = [
                SampleFleet.guest(
                    "one", vcpus: vcpus, offline: offline,
                    age: .milliseconds(Int64(-read * 1000)),
                    host: HostState(
                        reading: HostReading(
                            vcpus: paired.reading.vcpus, current: 2, maximum: 2,
                            readAt: instant(host)),
                        pairing: paired.pairing, shares: [0: 0.3, 1: 0.9],
                        measuredFrom: instant(host - 0.9)))
            ]
            driver.snapshot()
            guard let member = driver.model.shared.currentGuest else { return "" }
            let cell = driver.model.shared.lens(on: member, at: driver.now).face(of: 1).glyph(
                in: .ascii
            ).text
            return (member.state.share(guestID: 1)?.percentText ?? "-") + " " + cell
        }
        #expect(see([], read: 0, host: 0) == "90.0 9")
        // Taken offline at 0.5: the interval that ended at 0 is not of that state, nor is the one
        // that began there.
        #expect(see([1], read: 0.5, host: 0) == "- -")
        #expect(see([1], read: 0.5, host: 1) == "- -")
        #expect(see([1], read: 0.5, host: 2) == "90.0 -")
        // And online again.
        #expect(see([], read: 2.5, host: 2) == "- +")
        #expect(see([], read: 2.5, host: 2.6) == "- +")
        // Readings in quick succession are measured over several.
        #expect(see([], read: 2.5, host: 2.9) == "- +")
        #expect(see([], read: 2.5, host: 3.5) == "90.0 9")
    }

    @Test(
        "where it gives each vCPU a cell, the cells take of the notes what these can spare",
        arguments: [
            ("web-server-1", 32, 32), ("web-server-1", 33, 24), ("web-server-long", 32, 24),
        ])
    func cells(name: String, count: Int, expected: Int) {
        var driver = Driver(fleet: SampleFleet(guests: []))
        let vcpus = CPUMap(0..<count)
        driver.fleet.guests = [
            SampleFleet.guest(
                name, vcpus: vcpus, host: SampleFleet.host(count, guest: vcpus, seed: 1))
        ]
        driver.snapshot()
        let layout = driver.model.fleetLayout
        #expect(layout.cellCount == expected)
        #expect(layout.note.width >= 4)
        #expect(layout.note.column + layout.note.width == 80)
    }
}
