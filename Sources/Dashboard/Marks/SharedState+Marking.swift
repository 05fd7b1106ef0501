internal import CanvasKit
internal import GuestVCPU

extension SharedState {
    /// What a marking key works on: the range, or the vCPU under the cursor.
    var selection: [(guest: GuestID, ids: CPUMap)] {
        guard let cursor = cursorOnVCPU, let guest = cursor.guest else { return [] }
        guard let anchor, let begun = anchor.guest,
            let first = roster.row(of: begun), let last = roster.row(of: guest)
        else { return [(guest, [cursor.vcpu])] }
        let ids = min(anchor.vcpu, cursor.vcpu)...max(anchor.vcpu, cursor.vcpu)
        let band = CPUMap(ids)
        return roster.rows[min(first, last)...max(first, last)].compactMap { guest in
            guard let vcpus = roster[guest]?.state.vcpus?.vcpus else { return nil }
            let selected = vcpus.intersection(band)
            return selected.isEmpty ? nil : (guest, selected)
        }
    }

    /// Space: takes the marks back if all of the selection is marked, else marks what is not.
    mutating func toggleMarks(of selection: [(guest: GuestID, ids: CPUMap)]) {
        let isAllMarked = selection.allSatisfy { $0.ids.isSubset(of: marks[$0.guest].ids) }
        var editing = MarkEditing(self)
        for (guest, ids) in selection {
            if isAllMarked {
                editing.unmark(ids, of: guest)
            } else {
                let online = roster[guest]?.state.vcpus?.online ?? []
                let unmarked = ids.subtracting(marks[guest].ids)
                editing.mark(unmarked.subtracting(online), of: guest, online: true)
                editing.mark(unmarked.intersection(online), of: guest, online: false)
            }
        }
        finish(editing)
    }

    /// `+` and `-`: marks a selection for one state.
    mutating func mark(_ selection: [(guest: GuestID, ids: CPUMap)], online: Bool) {
        var editing = MarkEditing(self)
        for (guest, ids) in selection { editing.mark(ids, of: guest, online: online) }
        finish(editing)
    }

    /// Marks this and nothing else of these guests, as one step.
    mutating func replaceMarks(with new: [(guest: GuestID, marks: VCPUTargets)]) {
        finish(editing(new))
    }

    /// Marks this and nothing else of these guests for a review alone: undoing does not bring it
    /// back.
    ///
    /// - Returns: What was marked before, of each guest that could be marked.
    mutating func substituteMarks(
        with new: [(guest: GuestID, marks: VCPUTargets)]
    ) -> [GuestID: VCPUTargets] {
        let editing = editing(new)
        var before: [GuestID: VCPUTargets] = [:]
        for guest in editing.changed.keys { before[guest] = marks[guest] }
        marks.substitute(editing.changed)
        notice = editing.notice
        return before
    }

    private func editing(_ new: [(guest: GuestID, marks: VCPUTargets)]) -> MarkEditing {
        var editing = MarkEditing(self)
        for (guest, marks) in new {
            editing.clear(guest)
            // First what comes online: a guest may need it before the rest can go.
            editing.mark(marks.online, of: guest, online: true)
            editing.mark(marks.offline, of: guest, online: false)
        }
        return editing
    }

    /// Marks a guest so that it ends with a number of vCPUs online.
    mutating func markCount(_ count: Int, of guest: GuestID) {
        guard let vcpus = roster[guest]?.state.vcpus else { return }
        guard let new = vcpus.changes(forOnline: count) else {
            notice = Notice(
                text: "\(shortName(of: guest)) can have \(vcpus.possibleOnlineText)",
                role: .warning)
            return
        }
        replaceMarks([guest: new])
    }

    /// Marks all guests that are listed so that they end with a number of vCPUs online.
    mutating func markCountOfAll(_ count: Int) {
        var new: [GuestID: VCPUTargets] = [:]
        var refused = 0
        for guest in roster.rows {
            guard reasonAgainstMarking(guest) == nil,
                let marks = roster[guest]?.state.vcpus?.changes(forOnline: count)
            else {
                refused += 1
                continue
            }
            new[guest] = marks
        }
        replaceMarks(new)
        guard refused > 0 else { return }
        notice = Notice(
            text: "\(refused.counted("guest")) left as they are: they cannot have \(count) vCPUs "
                + "online, or cannot be changed", role: .warning)
    }

    /// `u` and `U`: clears the marks of guests, but for those that are locked.
    mutating func clearMarks(of guests: [GuestID]) {
        var cleared: [GuestID: VCPUTargets] = [:]
        for guest in guests where !commits.isLocked(guest) { cleared[guest] = VCPUTargets() }
        replaceMarks(cleared)
    }

    private mutating func finish(_ editing: MarkEditing) {
        let isChanged = replaceMarks(editing.changed)
        anchor = nil
        notice =
            editing.notice
            ?? (isChanged ? nil : Notice(text: "already so: nothing marked", role: .faint))
    }

    @discardableResult
    private mutating func replaceMarks(_ new: [GuestID: VCPUTargets]) -> Bool {
        for (guest, new) in new {
            let old = marks[guest]
            let touched = old.online.symmetricDifference(new.online)
                .union(old.offline.symmetricDifference(new.offline))
            commits.forgive(touched, of: guest)
        }
        return marks.replace(new)
    }

    /// Why a guest's vCPUs cannot be marked; nil where they can.
    func reasonAgainstMarking(_ guest: GuestID) -> String? {
        guard let member = roster[guest] else { return "there is no such guest" }
        return conditions(of: member).first(where: \.preventsMarking)?.sentence
    }

    /// Why a guest's marks cannot be cleared; nil where they can.
    func reasonAgainstClearing(_ guest: GuestID) -> String? {
        if let locking = lockingCondition(of: guest) { return locking.sentence }
        return marks[guest].isEmpty ? "nothing is marked here" : nil
    }
}
