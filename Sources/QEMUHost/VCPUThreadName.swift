internal import GuestVCPU

/// The name of a QEMU thread that runs vCPUs.
///
/// QEMU names its threads with `-name ...,debug-threads=on`, which libvirt and Proxmox set.
///
/// - Source: qemu/accel/kvm/kvm-accel-ops.c, qemu/accel/tcg/tcg-accel-ops-mttcg.c and -rr.c.
enum VCPUThreadName: Hashable, Sendable {
    /// `CPU 3/KVM`: the thread runs the vCPU with this index.
    case one(HostIndex)
    /// `ALL CPUs/TCG`: the thread runs all vCPUs in turn.
    case all

    init?(_ name: String) {
        if name.hasPrefix("ALL CPUs/") {
            self = .all
            return
        }
        guard name.hasPrefix("CPU "), let slash = name.firstIndex(of: "/") else { return nil }
        let digits = name.dropFirst(4)[..<slash]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let index = Int(digits).flatMap(HostIndex.init(validating:))
        else { return nil }
        self = .one(index)
    }
}
