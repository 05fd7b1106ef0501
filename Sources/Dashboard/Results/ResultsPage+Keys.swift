internal import CanvasKit
internal import GuestVCPU

extension ResultsPage {
    static let keys = [
        KeyBinding(
            [.character("r")], "r", for: .send, name: "retry",
            help: "review again what did not succeed",
            mayWrite: true, in: [.results], disabled: reasonWithoutMarks,
            effects: { model, _ in model.openReview(scope: model.shared.unsuccessful) }),
        KeyBinding(
            [.character("m")], "m", for: .undo, name: "drop marks",
            help: "drop the marks of the guests that did not succeed", mayWrite: true,
            in: [.results], disabled: reasonWithoutMarks,
            change: { $0.shared.clearMarks(of: Array($0.shared.unsuccessful)) }),
        revert(in: [.results, .log]),
    ]

    /// `b` on the screens, where it stands behind the keys that mark.
    static let revertOnScreen = revert(in: Context.grids)

    private static func revert(in contexts: Set<Context>) -> KeyBinding {
        KeyBinding(
            [.character("b")], "b", for: .undo, name: "revert last change",
            isUrgent: { $0.shared.marks.isEmpty },
            help: "review what reverts the last change; Esc leaves the marks as they were",
            mayWrite: true, in: contexts,
            disabled: { model in
                if !model.shared.commits.inFlight.isEmpty { return "it is not over yet" }
                if let past = model.shared.revertiblePast {
                    return model.shared.conflict(of: past.change, on: past.guest)
                }
                return model.shared.undoing.isEmpty
                    ? "nothing of the last change is left to revert" : nil
            },
            effects: { model, _ in model.revert() })
    }

    @Sendable private static func reasonWithoutMarks(_ model: Model) -> String? {
        model.shared.unsuccessful.isEmpty ? "no marks of these guests are left" : nil
    }
}

extension Model {
    /// `b`: marks what reverts the last change, and opens a review of it.
    fileprivate mutating func revert() -> [Effect] {
        let past = shared.revertiblePast
        let before = shared.substituteMarks(
            with: past.map { [(guest: $0.guest, marks: $0.change.reversal)] } ?? shared.undoing)
        guard before.keys.contains(where: { !shared.marks[$0].isEmpty }) else {
            shared.marks.substitute(before)
            return []
        }
        let reverted =
            past.map { [$0.guest: $0.change.id] }
            ?? before.keys.reduce(into: [:]) { $0[$1] = shared.commits[$1]?.result?.id }
        return openReview(scope: Set(before.keys), restoring: before, reverting: reverted)
    }
}
