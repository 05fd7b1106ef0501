internal import CanvasKit
internal import GuestVCPU

extension Model {
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
        var editing = Editing(self)
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
        var editing = Editing(self)
        for (guest, ids) in selection { editing.mark(ids, of: guest, online: online) }
        finish(editing)
    }

    /// Marks this and nothing else of these guests, as one step.
    mutating func mark(_ new: [(guest: GuestID, marks: VCPUTargets)]) {
        var editing = Editing(self)
        for (guest, marks) in new {
            editing.begin(guest)
            // First what comes online: a guest may need it before the rest can go.
            editing.mark(marks.online, of: guest, online: true)
            editing.mark(marks.offline, of: guest, online: false)
        }
        finish(editing)
    }

    /// Return after `=`: marks the guest, or all that are listed, so that they end with a number
    /// of vCPUs online.
    mutating func accept(_ prompt: CountPrompt) {
        let isForAll = prompt.text.hasPrefix("all")
        let digits = prompt.text.dropFirst(isForAll ? 3 : 0).drop { $0 == " " }
        guard let count = Int(digits) else {
            if !prompt.text.isEmpty {
                notice = Notice(
                    text: "'\(prompt.text)' is no number of vCPUs, nor 'all' and one",
                    role: .warning)
            }
            return
        }
        if isForAll { markCountOfAll(count) } else { markCount(count, of: prompt.guest) }
    }

    private mutating func markCount(_ count: Int, of guest: GuestID) {
        guard let vcpus = roster[guest]?.state.vcpus else { return }
        guard let new = vcpus.marks(forOnline: count) else {
            let lowest = max(1, vcpus.online.subtracting(vcpus.offlinable).count)
            notice = Notice(
                text: "\(shortName(of: guest)) can have \(lowest) to \(vcpus.vcpus.count) vCPUs "
                    + "online", role: .warning)
            return
        }
        replaceMarks([guest: new])
    }

    private mutating func markCountOfAll(_ count: Int) {
        var new: [GuestID: VCPUTargets] = [:]
        var refused = 0
        for guest in roster.rows {
            guard reasonAgainstMarking(guest) == nil,
                let marks = roster[guest]?.state.vcpus?.marks(forOnline: count)
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
        for guest in guests where !book.isLocked(guest) { cleared[guest] = VCPUTargets() }
        replaceMarks(cleared)
    }

    private mutating func finish(_ editing: Editing) {
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
            book.forgive(touched, of: guest)
        }
        return marks.replace(new)
    }
}

/// One marking of one or more guests: what changes, and what was refused.
private struct Editing {
    private let model: Model
    private(set) var changed: [GuestID: VCPUTargets] = [:]
    private var firstRefusal: String?
    private var refused = 0

    init(_ model: Model) {
        self.model = model
    }

    /// What to say of what was refused; nil where nothing was.
    var notice: Notice? {
        guard let firstRefusal else { return nil }
        let others = refused - 1
        let text = others > 0 ? "\(firstRefusal) (and \(others) more)" : firstRefusal
        return Notice(text: text, role: .warning)
    }

    /// Forgets what is marked of a guest.
    mutating func begin(_ guest: GuestID) {
        if editable(guest) != nil { changed[guest] = VCPUTargets() }
    }

    mutating func mark(_ ids: CPUMap, of guest: GuestID, online: Bool) {
        guard !ids.isEmpty, let vcpus = editable(guest) else { return }
        var marks = changed[guest] ?? model.marks[guest]
        if online {
            for id in ids { marks[id] = vcpus.online.contains(id) ? nil : true }
        } else {
            takeOffline(ids, of: guest, vcpus, &marks)
        }
        changed[guest] = marks
    }

    private mutating func takeOffline(
        _ ids: CPUMap, of guest: GuestID, _ vcpus: GuestVCPUs, _ marks: inout VCPUTargets
    ) {
        var left = marks.onlineAfterwards(of: vcpus).count
        // From the highest, so that what stays online is the lowest.
        for id in ids.reversed() {
            let isOnline = vcpus.online.contains(id)
            guard isOnline ? marks[id] != false : marks[id] == true else { continue }
            if isOnline, !vcpus.offlinable.contains(id) {
                refuse(id, of: guest, .notOfflinable)
            } else if left <= 1 {
                refuse(id, of: guest, .lastOnline)
            } else {
                marks[id] = isOnline ? false : nil
                left -= 1
            }
        }
    }

    mutating func unmark(_ ids: CPUMap, of guest: GuestID) {
        guard let vcpus = editable(guest) else { return }
        var marks = changed[guest] ?? model.marks[guest]
        for id in ids { marks[id] = nil }
        guard marks.isEmpty || !marks.onlineAfterwards(of: vcpus).isEmpty else {
            refuse("\(model.shortName(of: guest)): without this mark no vCPU would be left online")
            return
        }
        changed[guest] = marks
    }

    private mutating func editable(_ guest: GuestID) -> GuestVCPUs? {
        if let reason = model.reasonAgainstMarking(guest) {
            refuse("\(model.shortName(of: guest)): \(reason)")
            return nil
        }
        return model.roster[guest]?.state.vcpus
    }

    private mutating func refuse(_ id: Int, of guest: GuestID, _ code: Refusal.Code) {
        refuse("vCPU \(id) of \(model.shortName(of: guest)): \(code.words)")
    }

    private mutating func refuse(_ text: String) {
        if firstRefusal == nil { firstRefusal = text }
        refused += 1
    }
}

extension GuestVCPUs {
    /// What to mark so that this many are online: the highest go first, the lowest come first.
    ///
    /// - Returns: nil where the guest cannot have that many, or that few.
    fileprivate func marks(forOnline count: Int) -> VCPUTargets? {
        let surplus = online.count - count
        let movable =
            surplus > 0 ? online.intersection(offlinable).reversed() : Array(offline)
        guard count >= 1, movable.count >= abs(surplus) else { return nil }
        var marks = VCPUTargets()
        for id in movable.prefix(abs(surplus)) { marks[id] = surplus < 0 }
        return marks
    }
}

extension VCPUTargets {
    /// What would be online in a guest if the marks were carried out.
    func onlineAfterwards(of guest: GuestVCPUs) -> CPUMap {
        guest.online.union(online.intersection(guest.vcpus)).subtracting(offline)
    }
}

extension Refusal.Code {
    /// The reason in a few words.
    var words: String { Refusal(vcpu: nil, code: self).summary }
}
