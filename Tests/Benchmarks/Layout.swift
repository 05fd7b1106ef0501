import CanvasKit
import Dashboard
import Glibc
import GuestVCPU
import LabSupport

/// How long the model takes for a frame, without a terminal.
enum Layout {
    private static let rounds = 100

    static func measure(into table: inout Table) throws {
        var guest = LargeFleet.model(guests: 1, vcpus: 4_096, Size(columns: 300, rows: 100))
        press([.enter], &guest)
        guard faces(on: guest.render(at: LargeFleet.now)) >= 4_096 else {
            throw LabError.unexpected("not every vCPU is on the screen")
        }
        table.add(
            "4096 cells at 300x100: model to canvas", .time,
            time { _ = guest.render(at: LargeFleet.now) },
            aim: "2 ms")

        var fleet = LargeFleet.model(guests: 1_000, vcpus: 16, Size(columns: 160, rows: 50))
        table.add(
            "1000 guests of 16 at 160x50: model to canvas", .time,
            time { _ = fleet.render(at: LargeFleet.now) },
            aim: "2 ms")
        var presses = 0
        let key = time {
            presses += 1
            press([presses % 40 < 20 ? .down : .up], &fleet)
            _ = fleet.render(at: LargeFleet.now)
        }
        table.add("1000 guests of 16: key to canvas", .time, key, aim: "16 ms")
        var later = 0
        let snapshots = (0..<4).map {
            LargeFleet.snapshot(guests: 1_000, vcpus: 16, at: $0)
        }
        let reading = time {
            later += 1
            _ = fleet.update(
                .fleet(FleetUpdate(snapshots[later % snapshots.count])), at: LargeFleet.now)
            _ = fleet.render(at: LargeFleet.now)
        }
        table.add("1000 guests of 16: reading to canvas", .time, reading, aim: "16 ms")
    }

    /// The median time on the processor of a piece of work, in seconds.
    private static func time(of work: () -> Void) -> Double {
        Sample(
            (0..<rounds).map { _ in
                let start = processorTime
                work()
                return processorTime - start
            }
        ).median
    }

    /// Of this process, in seconds.
    private static var processorTime: Double { Double(clock()) / 1e6 }

    private static func press(_ keys: [Key], _ model: inout Model) {
        for key in keys { _ = model.update(.key(key), at: LargeFleet.now) }
    }

    /// How many cells show a vCPU's load or that it is offline.
    private static func faces(on canvas: Canvas) -> Int {
        (0..<canvas.size.rows).map { canvas.line($0).count { "·▁▂▃▄▅▆▇█-".contains($0.text) } }
            .reduce(0, +)
    }
}
