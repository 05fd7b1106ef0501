internal import CanvasKit
internal import GuestVCPU

/// One guest with all that the model holds about it, looked up once for its many vCPUs.
struct GuestLens {
    let member: RosterGuest
    /// The vCPUs that the guest has; nil where it was never read.
    ///
    /// The maps are copied out of `member.state`: to copy the whole state or reading for each vCPU is
    /// slow.
    let present: CPUMap?
    let online: CPUMap
    let offlinable: CPUMap
    /// The host's side, copied out too.
    let host: HostState?
    /// The machine that runs it; nil where its CPUs are not known.
    let physicalHost: PhysicalHost?
    /// Whether what is shown may no longer hold.
    let isStale: Bool
    let marks: VCPUTargets
    /// Whether the guest went away or restarted since it was marked.
    let isDoubtful: Bool
    /// The change that keeps the marks locked.
    let locking: Commit?
    /// The vCPUs of `locking`, and how they look: copied out of it too, since each vCPU asks.
    let locked: CPUMap
    let lockedFace: VCPUFace
    /// Marked vCPUs whose change failed.
    let failed: CPUMap
    /// When vCPUs that are offline were taken offline from here.
    let ownOffline: [Int: String]
    /// The vCPU under the cursor.
    let cursor: Int?
    /// The vCPUs in the range.
    let range: ClosedRange<Int>?

    /// How a vCPU looks.
    func face(of id: Int) -> VCPUFace {
        if locked.contains(id) { return lockedFace }
        if let target = marks[id] {
            if failed.contains(id) { return .failed }
            return target ? .toOnline : .toOffline
        }
        switch state(of: id) {
        case nil: return .unknown
        case .missing: return .none
        case .online: return member.shownLoad(guestID: id).map(VCPUFace.load) ?? .online
        case .offline: return isContradicted(id) ? .contradicted : .offline
        }
    }

    /// The state that the guest gives a vCPU; nil where it was never read.
    func state(of id: Int) -> VCPUState? {
        guard let present else { return nil }
        guard present.contains(id) else { return .missing }
        return online.contains(id) ? .online : .offline
    }

    /// How the cell of a vCPU with this face looks.
    func style(of id: Int, _ face: VCPUFace) -> Style {
        Style(
            face.role, isUnderlined: isFixed(id), isDimmed: isStale,
            emphasis: emphasis(of: id))
    }

    /// The emphasis of the cell of a vCPU: cursor, range or none.
    func emphasis(of id: Int) -> Style.Emphasis {
        if cursor == id { return .cursor }
        return range?.contains(id) ?? false ? .selected : .none
    }

    /// Whether the guest calls a vCPU offline, yet its thread uses a physical CPU.
    func isContradicted(_ id: Int) -> Bool { member.contradicted.contains(id) }

    /// The vCPUs that a condition calls left offline and that were taken offline from here, with
    /// when; nil for any other condition.
    func ownOffline(in condition: Condition) -> (ids: CPUMap, words: String)? {
        guard case .leftOffline(_, let ids) = condition, let words = ownOffline.words(for: ids)
        else { return nil }
        return (ids, words)
    }

    func isFixed(_ id: Int) -> Bool {
        guard let present else { return false }
        return present.contains(id) && !offlinable.contains(id)
    }
}

extension GuestLens {
    /// How a cell looks that several vCPUs share: as the one that matters most, with the cursor
    /// or the range if it lies on any of them.
    func cell(of ids: ArraySlice<Int>) -> (face: VCPUFace, style: Style) {
        var face = VCPUFace.none
        var isFixed = true
        for id in ids {
            let other = self.face(of: id)
            if other.outweighs(face) { face = other }
            isFixed = isFixed && self.isFixed(id)
        }
        var emphasis = Style.Emphasis.none
        if let first = ids.first, let last = ids.last {
            if let cursor, (first...last).contains(cursor) {
                emphasis = .cursor
            } else if let range, range.overlaps(first...last) {
                emphasis = .selected
            }
        }
        let style = Style(
            face.role, isUnderlined: isFixed, isDimmed: isStale, emphasis: emphasis)
        return (face, style)
    }
}

extension SharedState {
    /// A guest with all that is known about it at a moment.
    func lens(on member: RosterGuest, at moment: Moment) -> GuestLens {
        let id = member.state.id
        let isCurrent = cursor.guest == id
        let locking = commits[id].flatMap { $0.isLocking ? $0 : nil }
        let guest = member.state.vcpus
        return GuestLens(
            member: member, present: guest?.vcpus, online: guest?.online ?? [],
            offlinable: guest?.offlinable ?? [], host: member.state.host,
            physicalHost: member.state.hostID.flatMap { hosts[$0] },
            isStale: member.isStale(at: moment), marks: marks[id],
            isDoubtful: marks.doubtful.contains(id),
            locking: locking, locked: locking?.request.targets.ids ?? [],
            lockedFace: locking?.result == nil ? .sending : .unknown,
            failed: commits.failed[id] ?? [],
            ownOffline: commits.ownOffline[id],
            cursor: isCurrent ? member.vcpu(nearest: cursor.vcpu) : nil, range: range(in: id))
    }

    /// The range's vCPUs in a guest; nil where the range does not reach it.
    private func range(in guest: GuestID) -> ClosedRange<Int>? {
        guard let anchor, let begun = anchor.guest, let cursor = cursorOnVCPU,
            let end = cursor.guest, let first = roster.row(of: begun),
            let last = roster.row(of: end), let row = roster.row(of: guest),
            (min(first, last)...max(first, last)).contains(row)
        else { return nil }
        return min(anchor.vcpu, cursor.vcpu)...max(anchor.vcpu, cursor.vcpu)
    }
}
