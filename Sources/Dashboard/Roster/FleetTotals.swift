internal import GuestVCPU

/// Sums over all guests, updated as guests come, change and go.
struct FleetTotals: Hashable {
    private(set) var guests = 0
    private(set) var readable = 0
    private(set) var vcpus = 0
    private(set) var online = 0
    private(set) var fixed = 0
    /// Guests that use fewer vCPUs than the hypervisor has plugged.
    private(set) var withLeftOffline = 0
    /// Guests with which something is wrong, those that no source lists any more included.
    private(set) var withProblem = 0
    /// Physical CPUs used, in millionths: whole numbers add up exactly, however often.
    private var millionths = 0
    /// The guests of which it is known how many they use.
    private var withCores = 0
    /// What the guests of each machine have.
    private(set) var onHost: [HostID: HostedCount] = [:]
    /// Guests with pinned vCPUs.
    private var withPinned = 0
    private var names = Tally()
    private var notes = Tally()
    private var counts = Tally()
    private var slots = Tally()
    /// The highest id of each guest, plus one.
    private var spans = Tally()

    /// Physical CPUs used; nil where nothing is known of any guest.
    var cores: Double? { withCores > 0 ? Double(millionths) / 1_000_000 : nil }
    /// What the columns of the screen need.
    var needs: ColumnNeeds {
        ColumnNeeds(
            nameColumns: names.max ?? 0, noteColumns: notes.max ?? 0, digits: digits(counts),
            slotDigits: digits(slots), showsPinned: withPinned > 0,
            highestID: max((spans.max ?? 1) - 1, 0),
            usualSpan: spans.median ?? 1)
    }

    private func digits(_ tally: Tally) -> Int { "\(tally.max ?? 0)".utf8.count }

    mutating func add(_ member: RosterGuest) { count(member, 1) }

    mutating func remove(_ member: RosterGuest) { count(member, -1) }

    /// - Parameter sign: 1 for a guest that comes, -1 for one that goes.
    private mutating func count(_ member: RosterGuest, _ sign: Int) {
        if member.problem != nil { withProblem += sign }
        guard !member.isGone else { return }
        guests += sign
        names.count(member.label.columns, sign)
        notes.count(member.noteColumns, sign)
        slots.count(member.state.slots ?? member.state.plugged ?? 0, sign)
        if let cores = member.cores, cores.isFinite {
            withCores += sign
            // A guest uses no more than a CPU for each of its at most 4,096 vCPUs.
            millionths += sign * Int(min(max(cores, 0), 10_000) * 1_000_000)
        }
        if let pinning = member.pinning, pinning.count > 0 { withPinned += sign }
        if member.leftOffline > 0 { withLeftOffline += sign }
        if let host = member.state.hostID {
            onHost[host, default: HostedCount()].add(HostedCount(of: member.state), sign)
        }
        guard let guest = member.state.vcpus else { return }
        if member.state.agent == .ok, !member.isSourceDown { readable += sign }
        let count = guest.vcpus.count
        vcpus += sign * count
        online += sign * guest.online.count
        fixed += sign * (count - guest.offlinable.count)
        counts.count(count, sign)
        spans.count((guest.vcpus.max ?? 0) + 1, sign)
    }
}
