import CanvasKit
import GuestVCPU
import TestSupport
import Testing

@testable import Dashboard

@Suite("tiles")
struct TilesTests {
    private func guest(_ name: String, _ vcpus: CPUMap, offline: CPUMap = []) -> GuestState {
        SampleFleet.guest(
            name, vcpus: vcpus, offline: offline,
            host: SampleFleet.host(vcpus.count, guest: vcpus, seed: 3, idle: offline))
    }

    @Test(
        "guests stand beside each other, in as many columns as there is room for",
        arguments: [
            // columns, rows, guests, vCPUs of each; tiles beside each other, vCPUs one by one
            (80, 24, 300, 8, 3, 8), (160, 50, 300, 8, 6, 8), (80, 24, 1000, 16, 2, 16),
            (300, 100, 1000, 16, 8, 16), (80, 24, 1, 4096, 1, 56), (300, 100, 1, 4096, 1, 248),
            (40, 8, 300, 8, 1, 8), (80, 24, 10, 64, 1, 56), (160, 50, 60, 64, 1, 64),
        ])
    func layout(
        columns: Int, rows: Int, guests: Int, vcpus: Int, expected: Int, room: Int
    ) {
        let fleet = SampleFleet(
            guests: (0..<guests).map { guest("vm-\($0)", CPUMap(0..<vcpus)) })
        var driver = Driver(columns: columns, rows: rows, fleet: fleet)
        driver.press("t")
        let layout = driver.model.tilesLayout
        #expect(layout.columns == expected)
        #expect(layout.room == room)
        Invariants.check(driver.render())
    }

    @Test("a cell that vCPUs share shows a failure, a mark, or an offline vCPU before any load")
    func sharing() {
        let loads: [VCPUFace] = [.load(0.9), .load(0.2)]
        let order: [VCPUFace] = [
            .none, .online, .load(0.2), .load(0.9), .offline, .contradicted, .unknown, .sending,
            .toOnline, .toOffline, .failed,
        ]
        for (place, face) in order.enumerated() {
            for other in order[..<place] {
                #expect(face.outweighs(other) && !other.outweighs(face))
            }
        }
        #expect(loads[0].outweighs(loads[1]))
    }

    @Test(
        "one vCPU out of the ordinary is seen wherever it is among 4,096",
        arguments: [0, 1, 17, 2047, 4094, 4095], [(80, 24), (300, 100), (40, 8)])
    func neverHidden(id: Int, size: (Int, Int)) {
        let vcpus = CPUMap(0..<4096)
        let fleet = SampleFleet(guests: [
            SampleFleet.guest("huge", vcpus: vcpus, offline: [id], fixed: [], host: nil)
        ])
        var driver = Driver(columns: size.0, rows: size.1, fleet: fleet)
        driver.press("t")
        func signs() -> String {
            driver.render().line(3).map(\.text).joined()
        }
        #expect(signs().filter { $0 == "-" }.count == 2, "its cell, and the time not known")
        driver.press(":+\(id)<ret>")
        #expect(signs().filter { $0 == "^" }.count == 1)
        #expect(signs().hasSuffix("+1") || signs().contains(" +1 "))
        driver.press("u:-\(id == 7 ? 8 : 7)<ret>")
        #expect(signs().filter { $0 == "v" }.count == 1)
    }

    @Test("each vCPU has a cell, and the sign behind the cells stands on none of them")
    func cellsOfAll() {
        for columns in [40, 80, 133, 300] {
            for count in [1, 8, 9, 48, 49, 56, 100, 512, 4096] {
                let fleet = SampleFleet(guests: [guest("one", CPUMap(0..<count))])
                var driver = Driver(columns: columns, rows: 24, fleet: fleet)
                driver.press("t")
                let layout = driver.model.tilesLayout
                let cells = layout.sharing(of: Array(0..<count))
                let last = cells.offset(of: count - 1, index: count - 1)
                let sign = cells.perCell > 1 ? "x\(cells.perCell)".utf8.count + 1 : 0
                #expect(last < layout.cellsWidth - sign, "\(count) at \(columns)")
            }
        }
    }

    @Test(
        "the arrows move in the tile, and from its edge to the tile beside it",
        arguments: [
            ("", "vm-0 0"), ("<right>", "vm-0 1"), ("<down>", "vm-1 0"),
            ("<end><right>", "vm-19 0"), ("<end><right><left>", "vm-0 7"),
            ("<left>", "vm-0 0"), ("<pgdn>", "vm-57 0"), ("<pgdn><pgup>", "vm-0 0"),
            ("<end><end>", "vm-299 7"), ("<end><end><right>", "vm-299 7"),
            ("<end><end><pgup>", "vm-242 7"),
        ])
    func movement(keys: String, expected: String) {
        let fleet = SampleFleet(guests: (0..<300).map { guest("vm-\($0)", CPUMap(0..<8)) })
        var driver = Driver(fleet: fleet)
        driver.press("t\(keys)")
        let place =
            "\(driver.model.shared.cursor.guest?.name ?? "") \(driver.model.shared.currentVCPU ?? -1)"
        #expect(place == expected)
        #expect(driver.model.announced.visible.count <= 57)
        let isSeen = driver.model.shared.cursor.guest.map(driver.model.announced.visible.contains)
        #expect(isSeen == true)
    }
}
