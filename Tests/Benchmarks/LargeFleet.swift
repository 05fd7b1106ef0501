import CanvasKit
import Dashboard
import GuestVCPU

/// A fleet that answers and works, each vCPU at another load, and a dashboard that shows it.
enum LargeFleet {
    private static let start = ContinuousClock.now
    static let now = Moment(start, clock: "12:00:00")

    /// A dashboard that has seen its first snapshot.
    static func model(guests: Int, vcpus: Int, _ size: Size) -> Model {
        var model = Model(options: Options(), size: size)
        _ = model.update(
            .fleet(FleetUpdate(snapshot(guests: guests, vcpus: vcpus, at: 0))), at: now)
        return model
    }

    /// The fleet at a second, at which every load is another than before.
    static func snapshot(guests: Int, vcpus: Int, at second: Int) -> FleetSnapshot {
        FleetSnapshot(
            takenAt: start + .seconds(second),
            sources: [SourceState(id: .other("benchmark"), status: .ok)],
            guests: (0..<guests).map { guest($0, vcpus: vcpus, at: second) })
    }

    /// One of its guests.
    static func guest(_ number: Int, vcpus: Int, at second: Int) -> GuestState {
        let now = start + .seconds(second)
        let maps = maps(vcpus, readAt: now)
        return GuestState(
            id: GuestID(source: .other("benchmark"), name: "guest-\(number)"),
            runState: .running, agent: .ok,
            reading: AgentReading(vcpus: maps, version: "7.2.22", setSupport: .available),
            host: host(vcpus, maps.vcpus, seed: number + second, now), isWritable: true)
    }

    /// What the guest says, an eighth of whose vCPUs is offline.
    static func maps(_ count: Int, readAt: ContinuousClock.Instant = start) -> GuestVCPUs {
        GuestVCPUs(
            vcpus: CPUMap(0..<count), online: CPUMap(0..<count - count / 8),
            offlinable: CPUMap(1..<count), readAt: readAt)
    }

    private static func host(
        _ count: Int, _ guest: CPUMap, seed: Int, _ now: ContinuousClock.Instant
    ) -> HostState {
        let vcpus = (0..<count).map {
            HostVCPU(
                index: HostIndex($0), timeNanoseconds: UInt64($0) * 1_000_000_000, thread: $0 + 1,
                state: .running)
        }
        var shares: HostColumn<Double> = [:]
        for id in 0..<count { shares[HostIndex(id)] = Double((seed * 37 + id * 53) % 100) / 100 }
        return HostState(
            reading: HostReading(vcpus: vcpus, current: count, maximum: count, readAt: now),
            pairing: .infer(guest: guest, host: vcpus), shares: shares)
    }
}
