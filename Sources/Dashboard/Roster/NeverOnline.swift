internal import GuestVCPU

extension RosterGuest {
    /// The CPU time that a vCPU's thread uses without ever running the guest's kernel, at most.
    ///
    /// QEMU's part of creating a vCPU takes a few milliseconds; a kernel that brings one online
    /// uses more, and libvirt counts in ticks of 10 ms.
    private static let mostNanosecondsUnused: UInt64 = 50_000_000

    /// The offline vCPUs that are known to have come by hot-plug and never to have been online.
    var neverOnline: CPUMap {
        guard let guest = state.vcpus, let host = state.host else { return [] }
        var found = CPUMap(
            guest.offline.filter { host.vcpu(guestID: $0).map(Self.isUnused) == true })
        // Which of several plugged vCPUs is which is mostly not known. It need not be where those
        // that have run are as many as those that are online: then none that is offline has run.
        let others = host.reading.vcpus.filter { host.pairing.guestID(of: $0.index) == nil }
        let ids = guest.vcpus.filter { host.vcpu(guestID: $0) == nil }
        let unused = others.count(where: Self.isUnused)
        let online = ids.count(where: guest.online.contains)
        if others.count == ids.count, others.count - unused == online {
            for id in ids where !guest.online.contains(id) { found.insert(id) }
        }
        return found
    }

    /// Whether a vCPU came by hot-plug, and its thread has hardly run.
    private static func isUnused(_ vcpu: HostVCPU) -> Bool {
        guard let order = vcpu.plugOrder, let time = vcpu.timeNanoseconds else { return false }
        return order > 0 && time <= mostNanosecondsUnused
    }
}
