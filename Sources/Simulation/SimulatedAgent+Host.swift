internal import GuestVCPU

extension SimulatedAgent {
    /// The reading that a host would make of the guest's vCPUs, in which the CPU time is the only
    /// trace of online and offline; nil while no process runs the guest.
    func hostReading(firstThread: Int) -> HostReading? {
        let guest = guest
        guard !guest.isDown else { return nil }
        let firstThread = firstThread + guest.restarts * Self.threadsOfFleet
        let vcpus = guest.vcpus.enumerated().map { place, vcpu in
            HostVCPU(
                // The simulated hypervisor numbers the vCPUs as the guest does.
                index: HostIndex(vcpu.id), timeNanoseconds: vcpu.timeNanoseconds,
                waitNanoseconds: vcpu.waitNanoseconds, thread: firstThread + place,
                state: vcpu.isOnline && vcpu.share > 0.3 ? .running : .blocked,
                plugOrder: vcpu.plugOrder)
        }
        return HostReading(
            vcpus: vcpus, current: vcpus.count, maximum: vcpus.count, readAt: .now,
            isPlugOrderWatched: vcpus.allSatisfy { $0.plugOrder != nil })
    }

    /// More threads than a usual fleet has: those of a later process have other numbers.
    private static let threadsOfFleet = 100_000
}
