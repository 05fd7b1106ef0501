internal import Dashboard
internal import GuestVCPU
internal import SafeText

/// A snapshot as a table for people.
enum FleetText {
    /// The most cells that a table has for a name, and characters for a source; JSON has all of
    /// them.
    private static let widestName = 64
    private static let longestSource = 200

    /// - Parameter isMeasured: Whether the table has columns for what is measured between two
    ///   readings of the host.
    static func lines(_ snapshot: FleetSnapshot, isMeasured: Bool) -> [String] {
        let pinnings = pinnings(in: snapshot)
        var table = TextTable(
            header: [
                "GUEST", "STATE", "AGENT", "ONLINE", "ONLINE IDS", "OFFLINE IDS", "NOT OFFLINABLE",
                "HOST",
            ] + (pinnings == nil ? [] : ["PINNED"]) + (isMeasured ? ["CPUs", "WAIT%", "USE%"] : [])
                + [
                    "SOURCE"
                ])
        let labels = labels(of: snapshot)
        for (place, guest) in snapshot.guests.enumerated() {
            let pinned = pinnings.map { [$0[place]?.text ?? "?"] } ?? []
            table.add(row(guest, labels[guest.id], isMeasured, pinned: pinned))
        }
        return table.lines
    }

    /// The CPUs that each guest's vCPUs are pinned to; nil where no vCPU is known to be pinned, which
    /// saves the column.
    private static func pinnings(in snapshot: FleetSnapshot) -> [GuestPinning?]? {
        let pinnings = snapshot.guests.map { guest in
            let host = snapshot.hosts.first { $0.id == guest.hostID }
            return GuestPinning(of: guest.host?.reading, online: host?.online)
        }
        return pinnings.contains { $0.map { $0.count > 0 } ?? false } ? pinnings : nil
    }

    /// The names as the dashboard shows them, with what tells guests of one name apart.
    private static func labels(of snapshot: FleetSnapshot) -> GuestLabels {
        var labels = GuestLabels()
        labels.update(snapshot.guests)
        return labels
    }

    private static func row(
        _ guest: GuestState, _ label: GuestLabel, _ isMeasured: Bool, pinned: [String]
    ) -> [String] {
        let vcpus = guest.agent == .ok ? guest.vcpus : nil
        return [
            // Any user can give a process a name that would make every row as wide.
            label.cut(to: widestName), guest.runState.rawValue, guest.agent.name,
            vcpus.map { "\($0.online.count)/\($0.vcpus.count)" } ?? "?",
            list(vcpus?.online), list(vcpus?.offline),
            list(vcpus.map { $0.vcpus.subtracting($0.offlinable) }),
            host(guest.host),
        ] + pinned + (isMeasured ? measured(GuestLoad(of: guest)) : [])
            + [guest.id.source.name.printable(limit: longestSource)]
    }

    private static func measured(_ load: GuestLoad) -> [String] {
        [load.cores?.coresText ?? "-"]
            + [load.longestWaitPercent, load.usePercent].map { $0.map { "\($0)" } ?? "-" }
    }

    private static func list(_ map: CPUMap?) -> String {
        guard let map else { return "?" }
        return map.isEmpty ? "-" : map.list
    }

    /// The CPU time that all vCPUs have consumed.
    private static func host(_ host: HostState?) -> String {
        guard let host else { return "?" }
        let times = host.reading.vcpus.compactMap(\.timeNanoseconds)
        guard !times.isEmpty else { return "?" }
        let seconds = times.reduce(0.0) { $0 + Double($1) / 1e9 }
        return "\(Int(min(seconds, 1e12))) s"
    }

    /// What is wrong with the guests' agents, a line each, for standard error.
    static func troubles(_ snapshot: FleetSnapshot) -> [String] {
        let labels = labels(of: snapshot)
        return snapshot.guests.compactMap { guest in
            guard case .failed(let error) = guest.agent else { return nil }
            return "guest '\(labels[guest.id].text)': \(error.summary)"
        }
    }
}
