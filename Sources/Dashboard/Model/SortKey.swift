internal import GuestVCPU

/// What rows are ordered by.
enum SortKey: String, CaseIterable {
    /// As the sources list them.
    case listing
    /// By name.
    case name
    /// By the status of the agent, in words.
    case agent
    /// Those whose reading is the oldest first.
    case age
    /// Those with the most online vCPUs first.
    case online
    /// Those with the most vCPUs first.
    case vcpus
    /// Those that use the most physical CPUs first.
    case cores
    /// Those with the most offline vCPUs first.
    case offline
    /// Those with the worst problem first.
    case problems

    /// What the screen calls it.
    var name: String {
        switch self {
        case .listing: "as listed"
        case .name: "name"
        case .agent: "agent"
        case .age: "age"
        case .online: "online vCPUs"
        case .vcpus: "vCPUs"
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
}

/// What rows are ordered by, and which way round.
struct SortOrder: Hashable {
    var key = SortKey.listing
    /// Whether what would come first comes last.
    var isReversed = false

    /// What the screen calls it.
    var name: String { isReversed ? "\(key.name), reversed" : key.name }

    /// The guests in this order; those that are equal stay in the order of the listing, and
    /// those of which nothing is known come last either way.
    func sorted(_ ids: [GuestID], _ members: [GuestID: RosterGuest]) -> [GuestID] {
        switch key {
        case .listing: return isReversed ? ids.reversed() : ids
        case .name:
            let sorted = ids.sorted { ($0.name, $0.source) < ($1.name, $1.source) }
            return isReversed ? sorted.reversed() : sorted
        case .agent:
            return sorted(ids) {
                members[$0]?.statusText(short: false)
            } by: {
                $0 < $1
            }
        case .age:
            return sorted(ids) {
                members[$0]?.state.vcpus?.readAt
            } by: {
                $0 < $1
            }
        case .online:
            return sorted(ids) {
                members[$0]?.state.vcpus?.online.count
            } by: {
                $0 > $1
            }
        case .vcpus:
            return sorted(ids) {
                members[$0]?.state.vcpus?.vcpus.count
            } by: {
                $0 > $1
            }
        case .cores:
            return sorted(ids) {
                members[$0]?.cores
            } by: {
                $0 > $1
            }
        case .offline:
            return sorted(ids) {
                members[$0]?.state.vcpus?.offline.count
            } by: {
                $0 > $1
            }
        case .problems:
            return sorted(ids) {
                members[$0]?.problem?.rank ?? .max
            } by: {
                $0 < $1
            }
        }
    }

    /// Sorted by a value worked out once for each.
    private func sorted<Value: Equatable>(
        _ ids: [GuestID], _ value: (GuestID) -> Value?, by isBefore: (Value, Value) -> Bool
    ) -> [GuestID] {
        let valued = ids.enumerated().map { (value: value($1), place: $0, id: $1) }
        return valued.sorted { left, right in
            switch (left.value, right.value) {
            case (let one?, let other?) where one != other:
                return isReversed ? isBefore(other, one) : isBefore(one, other)
            case (nil, _?): return false
            case (_?, nil): return true
            default: return left.place < right.place
            }
        }.map(\.id)
    }
}
