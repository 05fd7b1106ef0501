internal import CanvasKit
internal import GuestVCPU

extension Model {
    /// Lines that one turn of the wheel moves by.
    private static let wheelStep = 3

    /// Handles an action of the mouse.
    ///
    /// - Returns: What has to be done now, in this order.
    mutating func handle(
        _ action: MouseAction, on place: Position, at moment: Moment
    ) -> [Effect] {
        guard shared.preferences.usesMouse, !isLeaving, !shared.isTiny else { return [] }
        switch action {
        case .wheelUp, .wheelDown:
            for _ in 0..<Self.wheelStep { move(action == .wheelUp ? .up : .down, at: moment) }
        case .press:
            if place.row == shared.size.rows - 1 { return clickHint(place, at: moment) }
            if clickHead(place, at: moment) { return [] }
            if context == .host {
                shared.notice = nil
                host?.click(place, shared)
            } else if dialogs.isEmpty {
                click(place, at: moment)
            }
        }
        return []
    }

    /// Does what the key does that the last line of the screen offers there.
    private mutating func clickHint(_ place: Position, at moment: Moment) -> [Effect] {
        let hint = Frame(self, at: moment).footerHints.first {
            ($0.column..<$0.column + $0.width).contains(place.column)
        }
        guard let binding = hint?.binding, let key = binding.keys.first else { return [] }
        guard binding.canBeClicked else {
            shared.warn("\(binding.label): only by the keyboard")
            return []
        }
        return press(KeyPress(key: key, moment: moment))
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
