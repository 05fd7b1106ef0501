internal import GuestVCPU

/// The order in which a domain's vCPUs were plugged.
struct DomainPlugOrder: Hashable, Sendable {
    /// The indices, in the order in which the vCPUs were plugged.
    let indices: [HostIndex]
    /// Whether all vCPUs have been there since the machine started.
    let isOriginal: Bool

    /// Reads the order from the domain's description.
    ///
    /// - Parameter plugged: The plugged vCPUs according to the host's statistics.
    /// - Returns: Nil when the description is missing or lists other vCPUs.
    init?(_ description: DomainDescription?, plugged: Set<HostIndex>) {
        guard let description else { return nil }
        guard let vcpus = description.vcpus else {
            // No vCPU was ever plugged or unplugged.
            self.init(indices: plugged.sorted(), isOriginal: true)
            return
        }
        let indices = vcpus.sorted { $0.order < $1.order }.map(\.index)
        guard Set(vcpus.map(\.order)).count == vcpus.count, indices.count == plugged.count,
            Set(indices) == plugged
        else { return nil }
        self.init(indices: indices, isOriginal: !vcpus.contains(where: \.isHotpluggable))
    }

    init(indices: [HostIndex], isOriginal: Bool) {
        self.indices = indices
        self.isOriginal = isOriginal
    }
}
