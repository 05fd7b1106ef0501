internal import GuestVCPU

/// What is true of the fleet as a whole, worked out once a snapshot.
struct FleetTotals: Hashable {
    var guests = 0
    var readable = 0
    var vcpus = 0
    var online = 0
    var fixed = 0
    /// Guests that use fewer vCPUs than the hypervisor has plugged.
    var withUnused = 0
    /// Physical CPUs used; nil where nothing is known of any guest.
    var cores: Double?
    /// Cells that the longest name takes.
    var nameColumns = 0
    /// Cells that notes need, without those about marks and changes: columns must not move when a
    /// vCPU is marked.
    var noteColumns = 0
    /// Digits of the largest number of vCPUs.
    var digits = 1
    /// Digits of the largest number of vCPUs that a hypervisor could plug.
    var slotDigits = 1
    /// The highest vCPU id.
    var highestID = 0
    /// How many ids from 0 up the guest in the middle has, if they are ordered by that.
    var usualSpan = 1

    init() {}

    init(_ members: some Sequence<RosterGuest>) {
        var spans: [Int] = []
        for member in members where !member.isGone {
            guests += 1
            nameColumns = max(nameColumns, member.label.columns)
            noteColumns = max(noteColumns, member.problem?.noteColumns ?? 0)
            if let used = member.cores { cores = (cores ?? 0) + used }
            if member.state.unused > 0 { withUnused += 1 }
            slotDigits = max(
                slotDigits, "\(member.state.slots ?? member.state.plugged ?? 0)".utf8.count)
            guard let guest = member.state.vcpus else { continue }
            if member.state.agent == .ok, !member.isSourceDown { readable += 1 }
            let count = guest.vcpus.count
            vcpus += count
            online += guest.online.count
            fixed += count - guest.offlinable.count
            digits = max(digits, "\(count)".utf8.count)
            spans.append((guest.vcpus.max ?? 0) + 1)
        }
        spans.sort()
        highestID = max((spans.last ?? 1) - 1, 0)
        usualSpan = spans.isEmpty ? 1 : spans[(spans.count - 1) / 2]
    }
}
