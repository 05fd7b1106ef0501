internal import GuestVCPU

/// The CPUs of one machine with the vCPUs of the guests that are listed.
struct HostCPUs {
    let host: PhysicalHost
    /// A row for each CPU, ascending by number.
    let rows: [HostCPURow]
    /// How many vCPUs are pinned to a part of the machine.
    let pinnedCount: Int

    /// The machines, that of the guest under the cursor first.
    static func all(_ shared: SharedState) -> [HostCPUs] {
        var collectors = shared.hosts.all.map(Collector.init)
        let positions = Dictionary(
            collectors.enumerated().map { ($1.host.id, $0) }, uniquingKeysWith: { one, _ in one })
        for guest in shared.roster.rows {
            // What was last heard of other guests says nothing of where they are now.
            guard let member = shared.roster[guest], !member.isGone, !member.isSourceDown,
                let position = member.state.hostID.flatMap({ positions[$0] })
            else { continue }
            collectors[position].add(member.state)
        }
        let first = shared.currentGuest?.state.hostID
        let sorted =
            collectors.filter { $0.host.id == first } + collectors.filter { $0.host.id != first }
        return sorted.map(\.cpus)
    }

    /// Puts the vCPUs of guests to the CPUs of a machine.
    private struct Collector {
        let host: PhysicalHost
        private var ran: [Int: [HostedVCPU]] = [:]
        private var pinned: [Int: [HostedVCPU]] = [:]
        private var pinnedCount = 0
        /// The last affinity and what it means: most vCPUs have the same one.
        private var lastAffinity: (of: PhysicalCPUSet, pinning: PhysicalCPUSet?)?

        init(_ host: PhysicalHost) { self.host = host }

        mutating func add(_ guest: GuestState) {
            guard let state = guest.host else { return }
            for vcpu in state.reading.vcpus {
                let pinning = meaning(of: vcpu.affinity)
                guard vcpu.physicalCPU != nil || pinning != nil else { continue }
                let hosted = HostedVCPU(
                    guest: guest.id, index: vcpu.index,
                    id: state.pairing.guestID(of: vcpu.index), share: state.shares[vcpu.index],
                    isRunnable: vcpu.state == .running, lastCPU: vcpu.physicalCPU,
                    pinning: pinning)
                if let cpu = vcpu.physicalCPU { ran[cpu, default: []].append(hosted) }
                if pinning?.isEmpty == false { pinnedCount += 1 }
                for cpu in pinning?.ids ?? [] { pinned[cpu, default: []].append(hosted) }
            }
        }

        private mutating func meaning(of affinity: PhysicalCPUSet?) -> PhysicalCPUSet? {
            guard let affinity else { return nil }
            if let lastAffinity, lastAffinity.of == affinity { return lastAffinity.pinning }
            let pinning = host.pinning(of: affinity)
            lastAffinity = (affinity, pinning)
            return pinning
        }

        var cpus: HostCPUs {
            HostCPUs(
                host: host,
                rows: host.cpus.map { cpu in
                    let ran = ran[cpu.id] ?? []
                    return HostCPURow(
                        host: host.id, cpu: cpu,
                        ran: ran.filter(\.isActive) + ran.filter { !$0.isActive },
                        arePlacesKnown: !self.ran.isEmpty,
                        pinned: pinned[cpu.id] ?? [])
                }, pinnedCount: pinnedCount)
        }
    }
}
