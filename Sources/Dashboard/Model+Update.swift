internal import CanvasKit
internal import GuestVCPU

extension Model {
    /// Applies an event.
    ///
    /// - Parameter moment: When it happened.
    /// - Returns: What has to be done now, in this order.
    package mutating func update(_ event: Event, at moment: Moment) -> [Effect] {
        var effects: [Effect] = []
        mayLookDifferent = true
        switch event {
        case .key(let key): effects = press(KeyPress(key: key, moment: moment))
        case .paste(let text): paste(text, at: moment)
        case .mouse(let action, let place): effects = handle(action, on: place, at: moment)
        case .resized(let size): shared.size = size
        case .fleet(let update): apply(update, at: moment)
        case .tick: break
        case .step(let guest, let step): shared.commits.record(step, of: guest)
        case .finished(let guest, let result): finish(guest, result, at: moment)
        case .trail(let trail): shared.apply(trail, at: moment)
        case .saved(let end): finishSaving(end)
        case .diagnosed(let guest, let diagnosis): show(diagnosis, of: guest)
        case .stopPending(let guests): noteStop(waitingFor: guests)
        }
        switch event {
        case .fleet, .trail: effects += shared.settleTrail(at: moment)
        default: break
        }
        settlePause(after: event, at: moment)
        settleView(at: moment)
        let visible = announced.visible
        announce(&effects)
        if announced.visible != visible { mayLookDifferent = true }
        return effects
    }

    /// Keeps the moment that a paused screen shows: it advances only with news.
    private mutating func settlePause(after event: Event, at moment: Moment) {
        let isNews =
            switch event {
            case .fleet, .finished: true
            case .key, .paste, .mouse, .resized, .tick, .step, .stopPending, .trail, .saved,
                .diagnosed:
                false
            }
        if !shared.preferences.isPaused {
            stoppedAt = nil
        } else if stoppedAt == nil || isNews || !shared.isFrozen {
            stoppedAt = moment
        }
    }

    /// Brings the cursor onto something that there is, and into sight.
    private mutating func settleView(at moment: Moment) {
        shared.settleCursor()
        if let guest = guestInDetail {
            if shared.roster[guest] == nil { detail = nil } else { shared.cursor.guest = guest }
        }
        detail?.arrange(shared, movingRows: false, at: moment)
        if !shared.isTiny {
            fleet.settle(shared)
            detail?.settle(shared)
            host?.settle(shared)
        }
        for position in dialogs.indices {
            guard var page = dialogs[position] as? any Page else { continue }
            page.follow(shared)
            dialogs[position] = page
        }
    }

    /// Says why Ctrl-Z does not stop the program yet.
    private mutating func noteStop(waitingFor guests: [GuestID]) {
        guard let first = guests.first else {
            shared.notice = nil
            return
        }
        let others = guests.count > 1 ? " and \(guests.count - 1) more" : ""
        shared.warn("stops when the change of \(shortName(of: first))\(others) has ended")
    }

    /// Does what a key asks for.
    mutating func press(_ press: KeyPress) -> [Effect] {
        // Once the user quits no key counts, or a change could begin without a screen.
        guard !isLeaving else { return [] }
        shared.notice = nil
        guard let binding = KeyTable.binding(for: press.key, in: context) else {
            if case .character(let character) = press.key {
                type(String(character), at: press.moment)
            }
            return []
        }
        if let reason = binding.reasonDisabled(in: self) {
            shared.warn("\(binding.label): \(reason)")
            return []
        }
        return binding.perform(&self, press)
    }

    private mutating func apply(_ update: FleetUpdate, at moment: Moment) {
        let totals = shared.roster.totals
        let count = shared.roster.count
        let place = shared.rowPlace?.text
        let notice = shared.notice
        let row = shared.cursor.guest.flatMap(shared.roster.row(of:)) ?? 0
        let fullness = shared.fullness
        shared.hosts.apply(update.hosts)
        var needed = Set(shared.marks.byGuest.keys).union(shared.commits.locked)
        if let guest = guestInDetail { needed.insert(guest) }
        let lost = shared.roster.apply(
            update, needed: needed,
            watched: shared.marks.guestsInHistory.union(shared.commits.guests),
            sort: isOrderHeld ? nil : fleet.order)
        shared.doubt(lost)
        shared.resolveUnknown(at: moment)
        shared.updateOwnOffline()
        if update.order != nil { shared.locatePastChanges() }
        shared.watchStandstill(at: moment)
        // A guest that has gone leaves the cursor on the row where it was.
        let rows = shared.roster.rows
        if shared.cursor.guest.flatMap(shared.roster.row(of:)) == nil {
            shared.cursor.guest = rows.isEmpty ? nil : rows[min(row, rows.count - 1)]
        }
        if let begun = shared.anchor?.guest, shared.roster.row(of: begun) == nil {
            shared.anchor = nil
        }
        let movesRows = !isOrderHeld
        detail?.arrange(shared, movingRows: movesRows, at: moment)
        host?.arrange(shared, movingRows: dialogs.isEmpty)
        // News of guests off the screen cost no frame, unless they change sums or the cursor's row.
        mayLookDifferent =
            update.order != nil || update.sources != nil || !dialogs.isEmpty
            || totals != shared.roster.totals || count != shared.roster.count
            || place != shared.rowPlace?.text || shared.notice != notice || shownHost != nil
            || fullness?.words != shared.fullness?.words
            || update.guests.contains { announced.visible.contains($0.id) }
    }

    private mutating func finish(
        _ guest: GuestID, _ result: TransactionResult, at moment: Moment
    ) {
        guard shared.finish(guest, result, at: moment) else { return }
        if !dialogs.contains(where: { $0 is ResultsPage }) { shared.announceEnd() }
    }
}
