/// What somebody wants of a guest's vCPUs: some online, others offline.
///
/// The three forms of asking, as in libvirt's discussion of the interface: one vCPU; a map and
/// a state; two maps.
public struct ChangeRequest: Hashable, Sendable {
    /// The vCPUs to bring online.
    public let toOnline: CPUMap
    /// The vCPUs to take offline; disjoint from `toOnline`.
    public let toOffline: CPUMap

    /// Asks for two maps, one to bring online and one to take offline.
    ///
    /// - Throws: `.overlap` when an id is in both maps, `.empty` when neither holds one.
    public init(online: CPUMap, offline: CPUMap) throws(ChangeRequestError) {
        guard online.isDisjoint(with: offline) else {
            throw .overlap(online.intersection(offline))
        }
        guard !online.isEmpty || !offline.isEmpty else { throw .empty }
        toOnline = online
        toOffline = offline
    }

    /// Asks for one state for all ids of a map.
    ///
    /// - Throws: `.empty` when the map holds none.
    public init(_ map: CPUMap, online: Bool) throws(ChangeRequestError) {
        try self.init(online: online ? map : [], offline: online ? [] : map)
    }

    /// Asks for one vCPU's state.
    ///
    /// - Throws: `.outOfRange` when the id is not 0 to 4095.
    public init(_ id: Int, online: Bool) throws(ChangeRequestError) {
        guard let map = CPUMap(validating: [id]) else { throw .outOfRange(id) }
        try self.init(map, online: online)
    }

    /// Every vCPU that the request names.
    public var named: CPUMap { toOnline.union(toOffline) }

    /// Whether the guest is as asked: every named vCPU is there, in the state asked for.
    public func isFulfilled(by guest: GuestVCPUs) -> Bool {
        toOnline.isSubset(of: guest.online) && toOffline.isSubset(of: guest.offline)
    }
}

/// Why two maps are no request.
public enum ChangeRequestError: Error, Hashable, Sendable {
    /// Both maps hold these ids.
    case overlap(CPUMap)
    /// No vCPU is named.
    case empty
    /// This number is no vCPU id.
    case outOfRange(Int)
}
