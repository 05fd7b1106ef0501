/// The CPUs of a machine to which a guest's vCPUs are pinned.
package struct GuestPinning: Hashable, Sendable {
    /// How many of the vCPUs are pinned: they may not run on every CPU that is online.
    package let count: Int
    /// The online CPUs on which at least one of these may run.
    package let cpus: PhysicalCPUSet
    /// The CPUs as a list; `-` where no vCPU is pinned.
    package let text: String

    /// Judges where the threads of a guest's vCPUs may run.
    ///
    /// - Parameter online: The CPUs of its machine that are online; nil where they are not known.
    /// - Returns: Nil where it is known of no vCPU where it may run.
    package init?(of reading: HostReading?, online: PhysicalCPUSet?) {
        guard let reading, let online else { return nil }
        var count = 0
        var cpus = PhysicalCPUSet()
        // Most vCPUs have the same affinity as the one before.
        var last: (affinity: PhysicalCPUSet, pinning: PhysicalCPUSet?)?
        for vcpu in reading.vcpus {
            guard let affinity = vcpu.affinity else { continue }
            if let last, last.affinity == affinity {
                count += last.pinning == nil ? 0 : 1
                continue
            }
            let pinning = affinity.pinning(online: online)
            last = (affinity, pinning)
            guard let pinning else { continue }
            count += 1
            cpus = cpus.union(pinning)
        }
        guard last != nil else { return nil }
        self.count = count
        self.cpus = cpus
        text = Self.text(of: count > 0 ? cpus : nil)
    }

    /// What tables show of the CPUs that something is pinned to; nil is pinned to none.
    package static func text(of cpus: PhysicalCPUSet?) -> String {
        guard let cpus else { return "-" }
        return cpus.isEmpty ? "none online" : cpus.list
    }
}
