internal import GuestVCPU

/// The rows that `list --format csv` prints: one a vCPU.
enum FleetCSV {
    static let header = [
        "source", "guest", "vcpu", "present", "online", "offlinable", "host_time_seconds",
        "host_wait_seconds", "agent_status",
    ]

    /// A guest without a current reading has one row, which says why.
    static func rows(of snapshot: FleetSnapshot) -> [[String]] {
        snapshot.guests.flatMap(rows)
    }

    private static func rows(of guest: GuestState) -> [[String]] {
        let names = [guest.id.source.name, guest.id.name]
        // An old reading has no age here, so it is left out, as in the table.
        guard guest.agent == .ok, let vcpus = guest.vcpus, !vcpus.vcpus.isEmpty else {
            return [names + ["", "", "", "", "", "", guest.agent.name]]
        }
        return vcpus.vcpus.map { id in
            let host = guest.host?.vcpu(guestID: id)
            return names + [
                "\(id)", "1", flag(vcpus.online.contains(id)), flag(vcpus.offlinable.contains(id)),
                host?.timeNanoseconds.map(SecondsText.of) ?? "",
                host?.waitNanoseconds.map(SecondsText.of) ?? "", guest.agent.name,
            ]
        }
    }

    private static func flag(_ value: Bool) -> String { value ? "1" : "0" }
}
