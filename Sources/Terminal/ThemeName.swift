/// A set of colours that somebody chooses.
///
/// What colours tell is told by signs and words as well, so that each of them shows all there is.
public enum ThemeName: String, CaseIterable, Hashable, Sendable {
    /// The terminal's own eight colours, for a dark background.
    case standard = "default"
    /// For a light background: nothing yellow.
    case light
    /// Blue, yellow and orange, which hardly anybody takes for each other.
    case colorBlind = "colour-blind"
    /// None, as with `NO_COLOR`.
    case monochrome

    /// What a colour is for.
    enum Slot: Int16, CaseIterable {
        case bad = 1
        case good
        case warning
        case offline
        case special
        case heading
    }

    /// The number of a colour.
    ///
    /// - Parameter count: How many colours the terminal has, 8 or more; 256 have the numbers that
    ///   xterm gave them.
    func color(_ slot: Slot, of count: Int32) -> Int16 {
        let isRich = count >= 256
        switch (self, slot) {
        case (.standard, .bad), (.monochrome, .bad): return Self.red
        case (.standard, .good), (.monochrome, .good): return Self.green
        case (.standard, .warning), (.monochrome, .warning): return Self.yellow
        case (.standard, .offline), (.monochrome, .offline): return Self.blue
        case (.standard, .special), (.monochrome, .special): return Self.magenta
        case (.standard, .heading), (.monochrome, .heading): return Self.cyan
        case (.light, .bad): return isRich ? 124 : Self.red
        case (.light, .good): return isRich ? 28 : Self.green
        case (.light, .warning): return isRich ? 130 : Self.magenta
        case (.light, .offline): return isRich ? 25 : Self.blue
        case (.light, .special): return isRich ? 90 : Self.magenta
        case (.light, .heading): return isRich ? 24 : Self.blue
        case (.colorBlind, .bad): return isRich ? 208 : Self.yellow
        case (.colorBlind, .good): return isRich ? 74 : Self.cyan
        case (.colorBlind, .warning): return isRich ? 227 : Self.white
        case (.colorBlind, .offline): return isRich ? 33 : Self.blue
        case (.colorBlind, .special): return isRich ? 175 : Self.magenta
        case (.colorBlind, .heading): return isRich ? 117 : Self.cyan
        }
    }

    private static let red: Int16 = 1
    private static let green: Int16 = 2
    private static let yellow: Int16 = 3
    private static let blue: Int16 = 4
    private static let magenta: Int16 = 5
    private static let cyan: Int16 = 6
    private static let white: Int16 = 7
}
