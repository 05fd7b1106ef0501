internal import CanvasKit
internal import GuestVCPU

extension Model {
    /// Takes an event in.
    ///
    /// - Returns: What has to be done now, in this order.
    package mutating func update(_ event: Event) -> [Effect] {
        var effects: [Effect] = []
        switch event {
        case .key(let key): effects = press(key)
        case .paste(let text): paste(text)
        case .mouse(let action, let place): handle(action, at: place)
        case .resized(let size): self.size = size
        case .snapshot(let snapshot, let clock): apply(snapshot, clock: clock)
        case .time(let instant, let clock): advance(to: instant, clock: clock)
        case .step(let guest, let step): book.note(step, of: guest)
        case .finished(let guest, let result, let instant):
            finish(guest, result, at: instant)
        case .stopPending(let guests): noteStop(waitingFor: guests)
        }
        settleShownTime(after: event)
        settleView()
        settleReviewTexts()
        announceVisible(&effects)
        announceMarked(&effects)
        announceTicking(&effects)
        return effects
    }

    /// Says why Ctrl-Z does not stop the program yet.
    private mutating func noteStop(waitingFor guests: [GuestID]) {
        guard let first = guests.first else {
            notice = nil
            return
        }
        let others = guests.count > 1 ? " and \(guests.count - 1) more" : ""
        notice = Notice(
            text: "stops when the change of \(shortName(of: first))\(others) has ended",
            role: .warning)
    }

    private mutating func press(_ key: Key) -> [Effect] {
        // Once the user quits no key counts, or a change could begin without a screen.
        guard !isLeaving else { return [] }
        notice = nil
        let context = context
        guard let binding = KeyTable.binding(for: key, in: context) else {
            if case .character(let character) = key { type(String(character)) }
            return []
        }
        if let reason = reasonAgainst(binding.command) {
            notice = Notice(text: "\(binding.label): \(reason)", role: .warning)
            return []
        }
        return perform(binding.command, key: key)
    }

    private mutating func perform(_ command: Command, key: Key) -> [Effect] {
        switch command {
        case .up, .down, .left, .right, .pageUp, .pageDown, .home, .end:
            if dialogs.isEmpty { move(command) } else { scroll(command) }
        case .toggleMark: toggleMarks(of: selection)
        case .beginRange: anchor = anchor == nil ? cursorOnVCPU : nil
        case .markOnline: mark(selection, online: true)
        case .markOffline: mark(selection, online: false)
        case .setCount: cursor.guest.map { dialogs.append(.count(CountPrompt(guest: $0))) }
        case .markList: cursor.guest.map { openMarkList(at: $0) }
        case .clearRow: clearMarks(of: cursor.guest.map { [$0] } ?? [])
        case .clearAll: clearMarks(of: Array(marks.byGuest.keys))
        case .undo: marks.undo()
        case .redo: marks.redo()
        case .openReview: return openReview(scope: nil)
        case .send: return send()
        case .switchPolicy: switchPolicy()
        case .confirmDoubtful: confirmDoubtful()
        case .typeNumber: if case .character(let digit) = key { typeNumber(digit) }
        case .retryFailed: return retryFailed()
        case .dropMarks: dropFailedMarks()
        case .takeBack: return takeBack()
        case .open: cursor.guest.map { openDetail(of: $0) }
        case .back: goBack()
        case .accept: return accept()
        case .eraseCharacter: eraseCharacter()
        case .search: dialogs.append(.search(SearchPrompt(origin: cursor.guest)))
        case .searchNext: searchNext()
        case .find: dialogs.append(.find(FindPrompt(origin: currentScroll ?? 0)))
        case .findNext: findNext()
        case .filter: openFilter()
        case .nextProblem: goToNextProblem()
        case .sort: orderByNext()
        case .reverseSort: reverseOrder()
        case .switchLayout: isMatrix.toggle()
        case .switchTiles: isTiled.toggle()
        case .pause: return pause()
        case .switchMouse:
            usesMouse.toggle()
            return [.setMouse(usesMouse)]
        case .faster: return changeInterval(faster: true)
        case .slower: return changeInterval(faster: false)
        case .showLog: dialogs.append(.log(scroll: .max))
        case .showSources: dialogs.append(.sources(scroll: 0))
        case .showHelp: dialogs.append(.help(scroll: 0))
        case .quit: return quit()
        case .repaint: return [.repaint]
        }
        return []
    }

