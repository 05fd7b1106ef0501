import CanvasKit
import Dashboard
import Glibc
import GuestVCPU
import LabSupport

/// How long the model takes for a frame, without a terminal.
enum Layout {
    private static let rounds = 100

    static func measure(into table: inout Table) throws {
        var guest = model(guests: 1, vcpus: 4_096, Size(columns: 300, rows: 100))
        press([.enter], &guest)
        guard faces(on: guest.render(at: now)) >= 4_096 else {
            throw LabError.unexpected("not every vCPU is on the screen")
        }
        table.add(
            "4096 cells at 300x100: model to canvas", .time, time { _ = guest.render(at: now) },
            aim: "2 ms")

        var fleet = model(guests: 1_000, vcpus: 16, Size(columns: 160, rows: 50))
        table.add(
            "1000 guests of 16 at 160x50: model to canvas", .time,
            time { _ = fleet.render(at: now) },
            aim: "2 ms")
        var presses = 0
        let key = time {
            presses += 1
            press([presses % 40 < 20 ? .down : .up], &fleet)
            _ = fleet.render(at: now)
        }
        table.add("1000 guests of 16: key to canvas", .time, key, aim: "16 ms")
        var later = 0
        let snapshots = (0..<4).map { snapshot(guests: 1_000, vcpus: 16, at: $0) }
        let reading = time {
            later += 1
            _ = fleet.update(.snapshot(snapshots[later % snapshots.count]), at: now)
            _ = fleet.render(at: now)
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
        for key in keys { _ = model.update(.key(key), at: now) }
    }

    /// How many cells show a vCPU's load or that it is offline.
    private static func faces(on canvas: Canvas) -> Int {
        (0..<canvas.size.rows).map { canvas.line($0).count { "·▁▂▃▄▅▆▇█-".contains($0.text) } }
            .reduce(0, +)
    }

    private static func model(guests: Int, vcpus: Int, _ size: Size) -> Model {
        var model = Model(options: Options(), size: size)
        _ = model.update(
            .snapshot(snapshot(guests: guests, vcpus: vcpus, at: 0)), at: now)
        return model
    }

    // MARK: - What there is to show

    private static let start = ContinuousClock.now
    private static let now = Moment(start, clock: "12:00:00")

    /// A fleet that answers and works, each vCPU at another load.
    private static func snapshot(guests: Int, vcpus: Int, at second: Int) -> FleetSnapshot {
        let now = start + .seconds(second)
        let maps = GuestVCPUs(
            vcpus: CPUMap(0..<vcpus), online: CPUMap(0..<vcpus - vcpus / 8),
            offlinable: CPUMap(1..<vcpus), readAt: now)
        return FleetSnapshot(
            takenAt: now, sources: [SourceState(id: .other("benchmark"), status: .ok)],
            guests: (0..<guests).map { guest in
                GuestState(
                    id: GuestID(source: .other("benchmark"), name: "guest-\(guest)"),
                    runState: .running,
                    agent: .ok,
                    reading: AgentReading(
                        vcpus: maps, version: "7.2.22", setSupport: .available),
                    host: host(vcpus, maps.vcpus, seed: guest + second, now), isWritable: true)
            })
    }

    private static func host(
        _ count: Int, _ guest: CPUMap, seed: Int, _ now: ContinuousClock.Instant
    ) -> HostState {
        let vcpus = (0..<count).map {
            HostVCPU(
                index: HostIndex($0), timeNanoseconds: UInt64($0) * 1_000_000_000, thread: $0 + 1,
                state: .running)
        }
        var shares: [HostIndex: Double] = [:]
        for id in 0..<count { shares[HostIndex(id)] = Double((seed * 37 + id * 53) % 100) / 100 }
        return HostState(
            reading: HostReading(vcpus: vcpus, current: count, maximum: count, readAt: now),
            pairing: .infer(guest: guest, host: vcpus), shares: shares)
    }
}
