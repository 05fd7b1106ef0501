internal import CanvasKit
internal import GuestVCPU

extension KeyTable {
    /// Marks the vCPU under the cursor; the mouse does the same.
    static let toggleMark = KeyBinding(
        [.character(" ")], "Spc", for: .mark, name: "mark",
        help: "mark the vCPU to change its state, or unmark it", mayWrite: true,
        in: Context.grids, disabled: reasonAgainstMarking,
        change: { $0.shared.toggleMarks(of: $0.shared.selection) })

    /// The keys that mark, and the one that reviews what is marked.
    static let marking = [
        toggleMark,
        KeyBinding(
            [.character("c")], "c", for: .send, name: "review", isUrgent: { _ in true },
            help: "review what is marked; y sends it from there", mayWrite: true,
            in: Context.grids, disabled: reasonWithoutMarks,
            effects: { model, _ in model.openReview(scope: nil) }),
        KeyBinding(
            [.character("+")], "+", for: .mark, name: "on", help: "mark to come online",
            mayWrite: true,
            in: Context.grids, disabled: reasonAgainstMarking,
            change: { $0.shared.mark($0.shared.selection, online: true) }),
        KeyBinding(
            [.character("-")], "-", for: .mark, name: "off", help: "mark to go offline",
            mayWrite: true,
            in: Context.grids, disabled: reasonAgainstMarking,
            change: { $0.shared.mark($0.shared.selection, online: false) }),
        KeyBinding(
            [.character("v")], "v", for: .mark, name: "range",
            help: "begin a range, and end it; Space, + and - mark all of it", mayWrite: true,
            in: Context.grids, disabled: reasonAgainstMarking,
            change: {
                $0.shared.anchor = $0.shared.anchor == nil ? $0.shared.cursorOnVCPU : nil
            }),
        KeyBinding(
            [.character("=")], "=", for: .mark, name: "count",
            help: "mark for a number of online vCPUs: the highest go first, the lowest come first; "
                + "'all' before it marks every guest that is listed; the line says what Enter "
                + "would mark",
            mayWrite: true, in: Context.grids, disabled: reasonAgainstMarking,
            change: { model in
                model.shared.cursor.guest.map { model.dialogs.append(CountPrompt(guest: $0)) }
            }),
        KeyBinding(
            [.character(":")], ":", for: .mark, name: "list",
            help: "mark by list: 3-7,^5 to change their state, +3-7 to come online, -3-7 to go "
                + "offline, +all for all that are plugged, +hot for those that came by hot-plug "
                + "and never were online; 'all' before it marks in every guest that is listed; the "
                + "line says what Enter would mark",
            mayWrite: true, in: Context.grids,
            disabled: { model in
                // 'all' may mark others where the guest under the cursor cannot be marked.
                let isOnlyGuest = model.shared.roster.rows.count == 1
                let hasGuest = model.shared.cursor.guest != nil
                return hasGuest && !isOnlyGuest ? nil : reasonAgainstMarking(model)
            },
            change: { model in
                model.shared.cursor.guest.map {
                    model.dialogs.append(MarkPrompt(guest: $0, model.shared))
                }
            }),
        KeyBinding(
            [.character("z")], "z", for: .undo, name: "undo marking",
            isUrgent: { !$0.shared.marks.isEmpty },
            help: "undo the last marking; nothing that was sent is changed",
            mayWrite: true, in: Context.grids,
            disabled: { $0.shared.marks.canUndo ? nil : "there is nothing to undo" },
            change: { $0.shared.marks.undo() }),
        KeyBinding(
            [.character("Z")], "Z", for: .undo, help: "redo the marking that z undid",
            mayWrite: true,
            in: Context.grids,
            disabled: { $0.shared.marks.canRedo ? nil : "there is nothing to redo" },
            change: { $0.shared.marks.redo() }),
        KeyBinding(
            [.character("u")], "u", for: .undo, name: "clear", help: "clear the marks of the guest",
            mayWrite: true, in: Context.grids,
            disabled: { model in
                guard let guest = model.shared.cursor.guest else { return "there is no guest" }
                return model.shared.reasonAgainstClearing(guest)
            },
            change: { $0.shared.clearMarks(of: $0.shared.cursor.guest.map { [$0] } ?? []) }),
        KeyBinding(
            [.character("U")], "U", for: .undo, help: "clear the marks of all guests",
            mayWrite: true,
            in: Context.grids, disabled: reasonWithoutMarks,
            change: { $0.shared.clearMarks(of: Array($0.shared.marks.byGuest.keys)) }),
    ]

    @Sendable private static func reasonAgainstMarking(_ model: Model) -> String? {
        guard let guest = model.shared.cursor.guest else { return "there is no guest" }
        return model.shared.reasonAgainstMarking(guest)
    }

    @Sendable private static func reasonWithoutMarks(_ model: Model) -> String? {
        model.shared.marks.isEmpty ? "nothing is marked" : nil
    }
}
