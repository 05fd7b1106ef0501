internal import CanvasKit
internal import GuestVCPU

extension Model {
    /// Applies an event.
    ///
    /// - Parameter moment: When it happened.
    /// - Returns: What has to be done now, in this order.
    package mutating func update(_ event: Event, at moment: Moment) -> [Effect] {
        var effects: [Effect] = []
        switch event {
        case .key(let key): effects = press(KeyPress(key: key, moment: moment))
        case .paste(let text): paste(text, at: moment)
        case .mouse(let action, let place): handle(action, on: place, at: moment)
        case .resized(let size): shared.size = size
        case .fleet(let update): apply(update, at: moment)
        case .tick: break
        case .step(let guest, let step): shared.commits.record(step, of: guest)
        case .finished(let guest, let result): finish(guest, result, at: moment)
        case .stopPending(let guests): noteStop(waitingFor: guests)
        }
        settlePause(after: event, at: moment)
        settleView(at: moment)
        announce(&effects)
        return effects
    }

    /// Keeps the moment that a paused screen shows: it advances only with news.
    private mutating func settlePause(after event: Event, at moment: Moment) {
        let isNews =
            switch event {
            case .fleet, .finished: true
            case .key, .paste, .mouse, .resized, .tick, .step, .stopPending: false
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
        }
        let shared = shared
        editReviews { $0.settleTexts(shared) }
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

    private mutating func press(_ press: KeyPress) -> [Effect] {
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
        let row = shared.cursor.guest.flatMap(shared.roster.row(of:)) ?? 0
        var needed = Set(shared.marks.byGuest.keys).union(shared.commits.locked)
        if let guest = guestInDetail { needed.insert(guest) }
        let lost = shared.roster.apply(
            update, needed: needed,
            watched: shared.marks.guests.union(shared.commits.guests),
            sort: isOrderFrozen ? nil : fleet.order)
        shared.doubt(lost)
        shared.resolveUnknown(at: moment)
        shared.watchStandstill(at: moment)
        // A guest that has gone leaves the cursor on the row where it was.
        let rows = shared.roster.rows
        if shared.cursor.guest.flatMap(shared.roster.row(of:)) == nil {
            shared.cursor.guest = rows.isEmpty ? nil : rows[min(row, rows.count - 1)]
        }
        if let begun = shared.anchor?.guest, shared.roster.row(of: begun) == nil {
            shared.anchor = nil
        }
        let movesRows = !isOrderFrozen
        detail?.arrange(shared, movingRows: movesRows, at: moment)
        let shared = shared
        editReviews { $0.refresh(shared) }
    }

    private mutating func finish(
        _ guest: GuestID, _ result: TransactionResult, at moment: Moment
    ) {
        guard shared.finish(guest, result, at: moment) else { return }
        if !dialogs.contains(where: { $0 is ResultsPage }) { shared.announceEnd() }
    }

    /// The keys of movement.
    mutating func move(_ movement: Movement, at moment: Moment) {
        if !dialogs.isEmpty {
            scroll(movement, at: moment)
        } else if detail != nil {
            detail?.move(movement, &shared)
        } else {
            fleet.move(movement, &shared)
        }
    }

    /// Esc: takes away what is uppermost.
    mutating func goBack() {
        if let dialog = dialogs.popLast() {
            (dialog as? any Prompt)?.cancel(&self)
        } else if shared.anchor != nil {
            shared.anchor = nil
        } else if detail != nil {
            detail = nil
        } else {
            shared.list(.none, cursor: shared.cursor.guest)
        }
    }

    /// Return: shows the guest under the cursor in detail.
    mutating func openDetail(at moment: Moment) {
        guard let guest = shared.currentGuest else { return }
        shared.anchor = nil
        detail = DetailScreen(guest.state.id, shared)
        detail?.arrange(shared, movingRows: true, at: moment)
    }

    mutating func pause() -> [Effect] {
        shared.preferences.isPaused.toggle()
        return [.setPaused(shared.preferences.isPaused)]
    }

    mutating func setInterval(_ interval: Duration?) -> [Effect] {
        guard let interval else { return [] }
        shared.preferences.interval = interval
        return [.setInterval(interval)]
    }

    mutating func switchMouse() -> [Effect] {
        shared.preferences.usesMouse.toggle()
        return [.setMouse(shared.preferences.usesMouse)]
    }

    /// `q`: ends, or asks first.
    mutating func quit() -> [Effect] {
        if !shared.marks.isEmpty || !shared.commits.inFlight.isEmpty {
            dialogs.append(LeaveQuestion())
            return []
        }
        return leave()
    }

    mutating func leave() -> [Effect] {
        isLeaving = true
        return [.quit]
    }
}
