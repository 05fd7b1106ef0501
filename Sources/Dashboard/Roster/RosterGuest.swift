internal import GuestVCPU

/// A guest in the roster, with the values that are derived from its state once for each update.
///
/// Immutable, and a class: with all that is in it, it would be costly to copy.
final class RosterGuest: Sendable {
    let state: GuestState
    /// What the screen calls it.
    let label: GuestLabel
    /// What it uses of the host's CPUs, and how long it waits for them.
    let load: GuestLoad
    /// The share of its vCPUs that the guest as a whole used of late.
    let recentShares: RecentShares
    /// The most that it used in the last minutes.
    let peakUse: PeakUse
    /// The load that the cell of each vCPU shows, by the guest's number.
    ///
    /// Negative where none is known. It follows what is measured only when that moves by more
    /// than a little, so that a cell between two signs does not flicker.
    private let shownLoads: [Double]
    /// Whether no source lists it any more; it stays while marks or a change hold it.
    let isGone: Bool
    /// Whether its source does not answer, so that nothing newer is heard of it.
    let isSourceDown: Bool
    /// All that there is to say of it without this dashboard's marks and changes; in order.
    let conditions: [Condition]
    /// How many plugged vCPUs the guest does not schedule on.
    let leftOffline: Int
    /// Cells that a note about it needs.
    let noteColumns: Int
    /// The CPUs of its machine that are online; nil where they are not known.
    let hostCPUs: PhysicalCPUSet?
    /// The CPUs that its vCPUs are pinned to; nil where that is not known.
    let pinning: GuestPinning?
    /// How many of the host's vCPUs are not known to be one of the guest's.
    let unpairedCount: Int

    /// Creates a guest.
    ///
    /// - Parameters:
    ///   - hostCPUs: The CPUs of its machine that are online; nil where they are not known.
    ///   - earlier: The same guest as it was known before.
    init(
        _ state: GuestState, label: GuestLabel, on hostCPUs: PhysicalCPUSet? = nil,
        after earlier: RosterGuest?, isGone: Bool = false, isSourceDown: Bool = false
    ) {
        self.state = state
        self.label = label
        self.isGone = isGone
        self.isSourceDown = isSourceDown
        load = GuestLoad(of: state)
        (recentShares, peakUse) = Self.history(state, cores: load.cores, after: earlier)
        shownLoads = Self.loads(state, after: earlier?.shownLoads ?? [])
        leftOffline = state.leftOffline
        conditions = Condition.all(
            of: state, leftOffline: leftOffline, isGone: isGone, isSourceDown: isSourceDown)
        noteColumns = Self.noteColumns(of: conditions, after: earlier)
        self.hostCPUs = hostCPUs
        pinning = Self.pinning(state, on: hostCPUs, after: earlier)
        unpairedCount = Self.unpairedCount(state.host)
    }

    /// How many physical CPUs it uses; nil where that is not known.
    var cores: Double? { load.cores }

    /// How many of its online vCPUs it did without in the last minutes, of the plugged ones where it
    /// was never read; nil where that is not known.
    var spare: Int? {
        guard let need = peakUse.need, let count = state.vcpus?.online.count ?? state.plugged
        else { return nil }
        return max(count - need, 0)
    }

    /// The worst thing that is wrong with it, without this dashboard's marks and changes.
    var problem: Condition? { conditions.first(where: \.isProblem) }

    /// The vCPUs that the guest calls offline although their threads use a physical CPU.
    var contradicted: CPUMap { state.judgement.contradicted ?? [] }

    /// The share of a physical CPU that the cell of a vCPU shows; nil where none is known.
    func shownLoad(guestID id: Int) -> Double? {
        guard shownLoads.indices.contains(id), shownLoads[id] >= 0 else { return nil }
        return shownLoads[id]
    }

    /// The earlier width where there is the same to say, as in most updates: to measure all words is
    /// costly.
    private static func noteColumns(
        of conditions: [Condition], after earlier: RosterGuest?
    ) -> Int {
        if let earlier, earlier.conditions == conditions { return earlier.noteColumns }
        return conditions.first(where: \.isProblem)?.noteColumns ?? 0
    }

