internal import GuestVCPU

extension Model {
    /// Why a command does nothing now; nil where it can be carried out.
    func reasonAgainst(_ command: Command) -> String? {
        if options.isReadOnly, KeyTable.needsWrite(command) { return "read-only" }
        switch command {
        case .toggleMark, .beginRange, .markOnline, .markOffline, .setCount:
            guard let guest = cursor.guest else { return "there is no guest" }
            return reasonAgainstMarking(guest)
        case .markList:
            guard let guest = cursor.guest else { return "there is no guest" }
            return roster.rows.count == 1 ? reasonAgainstMarking(guest) : nil
        case .clearRow:
            guard let guest = cursor.guest else { return "there is no guest" }
            if book.isLocked(guest) { return lockReason(guest) }
            return marks[guest].isEmpty ? "nothing is marked here" : nil
        case .clearAll, .openReview: return marks.isEmpty ? "nothing is marked" : nil
        case .undo: return marks.canUndo ? nil : "there is nothing to undo"
        case .redo: return marks.canRedo ? nil : "there is nothing to redo"
        case .send: return reasonAgainstSending
        case .typeNumber:
            return currentReview?.largeness == nil ? "no number is asked for" : nil
        case .confirmDoubtful:
            let isAsked = currentReview?.entries.contains { $0.fate == .hold(.doubtful) } ?? false
            return isAsked ? nil : "no guest was away"
        case .retryFailed, .dropMarks:
            return unsuccessful.isEmpty ? "no marks of these guests are left" : nil
        case .takeBack:
            if !book.inFlight.isEmpty { return "it is not over yet" }
            return undoing.isEmpty ? "nothing of the last sending is left to take back" : nil
        case .sort, .reverseSort:
            if case .detail = screen, isMatrix { return "a matrix goes by the ids; Tab first" }
            return isOrderFrozen ? "the order is frozen while something is marked" : nil
        case .findNext: return found.text.isEmpty ? "nothing was looked for" : nil
        case .searchNext: return searched.isEmpty ? "nothing was searched for" : nil
        case .open: return cursor.guest == nil ? "there is no guest" : nil
        case .back:
            let isFirst =
                dialogs.isEmpty && anchor == nil && screen == .fleet && roster.filter.isEmpty
            return isFirst ? "there is nothing to go back from; q quits" : nil
        case .faster: return interval <= Self.intervals[0] ? "it cannot be shorter" : nil
        case .slower:
            return interval >= Self.intervals[Self.intervals.count - 1]
                ? "it cannot be longer" : nil
        case .up, .down, .left, .right, .pageUp, .pageDown, .home, .end, .switchPolicy,
            .accept, .eraseCharacter, .search, .find, .filter, .nextProblem, .switchLayout,
            .switchTiles,
            .switchMouse,
            .pause,
            .showLog, .showSources, .showHelp, .quit,
            .repaint:
            return nil
        }
    }

    /// Why a guest's vCPUs cannot be marked; nil where they can.
    func reasonAgainstMarking(_ guest: GuestID) -> String? {
        guard let member = roster[guest] else { return "there is no such guest" }
        if member.isGone { return Problem.gone.sentence }
        if book.isLocked(guest) { return lockReason(guest) }
        guard member.state.isWritable else { return "it may only be watched" }
        guard let reading = member.state.reading else { return "its vCPUs were never read" }
        switch reading.setSupport {
        case .available, .unknown: return nil
        case .absent: return Refusal.Code.cannotSet.words
        case .disabled: return "\(Refusal.Code.cannotSet.words): it is disabled in the guest"
        case .readOnly: return Refusal.Code.readOnly.words
        }
    }

    private func lockReason(_ guest: GuestID) -> String {
        book[guest]?.result == nil
            ? "it is being changed" : Problem.outcomeUnknown.sentence
    }

    private var reasonAgainstSending: String? {
        guard let review = currentReview else { return "nothing is reviewed" }
        if review.guestCount == 0 { return "there is nothing that can be sent" }
        guard review.needsConfirmation, let largeness = review.largeness else { return nil }
        return "type \(review.changeCount) first: \(words(for: largeness))"
    }
}

extension KeyTable {
    private static let writing = Set(bindings.filter(\.needsWrite).map(\.command))

    /// Whether a command serves nothing but changes.
    static func needsWrite(_ command: Command) -> Bool { writing.contains(command) }
}
