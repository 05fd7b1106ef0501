/// The vCPUs of a guest that are to be online, and those that are to be offline.
///
/// The one pair of maps for marks, requests, plans, JSON and command lines. No id is in both.
public struct VCPUTargets: Hashable, Sendable {
    /// The vCPUs to bring online.
    public private(set) var online: CPUMap
    /// The vCPUs to take offline; disjoint from `online`.
    public private(set) var offline: CPUMap

    /// Creates targets that name no vCPU.
    public init() {
        online = []
        offline = []
    }

    /// Creates targets of two maps.
    ///
    /// - Throws: `.overlap` when an id is in both maps.
    public init(online: CPUMap, offline: CPUMap) throws(ChangeRequestError) {
        guard online.isDisjoint(with: offline) else {
            throw .overlap(online.intersection(offline))
        }
        self.init(disjoint: online, offline)
    }

    /// Creates targets with one state for all ids of a map.
    public init(_ map: CPUMap, online: Bool) {
        self.init(disjoint: online ? map : [], online ? [] : map)
    }

    private init(disjoint online: CPUMap, _ offline: CPUMap) {
        self.online = online
        self.offline = offline
    }

    /// Whether no vCPU is named.
    public var isEmpty: Bool { online.isEmpty && offline.isEmpty }

    /// How many vCPUs are named.
    public var count: Int { online.count + offline.count }

    /// Every vCPU that is named.
    public var ids: CPUMap { online.union(offline) }

    /// Whether a vCPU is to be online; nil where it is not named.
    ///
    /// - Parameter id: In `CPUMap.idRange` when it is set.
    public subscript(id: Int) -> Bool? {
        get {
            if online.contains(id) { return true }
            return offline.contains(id) ? false : nil
        }
        set {
            online.remove(id)
            offline.remove(id)
            switch newValue {
            case true?: online.insert(id)
            case false?: offline.insert(id)
            case nil: break
            }
        }
    }

    /// The targets of these vCPUs alone.
    public func intersection(_ ids: CPUMap) -> VCPUTargets {
        VCPUTargets(disjoint: online.intersection(ids), offline.intersection(ids))
    }

    /// The same vCPUs, each to the other state.
    public var reversed: VCPUTargets { VCPUTargets(disjoint: offline, online) }

    /// The targets that the guest does not fulfil: vCPUs that it lacks, or that are in the other
    /// state.
    public func unfulfilled(by guest: GuestVCPUs) -> VCPUTargets {
        VCPUTargets(
            disjoint: online.subtracting(guest.online), offline.subtracting(guest.offline))
    }

    /// The targets that the guest fulfils.
    public func fulfilled(by guest: GuestVCPUs) -> VCPUTargets {
        VCPUTargets(
            disjoint: online.intersection(guest.online), offline.intersection(guest.offline))
    }

    /// Whether every named vCPU is there, in the state that it is to have.
    public func isFulfilled(by guest: GuestVCPUs) -> Bool { unfulfilled(by: guest).isEmpty }

    /// The steps in the order to send: onlines before offlines, each ascending, no id twice.
    public var changes: [VCPUChange] {
        online.map { VCPUChange(id: $0, online: true) }
            + offline.map { VCPUChange(id: $0, online: false) }
    }
}

extension VCPUTargets: CustomStringConvertible {
    /// Both lists: `online 61-63, offline 3`; `nothing` where no vCPU is named.
    public var description: String {
        let parts = [
            online.isEmpty ? nil : "online \(online)", offline.isEmpty ? nil : "offline \(offline)",
        ].compactMap { $0 }
        return parts.isEmpty ? "nothing" : parts.joined(separator: ", ")
    }
}
