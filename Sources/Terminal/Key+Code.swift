internal import CNcurses
internal import Dashboard

extension Key {
    /// Creates a key from what `get_wch` returned; nil for what is no key.
    @MainActor
    init?(code: wint_t, isFunction: Bool) {
        if isFunction {
            guard let key = Self.function(Int32(bitPattern: code)) else { return nil }
            self = key
            return
        }
        switch code {
        case 9: self = .tab
        case 10, 13: self = .enter
        case 27: self = .escape
        case 8, 127: self = .backspace
        case 1...26:
            self = .control(Character(UnicodeScalar(UInt8(code) + 96)))
        case 0..<32: self = .other
        default:
            guard let scalar = UnicodeScalar(code) else { return nil }
            self = .character(Character(scalar))
        }
    }

    private static func function(_ code: Int32) -> Key? {
        switch code {
        case KEY_UP: .up
        case KEY_DOWN: .down
        case KEY_LEFT: .left
        case KEY_RIGHT: .right
        case KEY_PPAGE: .pageUp
        case KEY_NPAGE: .pageDown
        case KEY_HOME: .home
        case KEY_END: .end
        case KEY_ENTER: .enter
        case KEY_BACKSPACE: .backspace
        // The size comes from the signal; this one only says that ncurses saw it too.
        case KEY_RESIZE: nil
        default: .other
        }
    }
}
