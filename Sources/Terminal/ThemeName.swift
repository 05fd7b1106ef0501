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
        case loadLow
        case loadMedium
        case loadHigh
        /// On a background of its own.
        case alarm
        /// On a background of its own.
        case bar
        /// On a background of its own.
        case cursor

        /// The slot on the background of the row of the cursor has this number.
        var litNumber: Int16 { Self.firstLit + rawValue }

        /// The number of the terminal's own text colour on that background.
        static let firstLit = Int16(allCases.count + 1)
    }

    /// The numbers of a text's colour, and of the one behind it; nil for the terminal's own.
    func colors(_ slot: Slot, at depth: ColorDepth) -> (text: Int, background: Int?) {
        let palette = palette
        let background: Shade? =
            switch slot {
            case .alarm: palette.bad
            case .bar: palette.bar
            case .cursor: palette.cursor
            default: nil
            }
        return (palette[slot].number(at: depth), background?.number(at: depth))
    }

    /// The number of the colour behind the row of the cursor; nil where the terminal has none that
    /// every text can be read on.
    func litBackground(at depth: ColorDepth) -> Int? {
        depth == .basic ? nil : palette.lit.number(at: depth)
    }

    /// The colours of a theme.
    struct Palette {
        let bad, good, warning, offline, special, heading: Shade
        /// From little load to much, each brighter than the one before it.
        let load: (low: Shade, medium: Shade, high: Shade)
        /// What can be read on `bad`.
        let onBad: Shade
        /// The line of a table's heads, and what can be read on it.
        let bar, onBar: Shade
        /// The cell of the cursor, and what stands on it.
        ///
        /// Both differ from every load: a full cell shows the text's colour alone, and an idle one
        /// the other.
        let cursor, onCursor: Shade
        /// Behind the row of the cursor.
        let lit: Shade

        subscript(_ slot: Slot) -> Shade {
            switch slot {
            case .bad: bad
            case .good: good
            case .warning: warning
            case .offline: offline
            case .special: special
            case .heading: heading
            case .loadLow: load.low
            case .loadMedium: load.medium
            case .loadHigh: load.high
            case .alarm: onBad
            case .bar: onBar
            case .cursor: onCursor
            }
        }
    }

    var palette: Palette {
        switch self {
        case .standard, .monochrome:
            // Blue alone is not left to the terminal: on black it can mostly not be read.
            Palette(
                bad: Shade(1), good: Shade(2), warning: Shade(3), offline: Shade(4, 33),
                special: Shade(5), heading: Shade(6),
                load: (Shade(2, 71), Shade(6, 117), Shade(7, 231)), onBad: Shade(7),
                bar: Shade(6, 37), onBar: Shade(0, 16),
                cursor: Shade(4, 19), onCursor: Shade(3, 226), lit: Shade(0, 237))
        case .light:
            Palette(
                bad: Shade(1, 124), good: Shade(2, 28), warning: Shade(5, 130),
                offline: Shade(4, 25), special: Shade(5, 90), heading: Shade(4, 24),
                load: (Shade(2, 29), Shade(2, 22), Shade(0, 16)), onBad: Shade(7, 231),
                bar: Shade(4, 24), onBar: Shade(7, 231),
                cursor: Shade(6, 153), onCursor: Shade(5, 90), lit: Shade(7, 253))
        case .colorBlind:
            Palette(
                bad: Shade(3, 208), good: Shade(6, 74), warning: Shade(7, 227),
                offline: Shade(4, 33), special: Shade(5, 175), heading: Shade(6, 117),
                load: (Shade(6, 67), Shade(6, 110), Shade(7, 195)), onBad: Shade(0, 16),
                bar: Shade(6, 24), onBar: Shade(7, 231),
                cursor: Shade(4, 19), onCursor: Shade(3, 226), lit: Shade(0, 237))
        }
    }
}
