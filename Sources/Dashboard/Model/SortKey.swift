internal import GuestVCPU

/// What rows are ordered by.
enum SortKey: String, CaseIterable {
    /// As the sources list them.
    case listing
    /// By name.
    case name
    /// Those that use the most physical CPUs first.
    case cores
    /// Those with the most offline vCPUs first.
    case offline
    /// Those whose agent does not answer first.
    case problems

    /// What the screen calls it.
    var name: String {
        switch self {
        case .listing: "as listed"
        case .name: "name"
        case .cores: "CPU used"
        case .offline: "offline vCPUs"
        case .problems: "problems"
        }
    }

    /// The next in the circle.
    var next: SortKey {
        let all = Self.allCases
        let place = all.firstIndex(of: self) ?? 0
        return all[(place + 1) % all.count]
    }

    /// The guests in this order; those that are equal stay in the order of the listing.
    func sorted(_ ids: [GuestID], _ members: [GuestID: Fleet.Member]) -> [GuestID] {
        switch self {
        case .listing: ids
        case .name: ids.sorted { ($0.name, $0.source) < ($1.name, $1.source) }
        case .cores: ids.stablySorted { members[$0]?.cores ?? -1 }
        case .offline: ids.stablySorted { Double(members[$0]?.state.vcpus?.offline.count ?? -1) }
        case .problems: ids.stablySorted { members[$0]?.state.agent == .ok ? 0 : 1 }
        }
    }
}

extension [GuestID] {
    /// Sorted by a number worked out once for each, the highest first.
    fileprivate func stablySorted(by number: (GuestID) -> Double) -> [GuestID] {
        enumerated().map { (number: number($1), place: $0, id: $1) }
            .sorted { $0.number != $1.number ? $0.number > $1.number : $0.place < $1.place }
            .map(\.id)
    }
}
