internal import CanvasKit
package import GuestVCPU

/// How full the machines are that run guests.
struct HostFullness: Hashable {
    /// How many machines, and how many CPUs they have online.
    let hosts: Int
    let cpus: Int
    /// How many CPUs' worth of work they do, that of their own included; nil where that is not
    /// known of all.
    let busy: Double?
    /// How many vCPUs their guests have online, and how many are plugged.
    let vcpus: HostedCount

    /// The machines together; nil where none is known.
    init?(_ hosts: [PhysicalHost], _ totals: FleetTotals) {
        self.init(hosts) { totals.onHost[$0] }
    }

    fileprivate init?(_ hosts: [PhysicalHost], _ count: (HostID) -> HostedCount?) {
        guard !hosts.isEmpty else { return nil }
        self.hosts = hosts.count
        cpus = hosts.reduce(0) { $0 + $1.online.count }
        let known = hosts.compactMap(\.busyCPUs)
        busy = known.count == hosts.count ? known.reduce(0, +) : nil
        vcpus = hosts.reduce(into: HostedCount()) { $0.add(count($1.id), 1) }
    }

    /// All that the screen says of it, which changes less often than what is measured.
    var words: [String] { [busyFact, ratioFact].flatMap { $0?.forms ?? [] } }

    /// `101 of 128 host CPUs busy`; nil where that is not known.
    var busyFact: Fact? {
        guard let busy, cpus > 0 else { return nil }
        let of = "\(busy.coresText) of \(cpus)"
        let role: Style.Role = busy >= 0.95 * Double(cpus) ? .warning : .text
        return hosts == 1
            ? Fact("\(of) host CPUs busy", "\(busy.coresText)/\(cpus) busy", role: role)
            : Fact(
                "\(of) CPUs of \(hosts) hosts busy", "\(busy.coresText)/\(cpus) busy", role: role)
    }

    /// `1.9 vCPUs online and 2.5 plugged per CPU`; nil where there is none.
    var ratioFact: Fact? {
        guard cpus > 0, vcpus.online > 0 || vcpus.plugged > 0 else { return nil }
        let online = (Double(vcpus.online) / Double(cpus)).coresText
        let plugged = (Double(vcpus.plugged) / Double(cpus)).coresText
        return Fact(
            "\(online) vCPUs online and \(plugged) plugged per CPU",
            "\(online)/\(plugged) vCPUs per CPU")
    }
}

extension FleetSnapshot {
    /// How full the machines are that run the guests, in words; nil where nothing is known of them.
    package var fullnessText: String? {
        var counts: [HostID: HostedCount] = [:]
        for guest in guests {
            guard let host = guest.hostID else { continue }
            counts[host, default: HostedCount()].add(HostedCount(of: guest), 1)
        }
        let fullness = HostFullness(hosts) { counts[$0] }
        let facts = [fullness?.busyFact, fullness?.ratioFact].compactMap { $0?.forms.first }
        return facts.isEmpty ? nil : facts.joined(separator: ", ")
    }
}

/// How many vCPUs the guests of a machine have.
struct HostedCount: Hashable {
    var online = 0
    var plugged = 0

    init() {}

    init(of guest: GuestState) {
        online = guest.vcpus?.online.count ?? 0
        // Of a guest that the host does not see, what it lists is plugged.
        plugged = guest.plugged ?? guest.vcpus?.vcpus.count ?? 0
    }

    /// - Parameter sign: 1 for vCPUs that come, -1 for those that go.
    mutating func add(_ other: HostedCount?, _ sign: Int) {
        guard let other else { return }
        online += sign * other.online
        plugged += sign * other.plugged
    }
}
