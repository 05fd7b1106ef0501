import CanvasKit
import GuestVCPU
import TestSupport
import Testing

@testable import Dashboard

@Suite("whatever the guests are called and however large the screen is, no column breaks")
struct LayoutPropertyTests {
    private static let scalars: [ClosedRange<UInt32>] = [
        0x20...0x7E, 0x00...0x1F, 0x80...0xFF, 0x300...0x36F, 0x5D0...0x5EA, 0x627...0x64A,
        0x1100...0x11FF, 0x4E00...0x4FFF, 0xAC00...0xAD00, 0x200B...0x202E, 0xFE00...0xFE0F,
        0x1F300...0x1F6FF, 0x1F1E6...0x1F1FF, 0xE0020...0xE007F, 0x0E00...0x0E4F,
    ]

    private static func name(_ random: inout SeededGenerator, _ number: Int) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0...40, using: &random) {
            let range = scalars.randomElement(using: &random) ?? 0x20...0x7E
            if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &random)) {
                text.unicodeScalars.append(scalar)
            }
        }
        return text + "\(number)"
    }

    private static func fleet(_ random: inout SeededGenerator) -> SampleFleet {
        let guests = (0..<Int.random(in: 1...60, using: &random)).map { number -> GuestState in
            let count = [1, 2, 8, 33, 64, 130, 512].randomElement(using: &random) ?? 1
            let vcpus = CPUMap(0..<count)
            let offline = CPUMap(vcpus.filter { $0 > 0 && $0 % 7 == number % 9 })
            let host = SampleFleet.host(
                count, guest: vcpus, seed: number, idle: offline, paired: number % 4 != 0)
            let agents: [AgentStatus] = [
                .ok, .pending, .failed(AgentError(.error, name(&random, 0))),
                .failed(AgentError(.denied)),
            ]
            return GuestState(
                id: GuestID(source: SampleFleet.source, name: name(&random, number)),
                runState: number % 11 == 0 ? .paused : .running,
                agent: number % 3 == 0 ? agents.randomElement(using: &random) ?? .ok : .ok,
                reading: number % 13 == 0
                    ? nil
                    : AgentReading(
                        vcpus: GuestVCPUs(
                            vcpus: vcpus, online: vcpus.subtracting(offline),
                            offlinable: vcpus.subtracting([0]), readAt: SampleFleet.start),
                        version: name(&random, 1), setSupport: .available),
                host: number % 5 == 0 ? nil : host, isWritable: true,
                hostID: number % 3 == 0 ? .source(.libvirt(uri: name(&random, 7))) : .local)
        }
        var fleet = SampleFleet(guests: guests)
        fleet.hosts = Set(guests.compactMap(\.hostID)).map {
            SampleFleet.physicalHost($0, cpus: Int.random(in: 1...300, using: &random))
        }
        fleet.sources = (0..<Int.random(in: 1...5, using: &random)).map { number in
            SourceState(
                id: number == 0 ? SampleFleet.source : .libvirt(uri: name(&random, number)),
                status: number % 2 == 1 ? .failed(name(&random, number)) : .ok)
        }
        return fleet
    }

    @Test("every view at random sizes", arguments: 0..<4)
    func views(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed) + 900)
        for round in 0..<12 {
            var driver = Driver(
                columns: Int.random(in: 40...300, using: &random),
                rows: Int.random(in: 8...100, using: &random),
                glyphs: round % 3 == 0 ? .ascii : .unicode, fleet: Self.fleet(&random))
            checkColumns(driver)
            for keys in [
                "<down><end>-v<left>-", "t", "t<ret>", "<tab>", "<esc>c", "?", "<esc><esc>L",
                "<esc>H<down><right>", "s", "<ret>H",
            ] {
                driver.press(keys)
                Invariants.check(driver.render())
            }
        }
    }

    /// The blank between two columns of the list is blank in every row, and no name reaches into
    /// the next column.
    private func checkColumns(_ driver: Driver) {
        let canvas = driver.render()
        Invariants.check(canvas)
        let layout = driver.model.fleetLayout
        let fields = layout.fields.filter {
            $0.width > 0 && $0 != layout.note && $0 != layout.cells
        }
        for row in driver.model.visibleRows {
            let place = layout.headRow + 1 + row - driver.model.visibleRows.lowerBound
            let line = canvas.line(place)
            for field in fields where field.column + field.width < canvas.size.columns {
                let gap = line[line.startIndex + field.column + field.width]
                #expect(gap.text == " ", "after column \(field.column) in row \(place)")
            }
        }
        #expect(
            layout.note.column + layout.note.width == canvas.size.columns
                || layout.note.width == 0)
    }

    @Test(
        "a mark, an offline and a failed vCPU are seen in the row, whatever else is in the cell",
        arguments: [100, 512, 4096], [(40, 8), (80, 24), (160, 50), (300, 100)])
    func nothingHidden(count: Int, size: (Int, Int)) throws {
        let vcpus = CPUMap(0..<count)
        for id in [1, 7, count / 3, count / 2 + 1, count - 1] {
            var driver = Driver(
                columns: size.0, rows: size.1,
                fleet: SampleFleet(guests: [
                    SampleFleet.guest("huge", vcpus: vcpus, offline: [id], fixed: [0], host: nil)
                ]))
            let layout = driver.model.fleetLayout
            func signs() -> String {
                driver.render().line(3).dropFirst(layout.cells.column)
                    .prefix(layout.cells.width).map(\.text).joined()
            }
            #expect(signs().filter { $0 == "-" }.count == 1)
            driver.press(":+\(id)<ret>")
            #expect(signs().filter { $0 == "^" }.count == 1)
            driver.press("cy")
            #expect(signs().filter { $0 == "~" }.count == 1 || !driver.model.dialogs.isEmpty)
            let before = try #require(
                driver.model.shared.roster[SampleFleet.id("huge")]?.state.vcpus)
            driver.finish(
                "huge",
                TransactionResult(
                    request: try ChangeRequest([id], online: true), outcome: .failed,
                    before: before, after: before))
            driver.press("<esc>")
            #expect(signs().filter { $0 == "!" }.count == 1)
            // The ruler holds when it is multiplied by what the row says.
            let perCell = layout.row(highestID: count - 1, noteWidth: 0).perCell
            let place = signs().distance(
                from: signs().startIndex, to: signs().firstIndex(of: "!") ?? signs().endIndex)
            #expect(layout.cells.column + place == layout.column(ofCell: id / perCell))
            let isTold =
                perCell == 1
                || driver.render().line(3).map(\.text).joined()
                    .contains("x\(perCell)")
            #expect(isTold)
        }
    }
}
