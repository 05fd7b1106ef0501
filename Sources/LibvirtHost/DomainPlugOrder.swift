internal import GuestVCPU

/// The order in which a domain's vCPUs were plugged.
struct DomainPlugOrder: Hashable, Sendable {
    /// The indices, that of the vCPU plugged first first.
    let indices: [HostIndex]
    /// Whether all of them have been there since the machine began.
    let isOriginal: Bool

    /// Reads the order from the domain's description.
    ///
    /// - Parameter plugged: The vCPUs that the host has by its statistics.
    /// - Returns: Nil where the description says nothing, or speaks of other vCPUs.
    init?(_ description: DomainDescription?, plugged: Set<HostIndex>) {
        guard let description else { return nil }
        guard let vcpus = description.vcpus else {
            // None was ever plugged or unplugged.
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
