internal import GuestVCPU

/// The marks of all guests by guest and vCPU id, with the steps that undo and redo them.
struct MarkLedger {
    fileprivate struct Step {
        var before: [GuestID: VCPUTargets]
        var after: [GuestID: VCPUTargets]
    }

    /// The marks; a guest without any is not listed.
    private(set) var byGuest: [GuestID: VCPUTargets] = [:]
    /// Guests that went away since they were marked: their ids may mean other vCPUs now.
    private(set) var doubtful: Set<GuestID> = []
    private var done: [Step] = []
    private var undone: [Step] = []

    /// How many steps can be undone.
    static let historyLimit = 500

    var isEmpty: Bool { byGuest.isEmpty }
    var count: Int { byGuest.values.reduce(0) { $0 + $1.count } }
    /// The guests that are marked, or were or will be by undoing and redoing.
    var guestsInHistory: Set<GuestID> {
        var guests = Set(byGuest.keys)
        for step in done { guests.formUnion(step.after.keys) }
        for step in undone { guests.formUnion(step.after.keys) }
        return guests
    }

    var canUndo: Bool { !done.isEmpty }
    var canRedo: Bool { !undone.isEmpty }

    subscript(guest: GuestID) -> VCPUTargets { byGuest[guest] ?? VCPUTargets() }

    /// Replaces the marks of some guests, as one step that can be undone.
    ///
    /// - Returns: Whether anything changed.
    @discardableResult
    mutating func replace(_ after: [GuestID: VCPUTargets]) -> Bool {
        let after = after.filter { self[$0.key] != $0.value }
        guard !after.isEmpty else { return false }
        var before: [GuestID: VCPUTargets] = [:]
        for guest in after.keys { before[guest] = self[guest] }
        done.append(Step(before: before, after: after))
        if done.count > Self.historyLimit { done.removeFirst() }
        undone.removeAll()
        put(after)
        return true
    }

    /// Takes back the last step.
    mutating func undo() {
        guard let step = done.popLast() else { return }
        undone.append(step)
        put(step.before)
    }

    /// Does again what was taken back last.
    mutating func redo() {
        guard let step = undone.popLast() else { return }
        done.append(step)
        put(step.after)
    }

    /// Says that these guests are not known to be the machines that were marked.
    mutating func doubt(_ guests: Set<GuestID>) {
        for guest in guests {
            forgetHistory(of: guest)
            if byGuest[guest] != nil { doubtful.insert(guest) }
        }
    }

    /// Says that a guest's marks hold, whatever became of the guest since.
    mutating func confirm(_ guest: GuestID) {
        doubtful.remove(guest)
    }

    /// Replaces the marks of a guest for good: undoing reaches no further back than this.
    mutating func settle(_ guest: GuestID, _ marks: VCPUTargets) {
        forgetHistory(of: guest)
        put([guest: marks])
    }

    /// Replaces the marks of some guests without a step, for a review that puts them back or sends
    /// them.
    mutating func substitute(_ marks: [GuestID: VCPUTargets]) { put(marks) }

    private mutating func put(_ marks: [GuestID: VCPUTargets]) {
        for (guest, marks) in marks {
            byGuest[guest] = marks.isEmpty ? nil : marks
            if marks.isEmpty { doubtful.remove(guest) }
        }
    }

    private mutating func forgetHistory(of guest: GuestID) {
        done = done.compactMap { $0.without(guest) }
        undone = undone.compactMap { $0.without(guest) }
    }
}

extension MarkLedger.Step {
    fileprivate func without(_ guest: GuestID) -> Self? {
        var step = self
        step.before[guest] = nil
        step.after[guest] = nil
        return step.after.isEmpty ? nil : step
    }
}