    private mutating func advance(to instant: ContinuousClock.Instant, clock: String) {
        now = max(now ?? instant, instant)
        self.clock = clock
    }

    /// Advances the moment that the screen shows, unless it stands still and nothing new was read.
    private mutating func settleShownTime(after event: Event) {
        let isNews =
            switch event {
            case .snapshot, .finished: true
            case .key, .paste, .mouse, .resized, .time, .step, .stopPending: false
            }
        guard isNews || !isFrozen else { return }
        shownNow = now
        shownClock = clock
    }

    private mutating func apply(_ snapshot: FleetSnapshot, clock: String) {
        advance(to: snapshot.takenAt, clock: clock)
        let row = cursor.guest.flatMap(roster.row(of:)) ?? 0
        var needed = Set(marks.byGuest.keys).union(book.locked)
        if case .detail(let guest) = screen { needed.insert(guest) }
        let lost = roster.apply(
            snapshot, needed: needed, watched: marks.guests.union(book.guests),
            sort: isOrderFrozen ? nil : sort)
        let newlyDoubtful = lost.intersection(marks.byGuest.keys).subtracting(marks.doubtful)
        marks.doubt(lost)
        book.doubt(lost)
        if let guest = newlyDoubtful.min(by: { $0.name < $1.name }) {
            notice = Notice(
                text: "\(shortName(of: guest)) went away or restarted; its marks are kept and not "
                    + "sent",
                role: .warning)
        }
        resolveUnknown()
        watchStandstill()
        // A guest that has gone leaves the cursor on the row where it was.
        if cursor.guest.flatMap(roster.row(of:)) == nil {
            cursor.guest = roster.rows.isEmpty ? nil : roster.rows[min(row, roster.rows.count - 1)]
        }
        if let begun = anchor?.guest, roster.row(of: begun) == nil { anchor = nil }
        arrangeDetail(movingRows: !isOrderFrozen)
        refreshReviews()
    }

    /// The cursor, on a vCPU that there is.
    var cursorOnVCPU: Cursor? {
        currentVCPU.map { Cursor(guest: cursor.guest, vcpu: $0) }
    }

    private mutating func announceVisible(_ effects: inout [Effect]) {
        let visible = wantedGuests
        guard visible != announced else { return }
        announced = visible
        effects.append(.setVisible(visible))
    }

    /// Reads guests with their boot when they get their first mark: a reboot between the mark and
    /// the change is only noticed where both boots are known.
    private mutating func announceMarked(_ effects: inout [Effect]) {
        let marked = Set(marks.byGuest.keys)
        guard marked != announcedMarked else { return }
        let new = marked.subtracting(announcedMarked)
        announcedMarked = marked
        guard !new.isEmpty else { return }
        effects.append(.refresh(new.sorted { rank($0) < rank($1) }))
    }

    /// Asks for ticks while changes are under way: the screen shows how long they take.
    private mutating func announceTicking(_ effects: inout [Effect]) {
        let isTicking = !book.inFlight.isEmpty
        guard isTicking != self.isTicking, !isLeaving else { return }
        self.isTicking = isTicking
        effects.append(.setTicking(isTicking))
    }

    /// The guests on the screen, then those that are marked or being changed.
    private var wantedGuests: [GuestID] {
        var wanted: [GuestID]
        switch screen {
        case .fleet: wanted = Array(roster.rows[visibleRows])
        case .detail(let guest): wanted = [guest]
        }
        if marks.isEmpty, book.locked.isEmpty { return wanted }
        let listed = Set(wanted)
        let others = Set(marks.byGuest.keys).union(book.locked).subtracting(listed)
        let ranked = others.map { (guest: $0, rank: rank($0)) }.sorted { $0.rank < $1.rank }
        wanted += ranked.map(\.guest)
        return wanted.filter { roster[$0]?.isGone == false }
    }
}
