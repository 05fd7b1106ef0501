package import GuestVCPU

extension SampleFleet {
    /// The machine of the sample: as many CPUs as its guests' threads name, on two NUMA nodes, and
    /// one that is offline.
    package static func physicalHost(
        _ id: HostID = .local, cpus: Int = 96, at instant: ContinuousClock.Instant = start,
        isWhole: Bool = true
    ) -> PhysicalHost {
        func reading(_ seconds: Int) -> PhysicalHostReading {
            PhysicalHostReading(
                cpus: (0..<cpus).map { cpu in
                    let busy = UInt64(min(share(3, cpu) * 1.4, 1) * 100) * UInt64(seconds)
                    let times = CPUTimes(busy: busy, idle: UInt64(100 * seconds) - busy)
                    return .init(
                        id: cpu, node: cpu % 2, isOnline: cpu != cpus - 1,
                        times: isWhole ? times : nil)
                },
                total: isWhole
                    ? nil : CPUTimes(busy: UInt64(63 * seconds), idle: UInt64(37 * seconds)),
                readAt: instant + .seconds(seconds))
        }
        return PhysicalHost(id, reading(2), since: reading(1))
    }

    /// The sample on its machine, with the first guest's vCPUs pinned.
    package static let hosted: SampleFleet = {
        var fleet = sample
        fleet.hosts = [physicalHost()]
        let all = PhysicalCPUSet(0..<96)
        fleet.guests = fleet.guests.enumerated().map { position, guest in
            var guest = guest
            guest.hostID = .local
            guest.host = guest.host.map { host in
                var reading = host.reading
                reading.vcpus = reading.vcpus.map { vcpu in
                    var vcpu = vcpu
                    let cpu = vcpu.physicalCPU ?? 0
                    vcpu.affinity = position == 0 ? PhysicalCPUSet([cpu, cpu + 1]) : all
                    let isRunnable = (host.shares[vcpu.index] ?? 0) > 0.8
                    vcpu.state = isRunnable ? .running : .blocked
                    return vcpu
                }
                return HostState(
                    reading: reading, pairing: host.pairing, shares: host.shares,
                    measuredFrom: host.measuredFrom, waitShares: host.waitShares,
                    history: host.history)
            }
            return guest
        }
        return fleet
    }()
}
