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
        let before = shared.substituteMarks(with: shared.undoing)
        guard before.keys.contains(where: { !shared.marks[$0].isEmpty }) else {
            shared.marks.substitute(before)
            return []
        }
        return openReview(scope: Set(before.keys), restoring: before)
    }
}
