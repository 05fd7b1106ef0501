internal import GuestVCPU

/// The host CPUs on which a domain's vCPUs may run.
///
/// - Source: libvirt, docs/formatdomain.rst, "CPU Allocation" and "CPU Tuning".
struct DomainPins: Hashable, Sendable {
    /// Where each vCPU may run that has an entry of its own.
    private var own: [HostIndex: PhysicalCPUSet] = [:]
    /// Where the others may run.
    private var others: PhysicalCPUSet? = .all

    /// Records the element `vcpu`: where all vCPUs may run.
    ///
    /// With an automatic placement a daemon of the host's decides, which the XML does not tell.
    mutating func recordCommon(_ attributes: [String: String]) {
        if let list = attributes["cpuset"] {
            others = PhysicalCPUSet(list: list.utf8)
        } else if attributes["placement"] == "auto" {
            others = nil
        }
    }

    /// Records an element `vcpupin`; one that is malformed is left out.
    mutating func recordOwn(_ attributes: [String: String]) {
        guard
            let index = attributes["vcpu"].flatMap({ Int($0) })
                .flatMap(HostIndex.init(validating:)),
            let cpus = attributes["cpuset"].flatMap({ PhysicalCPUSet(list: $0.utf8) })
        else { return }
        own[index] = cpus
    }

    /// Where a vCPU may run; nil where that is not known.
    func affinity(of index: HostIndex) -> PhysicalCPUSet? { own[index] ?? others }
}

extension PhysicalCPUSet {
    /// Every CPU that there can be.
    static let all = PhysicalCPUSet(idRange)
}