    /// The earlier judgement where nothing has changed that it depends on, as in most updates.
    private static func pinning(
        _ state: GuestState, on hostCPUs: PhysicalCPUSet?, after earlier: RosterGuest?
    ) -> GuestPinning? {
        guard let reading = state.host?.reading, let hostCPUs else { return nil }
        if let earlier, let before = earlier.state.host?.reading, earlier.hostCPUs == hostCPUs,
            reading.vcpus.count == before.vcpus.count,
            reading.vcpus.indices.allSatisfy({
                reading.vcpus[$0].affinity == before.vcpus[$0].affinity
            })
        {
            return earlier.pinning
        }
        return GuestPinning(of: reading, online: hostCPUs)
    }

    private static func unpairedCount(_ host: HostState?) -> Int {
        guard let host else { return 0 }
        guard host.pairing.confidence != .unknown else { return host.reading.vcpus.count }
        return host.reading.vcpus.count { host.pairing.guestID(of: $0.index) == nil }
    }

    /// Half of the share that one digit covers.
    private static let leastMove: Double = 0.05

    /// What it used of late, and at its peak.
    private static func history(
        _ state: GuestState, cores: Double?, after earlier: RosterGuest?
    ) -> (recent: RecentShares, peak: PeakUse) {
        var recent = earlier?.recentShares ?? RecentShares()
        var peak = earlier?.peakUse ?? PeakUse()
        let before = earlier?.state.host?.reading
        guard let host = state.host else { return (recent, peak) }
        // The peak of the machine that it was says nothing of the one that it is.
        if let before, before.incarnation != host.reading.incarnation { peak = PeakUse() }
        // Every snapshot has a reading of the host, but not each a new one.
        if let cores, before?.readAt != host.reading.readAt {
            recent.append(cores / Double(host.shares.count), at: host.reading.readAt)
            peak.append(cores, at: host.reading.readAt)
        }
        return (recent, peak)
    }

    /// What the host says that each vCPU uses, as its cell shows it.
    private static func loads(_ state: GuestState, after earlier: [Double]) -> [Double] {
        guard let host = state.host else { return [] }
        let vcpus = state.vcpus?.vcpus
        var loads = [Double](repeating: -1, count: (vcpus?.max ?? -1) + 1)
        for vcpu in host.reading.vcpus {
            guard let new = host.shares[vcpu.index], new >= 0,
                let id = host.pairing.guestID(of: vcpu.index), vcpus?.contains(id) == true,
                !state.judgement.settling.contains(id)
            else { continue }
            let old = id < earlier.count ? earlier[id] : -1
            // An idle vCPU is shown as idle at once, not as its last small load.
            let isLittle = old >= 0 && new >= 0.01 && abs(new - old) < leastMove
            loads[id] = isLittle ? old : new
        }
        return loads
    }

    /// Whether this value is still valid for a guest of a new snapshot.
    ///
    /// Most snapshots change a few guests alone and share the storage of the others, which then
    /// compare as equal at once.
    func isCurrent(
        for state: GuestState, isSourceDown: Bool, label: GuestLabel, on hostCPUs: PhysicalCPUSet?
    ) -> Bool {
        !isGone && self.isSourceDown == isSourceDown && self.label == label
            && self.hostCPUs == hostCPUs && self.state == state
    }
}

extension RosterGuest {
    /// Whether the ids of the one mean the same vCPUs in the later one.
    func isSameMachine(as later: RosterGuest) -> Bool {
        !isGone && !state.judgement.machine.differs(from: later.state.judgement.machine)
    }
}

extension RosterGuest {
    /// The vCPU with this id; else the nearest below it, else the lowest; nil where none is
    /// known.
    func vcpu(nearest id: Int) -> Int? {
        guard let guest = state.vcpus else { return nil }
        var candidate = min(id, CPUMap.idRange.upperBound)
        while candidate >= 0, !guest.vcpus.contains(candidate) { candidate -= 1 }
        return candidate >= 0 ? candidate : guest.vcpus.min
    }
}
