// How long the dashboard takes for a key, a snapshot and a frame; prints medians and the 99th
// percentile. Run it in a release build: swift run -c release DashboardBenchmark
import CanvasKit
import Dashboard
import GuestVCPU

/// A fleet in which every number changes with the round.
func snapshot(guests: Int, vcpus: Int, round: Int, at instant: ContinuousClock.Instant)
    -> FleetSnapshot
{
    let ids = CPUMap(0..<vcpus)
    let states = (0..<guests).map { number -> GuestState in
        let host = (0..<vcpus).map { id in
            HostVCPU(
                index: HostIndex(id), timeNanoseconds: UInt64(round) * 1_000_000,
                thread: number * 5000 + id,
                physicalCPU: id % 96, state: .running)
        }
        var shares: [HostIndex: Double] = [:]
        for id in 0..<vcpus {
            let mixed: Int = number * 31 + id * 17 + round * 7
            shares[HostIndex(id)] = Double(mixed % 100) / 100
        }
        let reading = HostReading(
            vcpus: host, current: vcpus, maximum: vcpus, readAt: instant)
        var history = histories[number] ?? LoadHistory()
        history.append(shares, from: instant - .seconds(1), to: instant)
        histories[number] = history
        return GuestState(
            id: GuestID(
                source: .libvirt(uri: "qemu:///system"), name: "guest-\(number).example.org"),
            runState: .running, agent: .ok,
            reading: AgentReading(
                vcpus: GuestVCPUs(
                    vcpus: ids, online: ids, offlinable: ids, readAt: instant),
                version: "7.2", setSupport: .available),
            host: HostState(
                reading: reading, pairing: .infer(guest: ids, host: host), shares: shares,
                waitShares: shares, history: history),
            isWritable: true)
    }
    return FleetSnapshot(
        takenAt: instant, sources: [SourceState(id: .libvirt(uri: "qemu:///system"), status: .ok)],
        guests: states)
}

/// What the guests used so far, as the fleet would keep it.
nonisolated(unsafe) var histories: [Int: LoadHistory] = [:]

func report(_ what: String, _ rounds: Int, _ work: (Int) -> Void) {
    let clock = ContinuousClock()
    var times: [Duration] = []
    for round in 0..<rounds { times.append(clock.measure { work(round) }) }
    times.sort()
    print("  \(what): median \(times[rounds / 2]), 99% \(times[rounds * 99 / 100])")
}

let keys: [Key] = [
    .down, .right, .character(" "), .up, .character("z"), .pageDown, .left, .pageUp,
]
for (guests, vcpus) in [(24, 8), (1000, 16), (1, 4096)] {
    for (columns, rows) in [(80, 24), (160, 50)] {
        print("\(guests) guests of \(vcpus) vCPUs at \(columns)x\(rows)")
        var model = Model(options: Options(), size: Size(columns: columns, rows: rows))
        let start = ContinuousClock.now
        let now = Moment(start, clock: "12:00:00")
        histories = [:]
        let snapshots = (0..<60).map {
            snapshot(guests: guests, vcpus: vcpus, round: $0, at: start + .seconds($0))
        }
        report("snapshot", 100) {
            _ = model.update(.snapshot(snapshots[$0 % snapshots.count]), at: now)
        }
        report("frame", 500) { _ in _ = model.render(at: now) }
        report("key and frame", 500) {
            _ = model.update(.key(keys[$0 % keys.count]), at: now)
            _ = model.render(at: now)
        }
        _ = model.update(.key(.character("t")), at: now)
        report("tiles: key and frame", 500) {
            _ = model.update(.key(keys[$0 % keys.count]), at: now)
            _ = model.render(at: now)
        }
        _ = model.update(.key(.character("t")), at: now)
        _ = model.update(.key(.character("U")), at: now)
        _ = model.update(.key(.enter), at: now)
        report("detail: key and frame", 500) {
            _ = model.update(.key(keys[$0 % keys.count]), at: now)
            _ = model.render(at: now)
        }
        _ = model.update(.key(.character("s")), at: now)
        _ = model.update(.key(.character("s")), at: now)
        _ = model.update(.key(.character("s")), at: now)
        report("detail by share: snapshot and frame", 100) {
            _ = model.update(.snapshot(snapshots[$0 % snapshots.count]), at: now)
            _ = model.render(at: now)
        }
        _ = model.update(.key(.character("c")), at: now)
        report("review: snapshot and frame", 100) {
            _ = model.update(.snapshot(snapshots[$0 % snapshots.count]), at: now)
            _ = model.render(at: now)
        }
        for key in [Key.escape, .escape] + ":all -\(vcpus - 1)".map(Key.character) + [.enter] {
            _ = model.update(.key(key), at: now)
        }
        _ = model.update(.key(.character("c")), at: now)
        report("review of all: key and frame", 100) {
            _ = model.update(.key($0 % 2 == 0 ? .down : .character("1")), at: now)
            _ = model.render(at: now)
        }
        report("review of all: snapshot with news of one, and frame", 100) { round in
            let base = snapshots[snapshots.count - 1]
            var states = base.guests
            states[round % states.count] = snapshots[round % 50].guests[round % states.count]
            let news = FleetSnapshot(
                takenAt: base.takenAt, sources: base.sources, guests: states)
            _ = model.update(.snapshot(news), at: now)
            _ = model.render(at: now)
        }
    }
}
