internal import GuestVCPU

/// A CPU of a machine, with the vCPUs that have to do with it.
struct HostCPURow: Hashable {
    let host: HostID
    let cpu: PhysicalHost.CPU
    /// The vCPUs that ran there last: those that do something first, else in the order of guests.
    let ran: [HostedVCPU]
    /// Whether it is known of any vCPU of the machine where it ran last: libvirt does not tell that
    /// of another machine.
    let arePlacesKnown: Bool
    /// The vCPUs that are pinned to a part of the machine that it belongs to.
    let pinned: [HostedVCPU]

    /// Which CPU.
    struct Place: Hashable {
        let host: HostID
        let cpu: Int
    }

    var place: Place { Place(host: host, cpu: cpu.id) }

    /// How many of the vCPUs that ran there last can run now; nil where that is not known.
    var runnable: Int? { arePlacesKnown ? ran.count(where: \.isRunnable) : nil }

    /// Whether vCPUs compete for it.
    var isContended: Bool { (runnable ?? 0) > 1 }

    /// What the vCPUs that ran there last used, 0 to 1; nil where that is not known.
    ///
    /// A vCPU counts whole where it ran last, so the sum can be more than the CPU has.
    var guestShare: Double? {
        guard cpu.isOnline, arePlacesKnown else { return nil }
        return min(ran.reduce(0) { $0 + ($1.share ?? 0) }, 1)
    }

    /// All of these vCPUs, each once: those that ran there, then those that only may.
    var vcpus: [HostedVCPU] {
        ran + pinned.filter { vcpu in !ran.contains { $0.isSame(as: vcpu) } }
    }
}
