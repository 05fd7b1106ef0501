internal import GuestVCPU

/// The order in which a domain's vCPUs were plugged.
struct DomainPlugOrder: Hashable, Sendable {
    /// The indices, that of the vCPU plugged first first.
    let ids: [Int]
    /// Whether all of them have been there since the machine began.
    let isOriginal: Bool

    /// Reads the order from the domain's description.
    ///
    /// - Parameter plugged: The vCPUs that the host has by its statistics.
    /// - Returns: Nil where the description says nothing, or speaks of other vCPUs.
    init?(_ description: DomainDescription?, plugged: CPUMap) {
        guard let description else { return nil }
        guard let vcpus = description.vcpus else {
            // None was ever plugged or unplugged.
            self.init(ids: Array(plugged), isOriginal: true)
            return
        }
        let ids = vcpus.sorted { $0.order < $1.order }.map(\.id)
        guard Set(vcpus.map(\.order)).count == vcpus.count, ids.count == plugged.count,
            CPUMap(validating: ids) == plugged
        else { return nil }
        self.init(ids: ids, isOriginal: !vcpus.contains(where: \.isHotpluggable))
    }

    init(ids: [Int], isOriginal: Bool) {
        self.ids = ids
        self.isOriginal = isOriginal
    }
}
