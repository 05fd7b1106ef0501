/// The states that a user wants for a guest's vCPUs.
///
/// The three forms of asking, as in libvirt's discussion of the interface: one vCPU; a map and
/// a state; two maps. Two more depend on what the guest has: all of its vCPUs online, and a number
/// of them.
public struct ChangeRequest: Hashable, Sendable {
    /// What was asked for.
    public enum Goal: Hashable, Sendable {
        /// The states that `targets` names.
        case states
        /// Every vCPU of the guest online.
        case allOnline
        /// So many vCPUs online.
        case onlineCount(Int)
    }

    /// What was asked for.
    public let goal: Goal

    /// The wanted states.
    ///
    /// Empty only for a goal that depends on the guest, until a reading tells which vCPUs it has.
    public let targets: VCPUTargets

    private init(_ goal: Goal, _ targets: VCPUTargets) {
        self.goal = goal
        self.targets = targets
    }

    /// Asks for these states.
    ///
    /// - Throws: `.empty` when no vCPU is named.
    public init(_ targets: VCPUTargets) throws(ChangeRequestError) {
        guard !targets.isEmpty else { throw .empty }
        self.init(.states, targets)
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

    /// Asks for every vCPU that the guest has to be online.
    public static let allOnline = ChangeRequest(.allOnline, VCPUTargets())

    /// Asks for so many vCPUs to be online: the highest that can go offline go first, the lowest
    /// offline ones come first.
    ///
    /// A number that the guest cannot have is refused by its reading.
    public init(onlineCount count: Int) {
        self.init(.onlineCount(count), VCPUTargets())
    }

    /// The request with the states that it means for a guest.
    ///
    /// A number of vCPUs names all of them, those too that stay as they are: when another client
    /// changes one of these meanwhile, the number is not as asked.
    ///
    /// - Returns: Without targets where the guest cannot have that number.
    func resolved(by guest: GuestVCPUs) -> ChangeRequest {
        guard targets.isEmpty else { return self }
        switch goal {
        case .states: return self
        case .allOnline: return ChangeRequest(goal, VCPUTargets(guest.vcpus, online: true))
        case .onlineCount(let count):
            guard let changes = guest.changes(forOnline: count) else { return self }
            var all = VCPUTargets(guest.vcpus, online: false)
            for id in changes.onlineAfterwards(of: guest) { all[id] = true }
            return ChangeRequest(goal, all)
        }
    }
}
