internal import CanvasKit

extension Model {
    /// The keys of every prompt.
    static let promptKeys = [
        KeyBinding(
            [.enter], "Ret", name: "accept", help: "take what was typed", in: [.prompt],
            change: { $0.acceptPrompt() }),
        KeyBinding(
            [.backspace], "Bksp", help: "take back a character", in: [.prompt],
            effects: { model, press in
                model.eraseCharacter(at: press.moment)
                return []
            }),
    ]
}
