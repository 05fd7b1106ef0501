/// A set of colours that a user can choose.
///
/// What colours tell is told by signs and words as well, so that each of them shows all there is.
package enum ThemeName: String, CaseIterable, Hashable, Sendable {
    /// The terminal's own eight colours, for a dark background.
    case standard = "default"
    /// For a light background: nothing yellow.
    case light
    /// Blue, yellow and orange on a dark background, which hardly anybody takes for each other.
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
        /// On a background of its own.
        case alarm
    }

    /// The numbers of a text's colour, and of the one behind it; nil for the terminal's own.
    func colors(_ slot: Slot, at depth: ColorDepth) -> (text: Int, background: Int?) {
        let palette = palette
        guard slot != .alarm else {
            return (palette.onBad.number(at: depth), palette.bad.number(at: depth))
        }
        return (palette[slot].number(at: depth), nil)
    }

    /// The colours of a theme.
    struct Palette {
        let bad, good, warning, offline, special, heading: Shade
        /// What can be read on `bad`.
        let onBad: Shade

        subscript(_ slot: Slot) -> Shade {
            switch slot {
            case .bad: bad
            case .good: good
            case .warning: warning
            case .offline: offline
            case .special: special
            case .heading: heading
            case .alarm: onBad
            }
        }
    }

    var palette: Palette {
        switch self {
        case .standard, .monochrome:
            // Blue alone is not left to the terminal: on black it can mostly not be read.
            Palette(
                bad: Shade(1), good: Shade(2), warning: Shade(3), offline: Shade(4, 33),
                special: Shade(5), heading: Shade(6), onBad: Shade(7))
        case .light:
            Palette(
                bad: Shade(1, 124), good: Shade(2, 28), warning: Shade(5, 130),
                offline: Shade(4, 25), special: Shade(5, 90), heading: Shade(4, 24),
                onBad: Shade(7, 231))
        case .colorBlind:
            Palette(
                bad: Shade(3, 208), good: Shade(6, 74), warning: Shade(7, 227),
                offline: Shade(4, 33), special: Shade(5, 175), heading: Shade(6, 117),
                onBad: Shade(0, 16))
        }
    }
}
