internal import CanvasKit
internal import GuestVCPU

extension ResultsPage {
    static let keys = [
        KeyBinding(
            [.character("r")], "r", name: "retry", help: "review again what did not succeed",
            mayWrite: true, in: [.results], disabled: reasonWithoutMarks,
            effects: { model, _ in model.openReview(scope: model.shared.unsuccessful) }),
        KeyBinding(
            [.character("m")], "m", name: "drop marks",
            help: "drop the marks of the guests that did not succeed", mayWrite: true,
            in: [.results], disabled: reasonWithoutMarks,
            change: { $0.shared.clearMarks(of: Array($0.shared.unsuccessful)) }),
        KeyBinding(
            [.character("b")], "b", name: "take back",
            help: "mark what takes the last sending back, and review it", mayWrite: true,
            in: [.results, .log],
            disabled: { model in
                if !model.shared.commits.inFlight.isEmpty { return "it is not over yet" }
                return model.shared.undoing.isEmpty
                    ? "nothing of the last sending is left to take back" : nil
            },
            effects: { model, _ in model.takeBack() }),
    ]

    @Sendable private static func reasonWithoutMarks(_ model: Model) -> String? {
        model.shared.unsuccessful.isEmpty ? "no marks of these guests are left" : nil
    }
}

extension Model {
    /// `b`: marks what takes the last sending back, and opens a review of it.
    fileprivate mutating func takeBack() -> [Effect] {
        let undoing = shared.undoing
        shared.replaceMarks(with: undoing)
        let marked = undoing.map(\.guest).filter { !shared.marks[$0].isEmpty }
        return marked.isEmpty ? [] : openReview(scope: Set(marked))
    }
}
