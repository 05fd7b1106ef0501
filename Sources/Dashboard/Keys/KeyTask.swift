/// What a key helps to do; the help and the man page list keys by it.
enum KeyTask: Hashable, CaseIterable {
    case see
    case find
    case mark
    case send
    case undo
    case move
    /// What belongs to no one task: help, back, quit, the mouse.
    case other

    var title: String {
        switch self {
        case .see: "See"
        case .find: "Find"
        case .mark: "Mark"
        case .send: "Review and send"
        case .undo: "Undo"
        case .move: "Move and choose"
        case .other: "Help, back, quit"
        }
    }
}
