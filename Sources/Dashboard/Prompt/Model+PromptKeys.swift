internal import CanvasKit

extension Model {
    /// The keys of every prompt.
    static let promptKeys = [
        KeyBinding(
            [.enter], "Enter", for: .move, name: "accept", help: "take what was typed",
            in: [.prompt],
            change: { $0.acceptPrompt() }),
        KeyBinding(
            [.backspace], "Bksp", for: .move, help: "delete the last character", in: [.prompt],
            effects: { model, press in
                model.eraseCharacter(at: press.moment)
                return []
            }),
        KeyBinding(
            [.tab], "Tab", for: .move, name: "complete",
            help: "in a filter: complete the word, or say which there are", in: [.prompt],
            disabled: reasonWithoutFilter, change: { $0.editFilter { $0.complete(&$1) } }),
        KeyBinding(
            [.up], "up", for: .move, help: "in a filter: bring back an older one", in: [.prompt],
            disabled: reasonWithoutFilter,
            change: { $0.editFilter { $0.recall(older: true, &$1) } }),
        KeyBinding(
            [.down], "down", for: .move, help: "in a filter: go forward to a newer one",
            in: [.prompt],
            disabled: reasonWithoutFilter,
            change: { $0.editFilter { $0.recall(older: false, &$1) } }),
    ]

    @Sendable private static func reasonWithoutFilter(_ model: Model) -> String? {
        model.prompt is FilterPrompt ? nil : "only in a filter"
    }

    private mutating func editFilter(_ edit: (inout FilterPrompt, inout Model) -> Void) {
        guard var prompt = dialogs.last as? FilterPrompt else { return }
        dialogs.removeLast()
        edit(&prompt, &self)
        dialogs.append(prompt)
    }
}
