/// The states that a user wants for a guest's vCPUs.
///
/// The three forms of asking, as in libvirt's discussion of the interface: one vCPU; a map and
/// a state; two maps.
public struct ChangeRequest: Hashable, Sendable {
    /// The wanted states; never empty.
    public let targets: VCPUTargets

    /// Asks for these states.
    ///
    /// - Throws: `.empty` when no vCPU is named.
    public init(_ targets: VCPUTargets) throws(ChangeRequestError) {
        guard !targets.isEmpty else { throw .empty }
        self.targets = targets
    }

    /// Asks for two maps, one to bring online and one to take offline.
    ///
    /// - Throws: `.overlap` when an id is in both maps, `.empty` when neither holds one.
    public init(online: CPUMap, offline: CPUMap) throws(ChangeRequestError) {
        try self.init(try VCPUTargets(online: online, offline: offline))
    }

    /// Asks for one state for all ids of a map.
    ///
    /// - Throws: `.empty` when the map holds none.
    public init(_ map: CPUMap, online: Bool) throws(ChangeRequestError) {
        try self.init(VCPUTargets(map, online: online))
    }

    /// Asks for one vCPU's state.
    ///
    /// - Throws: `.outOfRange` when the id is not 0 to 4095.
    public init(_ id: Int, online: Bool) throws(ChangeRequestError) {
        guard let map = CPUMap(validating: [id]) else { throw .outOfRange(id) }
        try self.init(map, online: online)
    }
}
