internal import GuestVCPU

/// A snapshot as a table for people.
enum FleetText {
    /// The most characters that a table has of a name, and of a source; JSON has all of them.
    private static let longestName = 64
    private static let longestSource = 200

    static func lines(_ snapshot: FleetSnapshot) -> [String] {
        var table = TextTable(
            header: [
                "GUEST", "STATE", "AGENT", "ONLINE", "ONLINE IDS", "OFFLINE IDS", "FIXED IDS",
                "HOST", "SOURCE",
            ])
        for guest in snapshot.guests { table.add(row(guest)) }
        return table.lines
    }

    private static func row(_ guest: GuestState) -> [String] {
        let vcpus = guest.agent == .ok ? guest.vcpus : nil
        return [
            name(guest), guest.runState.rawValue, guest.agent.name,
            vcpus.map { "\($0.online.count)/\($0.vcpus.count)" } ?? "?",
            list(vcpus?.online), list(vcpus?.offline),
            list(vcpus.map { $0.vcpus.subtracting($0.offlinable) }),
            host(guest.host), guest.id.source.printable(limit: longestSource),
        ]
    }

    /// The name, with the owner where that is another user: it takes the full name then to mean
    /// the guest.
    private static func name(_ guest: GuestState) -> String {
        // Any user can give a process a name that would make every row as wide.
        let name = guest.id.name.printable(limit: longestName)
        guard let owner = guest.owner, !owner.isTrusted else { return name }
        return "\(name) (user \(owner.text.printable(limit: 32)))"
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
        let names = Dictionary(snapshot.guests.map { ($0.id.name, 1) }, uniquingKeysWith: +)
        return snapshot.guests.compactMap { guest in
            guard case .failed(let error) = guest.agent else { return nil }
            // The name alone may not tell which guest is meant.
            let source = names[guest.id.name] == 1 ? "" : " of '\(guest.id.source)'"
            return "guest '\(guest.id.name)'\(source): \(error.summary)"
        }
    }
}
