internal import CanvasKit
internal import GuestVCPU

extension Model {
    /// Lines that one turn of the wheel moves by.
    private static let wheelStep = 3

    /// Handles an action of the mouse.
    mutating func handle(_ action: MouseAction, on place: Position, at moment: Moment) {
        guard shared.preferences.usesMouse, !isLeaving, !shared.isTiny else { return }
        switch action {
        case .wheelUp, .wheelDown:
            for _ in 0..<Self.wheelStep { move(action == .wheelUp ? .up : .down, at: moment) }
        case .press:
            if context == .host {
                shared.notice = nil
                host?.click(place, shared)
            } else if dialogs.isEmpty {
                click(place, at: moment)
            }
        }
    }

    /// Goes to what was clicked; where the cursor is there already, marks it as Space would.
    private mutating func click(_ place: Position, at moment: Moment) {
        shared.notice = nil
        let target =
            detail.map { $0.target(at: place, shared) }
            ?? fleet.target(at: place, shared, at: moment)
        guard let target else { return }
        guard let vcpu = target.vcpu else {
            shared.cursor.guest = target.guest
            return
        }
        let clicked = Cursor(guest: target.guest, vcpu: vcpu)
        guard clicked == shared.cursorOnVCPU else {
            shared.cursor = clicked
            return
        }
        if let reason = KeyTable.toggleMark.reasonDisabled(in: self) {
            shared.warn(reason)
        } else {
            shared.toggleMarks(of: shared.selection)
        }
    }
}

/// What is at a place of the screen.
struct MouseTarget: Hashable {
    let guest: GuestID
    /// The vCPU whose cell or line is there; nil where none is.
    let vcpu: Int?
}
