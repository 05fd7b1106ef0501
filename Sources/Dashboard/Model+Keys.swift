internal import CanvasKit
internal import GuestVCPU

extension Model {
    /// The keys of movement.
    mutating func move(_ movement: Movement, at moment: Moment) {
        if !dialogs.isEmpty {
            scroll(movement, at: moment)
        } else if detail != nil {
            detail?.move(movement, &shared)
        } else if host != nil {
            host?.move(movement, shared)
        } else {
            fleet.move(movement, &shared)
        }
    }

    /// Esc: closes the uppermost dialog, else ends the range, else goes back to the screen before,
    /// else lists all guests.
    mutating func goBack() {
        if let dialog = dialogs.popLast() {
            (dialog as? any Prompt)?.cancel(&self)
            if let review = dialog as? Review { leave(review) }
        } else if shared.anchor != nil {
            shared.anchor = nil
        } else if detail != nil {
            detail = nil
        } else if let origin = host?.origin {
            detail = origin
            host = nil
        } else if host != nil {
            host = nil
        } else {
            shared.applyFilter(.none, cursor: shared.cursor.guest)
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
