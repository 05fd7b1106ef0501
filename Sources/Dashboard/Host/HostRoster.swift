internal import GuestVCPU

/// The machines that run guests, as far as they are known.
struct HostRoster {
    /// In the order in which they were first heard of.
    private(set) var all: [PhysicalHost] = []

    var isEmpty: Bool { all.isEmpty }

    subscript(id: HostID) -> PhysicalHost? { all.first { $0.id == id } }

    mutating func apply(_ hosts: [PhysicalHost]) {
        for host in hosts {
            if let place = all.firstIndex(where: { $0.id == host.id }) {
                all[place] = host
            } else {
                all.append(host)
            }
        }
    }
}
