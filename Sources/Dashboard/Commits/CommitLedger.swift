internal import GuestVCPU

/// The changes of the last sending, and those before that are still open.
struct CommitLedger {
    private(set) var commits: [Commit] = []
    private var positions: [GuestID: Int] = [:]
    /// vCPUs whose change failed, until their marks are touched.
    private(set) var failed: [GuestID: CPUMap] = [:]

    /// The vCPUs that this dashboard has taken offline.
    var ownOffline = OwnOffline()

    /// The last change of a guest.
    subscript(guest: GuestID) -> Commit? { positions[guest].map { commits[$0] } }

    /// The guests of the last sending, and of those before that are still open.
    var guests: [GuestID] { commits.map(\.guest) }

    /// The guests whose changes are not over.
    var inFlight: [GuestID] { commits.filter { $0.result == nil }.map(\.guest) }

    /// The guests whose marks must not be touched.
    var locked: [GuestID] { commits.filter(\.isLocking).map(\.guest) }

    func isLocked(_ guest: GuestID) -> Bool { self[guest]?.isLocking ?? false }

    /// Whether the vCPU's last change failed.
    func isFailed(_ id: Int, of guest: GuestID) -> Bool { failed[guest]?.contains(id) ?? false }

    /// Begins a sending: what is over is forgotten, unless other changes are still under way.
    mutating func begin(_ new: [Commit]) {
        let replaced = Set(new.map(\.guest))
        let keepsFinished = !inFlight.isEmpty
        commits.removeAll {
            replaced.contains($0.guest) || !($0.isLocking || keepsFinished)
        }
        commits += new
        for guest in replaced { failed[guest] = nil }
        positions.removeAll()
        for (position, commit) in commits.enumerated() { positions[commit.guest] = position }
    }

    /// Records what a guest's change is doing; nothing where none is under way.
    mutating func record(_ step: TransactionStep, of guest: GuestID) {
        guard let position = positions[guest], commits[position].result == nil else { return }
        commits[position].phase = .step(step)
    }

    /// Records that a guest's change is over.
    ///
    /// - Returns: The change; nil where none was under way.
    mutating func finish(
        _ guest: GuestID, _ result: TransactionResult, at moment: Moment
    ) -> Commit? {
        guard let position = positions[guest], commits[position].result == nil else { return nil }
        commits[position].phase = .finished(result, at: moment.instant)
        let gone = result.wentOffline
        if !gone.isEmpty {
            commits[position].standstill = Standstill(gone, since: moment.instant)
            ownOffline.add(gone, of: guest, clock: moment.clock)
        }
        let ids = result.failedIDs
        failed[guest] = ids.isEmpty ? nil : ids
        return commits[position]
    }

    /// Settles a change of unknown outcome by a reading that was made after it.
    ///
    /// - Returns: The change; nil where the reading settles nothing.
    mutating func resolve(_ guest: GuestID, with reading: GuestVCPUs) -> Commit? {
        guard let position = positions[guest], commits[position].isLocking,
            case .finished(_, let instant) = commits[position].phase, reading.readAt > instant
        else { return nil }
        commits[position].isResolved = true
        return commits[position]
    }

    /// Compares the host's CPU times with a change that took vCPUs offline.
    ///
    /// - Returns: What the host has seen, where that is news.
    mutating func watch(_ guest: GuestID, _ host: HostState?) -> Standstill? {
        guard let position = positions[guest],
            commits[position].standstill?.update(with: host) == true
        else { return nil }
        return commits[position].standstill
    }

    /// Records that these guests are not known to be the machines that were asked.
    mutating func doubt(_ guests: Set<GuestID>) {
        ownOffline.forget(guests)
        for guest in guests {
            guard let position = positions[guest] else { continue }
            commits[position].isDoubtful = true
            commits[position].standstill?.doubt()
        }
    }

    /// Forgets that these vCPUs' changes failed.
    mutating func forgive(_ ids: CPUMap, of guest: GuestID) {
        guard let left = failed[guest]?.subtracting(ids) else { return }
        failed[guest] = left.isEmpty ? nil : left
    }
}

extension TransactionResult {
    /// The vCPUs that the guest calls offline now and did not before, as asked.
    fileprivate var wentOffline: CPUMap {
        guard let before, let after else { return [] }
        return request.targets.offline.intersection(before.online).intersection(after.offline)
    }

    /// The vCPUs to blame, or all that are not as asked where none is named.
    fileprivate var failedIDs: CPUMap {
        switch outcome {
        case .committed, .unchanged, .planned, .unreachable, .unknown: return []
        case .refused, .conflict, .failed, .rolledBack, .partial: break
        }
        let blamed = reasons.compactMap(\.vcpu) + failures.compactMap(\.vcpu)
        if let ids = CPUMap(validating: blamed), !ids.isEmpty {
            return ids.intersection(request.targets.ids)
        }
        return after.map { request.targets.unfulfilled(by: $0).ids } ?? []
    }
}
