/// What has to be read for a filter or an order to be right, beside each guest and its host once.
package struct FleetNeeds: OptionSet, Hashable, Sendable {
    package let rawValue: Int

    package init(rawValue: Int) {
        self.rawValue = rawValue
    }

    /// A second reading of the hosts, an interval later: use and wait are measured between the two.
    package static let load = FleetNeeds(rawValue: 1)
    /// After the measurement a second reading of the guests: a vCPU that ran is contradicted only
    /// if the guest still calls it offline.
    package static let contradictions = FleetNeeds(rawValue: 2 | load.rawValue)
    /// The CPUs of the machines that run the guests: a vCPU is pinned if it may not run on all.
    package static let hostCPUs = FleetNeeds(rawValue: 4)
}
