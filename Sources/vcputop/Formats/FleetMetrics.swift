internal import GuestVCPU

/// The metrics that `list --format openmetrics` and `--format prometheus` print.
///
/// What is not known is absent.
struct FleetMetrics {
    private var counts = MetricFamily(
        "vcputop_guest_vcpus", labels: ["source", "guest", "state"],
        help: "How many vCPUs the guest has online and offline.")
    private var online = MetricFamily(
        "vcputop_guest_vcpu_online", labels: ["source", "guest", "vcpu"],
        help: "Whether the guest schedules on the vCPU.")
    private var time = MetricFamily(
        "vcputop_host_vcpu_time_seconds", .counter, unit: "seconds",
        labels: ["source", "guest", "vcpu", "host_vcpu"],
        help: "CPU time that the thread of the vCPU consumed.")
    private var wait = MetricFamily(
        "vcputop_host_vcpu_wait_seconds", .counter, unit: "seconds",
        labels: ["source", "guest", "vcpu", "host_vcpu"],
        help: "Time that the thread of the vCPU waited for a physical CPU.")
    private var agents = MetricFamily(
        "vcputop_agent_up", labels: ["source", "guest", "status"],
        help: "Whether the guest agent was read, and with which status.")
    private var ages = MetricFamily(
        "vcputop_agent_reading_age_seconds", unit: "seconds", labels: ["source", "guest"],
        help: "How old the last good reading of the guest is.")
    private var sources = MetricFamily(
        "vcputop_source_up", labels: ["source"], help: "Whether the source answers.")

    /// The metrics that there are, without samples.
    static let all = FleetMetrics().families

    private var families: [MetricFamily] {
        [counts, online, time, wait, agents, ages, sources]
    }

    static func families(of snapshot: FleetSnapshot) -> [MetricFamily] {
        var metrics = FleetMetrics()
        for (guest, labels) in zip(snapshot.guests, labels(of: snapshot.guests)) {
            metrics.add(guest, labels, at: snapshot.takenAt)
        }
        for source in snapshot.sources where source.status != .pending {
            metrics.sources.add(
                [.init("source", source.name)], source.status == .ok ? "1" : "0")
        }
        return metrics.families
    }

    /// What tells each guest from all others: source and name; where several have both, their
    /// UUIDs; and a number where that is not enough.
    private static func labels(of guests: [GuestState]) -> [[MetricFamily.Label]] {
        let names = guests.map { guest in
            [MetricFamily.Label("source", guest.id.source.name), .init("guest", guest.id.name)]
        }
        let twins = Dictionary(grouping: names.indices, by: { names[$0].map(\.value) })
            .filter { $0.value.count > 1 }
        var seen: [[String]: Int] = [:]
        return zip(guests, names).map { guest, names in
            guard twins[names.map(\.value)] != nil else { return names }
            var labels = names
            if let uuid = guest.id.uuid { labels.append(.init("uuid", uuid)) }
            let count = seen[labels.map(\.value), default: 0] + 1
            seen[labels.map(\.value)] = count
            if count > 1 { labels.append(.init("number", "\(count)")) }
            return labels
        }
    }

    private mutating func add(
        _ guest: GuestState, _ labels: [MetricFamily.Label], at now: ContinuousClock.Instant
    ) {
        if guest.agent != .pending {
            agents.add(
                labels + [.init("status", guest.agent.name)], guest.agent == .ok ? "1" : "0")
        }
        if let vcpus = guest.vcpus {
            counts.add(labels + [.init("state", "online")], "\(vcpus.online.count)")
            counts.add(labels + [.init("state", "offline")], "\(vcpus.offline.count)")
            for id in vcpus.vcpus {
                online.add(
                    labels + [.init("vcpu", "\(id)")], vcpus.online.contains(id) ? "1" : "0")
            }
            let milliseconds = max(vcpus.readAt.duration(to: now) / .milliseconds(1), 0)
            ages.add(labels, SecondsText.of(UInt64(milliseconds) * 1_000_000))
        }
        for vcpu in guest.host?.reading.vcpus ?? [] {
            let id = guest.host?.pairing.guestID(of: vcpu.index)
            let label: MetricFamily.Label =
                id.map { .init("vcpu", "\($0)") } ?? .init("host_vcpu", "\(vcpu.index.number)")
            if let nanoseconds = vcpu.timeNanoseconds {
                time.add(labels + [label], SecondsText.of(nanoseconds))
            }
            if let nanoseconds = vcpu.waitNanoseconds {
                wait.add(labels + [label], SecondsText.of(nanoseconds))
            }
        }
    }
}
