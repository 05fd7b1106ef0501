internal import GuestVCPU

extension RosterGuest {
    /// The CPU time that a vCPU's thread uses without ever running the guest's kernel, at most.
    ///
    /// QEMU's part of creating a vCPU takes a few milliseconds; a kernel that brings one online
    /// uses more, and libvirt counts in ticks of 10 ms.
    private static let mostNanosecondsUnused: UInt64 = 50_000_000

    /// The offline vCPUs that are known to have come by hot-plug and never to have been online.
    var neverOnline: CPUMap {
        guard let offline = state.vcpus?.offline else { return [] }
        return CPUMap(
            offline.filter { id in
                guard let vcpu = state.host?.vcpu(guestID: id), let order = vcpu.plugOrder,
                    let time = vcpu.timeNanoseconds
                else { return false }
                return order > 0 && time <= Self.mostNanosecondsUnused
            })
    }
}
