package import GuestVCPU

/// A fleet in which everything occurs that the dashboard tells apart; always the same.
package struct SampleFleet {
    package static let source = SourceID.libvirt(uri: "qemu:///system")
    /// The moment of the first snapshot.
    package static let start = ContinuousClock().now

    package static func id(_ name: String) -> GuestID { GuestID(source: source, name: name) }

    package var guests: [GuestState] = []
    package var sources = [SourceState(id: source, status: .ok)]
    package var hosts: [PhysicalHost] = []
    package var takenAt = start

    package init(guests: [GuestState] = []) {
        self.guests = guests
    }

    package var snapshot: FleetSnapshot {
        FleetSnapshot(takenAt: takenAt, sources: sources, guests: guests, hosts: hosts)
    }

    /// A share for each vCPU that looks like load and is always the same.
    package static func share(_ guest: Int, _ vcpu: Int) -> Double {
        let mixed: Int = guest * 37 + vcpu * 53 + vcpu * vcpu * 7
        return Double(mixed % 100) / 100
    }

    package static func host(
        _ count: Int, guest: CPUMap, seed: Int, idle: CPUMap = [], current: Int? = nil,
        maximum: Int? = nil, paired: Bool = true, thread: Int = 4700
    ) -> HostState {
        let vcpus = (0..<count).map { (id: Int) -> HostVCPU in
            HostVCPU(
                index: HostIndex(id), timeNanoseconds: UInt64(id + 1) * 61_300_000_000,
                waitNanoseconds: UInt64(id) * 244_467_037, thread: thread + seed * 100 + id,
                physicalCPU: (id * 7 + seed) % 96, state: idle.contains(id) ? .blocked : .running)
        }
        var shares: HostColumn<Double> = [:]
        var waits: HostColumn<Double> = [:]
        for id in 0..<count {
            shares[HostIndex(id)] = idle.contains(id) ? 0 : share(seed, id)
            waits[HostIndex(id)] = idle.contains(id) ? 0 : share(seed, id + 3) / 20
        }
        return HostState(
            reading: HostReading(
                vcpus: vcpus, current: current ?? count, maximum: maximum ?? count, readAt: start),
            pairing: paired ? .infer(guest: guest, host: vcpus) : .unknown, shares: shares,
            measuredFrom: start - .seconds(2), waitShares: waits,
            history: history(count, seed: seed, idle: idle))
    }

    /// Forty seconds that end with `shares`.
    private static func history(_ count: Int, seed: Int, idle: CPUMap) -> LoadHistory {
        var history = LoadHistory()
        for step in 0..<8 {
            var shares: HostColumn<Double> = [:]
            for id in 0..<count where !idle.contains(id) || step < 6 {
                shares[HostIndex(id)] = share(seed, id + (7 - step) * 3)
            }
            let end = start - .seconds(5 * (7 - step))
            history.append(shares, from: end - .seconds(5), to: end)
        }
        return history
    }

    package static func guest(
        _ name: String, vcpus: CPUMap, offline: CPUMap = [], fixed: CPUMap = [0],
        agent: AgentStatus = .ok, age: Duration = .seconds(1), runState: RunState = .running,
        setSupport: SetSupport = .available, boot: GuestBoot = .unknown, host: HostState?,
        writable: Bool = true
    ) -> GuestState {
        let maps = GuestVCPUs(
            vcpus: vcpus, online: vcpus.subtracting(offline),
            offlinable: vcpus.subtracting(fixed), readAt: start - age, boot: boot)
        return GuestState(
            id: id(name), runState: runState, agent: agent,
            reading: AgentReading(vcpus: maps, version: "7.2.22", setSupport: setSupport),
            exchange: .milliseconds(48), host: host, isWritable: writable)
    }

    private static func plain(
        _ name: String, _ count: Int, offline: CPUMap = [], seed: Int, age: Duration = .seconds(1)
    ) -> GuestState {
        let vcpus = CPUMap(0..<count)
        return guest(
            name, vcpus: vcpus, offline: offline, age: age,
            host: host(count, guest: vcpus, seed: seed, idle: offline))
    }

    /// The fleet of the golden screens.
    package static let sample: SampleFleet = {
        var guests = [
            plain("web-03", 8, seed: 1),
            plain("web-04", 8, seed: 2),
            plain("db-01", 64, offline: [60, 61, 62, 63], seed: 3),
            plain("ci-runner-007", 16, offline: CPUMap(8...15), seed: 5),
        ]
        let win = CPUMap(0..<8)
        guests.append(
            guest(
                "win-ts-01", vcpus: win, fixed: win, setSupport: .absent,
                host: host(8, guest: win, seed: 6)))
        let dozen = CPUMap(0..<12)
        guests.append(
            guest(
                "build-long-name-fedora-40.example.org", vcpus: dozen, offline: [8, 9, 10, 11],
                agent: .failed(AgentError(.unresponsive)), age: .seconds(74),
                host: host(12, guest: dozen, seed: 7, idle: [8, 9, 10, 11])))
        guests.append(
            GuestState(
                id: id("legacy-rhel5"), runState: .running, agent: .failed(AgentError(.absent)),
                reading: nil, host: host(8, guest: [], seed: 8, paired: false), isWritable: true))
        let five = CPUMap(0..<5)
        guests.append(
            guest(
                "hot-plugged", vcpus: five, offline: [4],
                host: host(5, guest: five, seed: 9, idle: [4], current: 5, maximum: 8)))
        guests.append(
            guest(
                "liar", vcpus: CPUMap(0..<4), offline: [2], age: .seconds(9),
                host: host(4, guest: CPUMap(0..<4), seed: 10)))
        let sparse: CPUMap = [0, 1, 3, 9, 17]
        guests.append(
            guest("sparse-ids", vcpus: sparse, offline: [9], host: host(5, guest: sparse, seed: 11))
        )
        guests.append(
            guest(
                "データベース-東京", vcpus: CPUMap(0..<4),
                host: host(4, guest: CPUMap(0..<4), seed: 12)))
        guests.append(
            guest(
                "שרת-אינטרנט", vcpus: CPUMap(0..<2),
                host: host(2, guest: CPUMap(0..<2), seed: 13)))
        guests.append(plain("hpc-1", 512, offline: [100, 101, 102, 103], seed: 4))
        for number in 0..<40 {
            let count = [2, 4, 8, 24][number % 4]
            guests.append(
                plain(
                    "app-\(number).prod", count,
                    offline: number % 5 == 3 ? [count - 1] : [], seed: 20 + number,
                    age: .seconds(number % 3 + 1)))
        }
        return SampleFleet(guests: guests)
    }()
}
