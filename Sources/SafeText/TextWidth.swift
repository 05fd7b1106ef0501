// How many cells of a terminal a text takes: the screen and the tables count the same way.

extension StringProtocol {
    /// How many cells the text takes, once it is printable.
    package var columns: Int {
        if isPlain { return utf8.count }
        return printable().reduce(0) { $0 + $1.columns }
    }
}

extension Character {
    /// How many cells the character takes, 1 or 2.
    ///
    /// Terminals disagree on clusters of several spacing characters; most count the first.
    package var columns: Int {
        var flagHalves = 0
        for scalar in unicodeScalars {
            if scalar.isRegionalIndicator {
                flagHalves += 1
            } else if scalar.columns > 0 {
                return flagHalves > 0 ? flagHalves : scalar.columns
            }
        }
        return max(flagHalves, 1)
    }
}

extension Unicode.Scalar {
    /// How many cells the scalar takes alone: 0, 1 or 2.
    ///
    /// - Source: Unicode's EastAsianWidth.txt (W and F), in ranges that future additions to
    ///   these blocks do not leave.
    package var columns: Int {
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control, .surrogate: return 0
        default: break
        }
        switch value {
        case ..<0x1100: return 1
        case 0x1160...0x11FF, 0xD7B0...0xD7FF: return 0
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F,
            0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F,
            0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18DFF, 0x1AFF0...0x1B2FF,
            0x20000...0x3FFFD:
            return 2
        default: return properties.isEmojiPresentation && !isRegionalIndicator ? 2 : 1
        }
    }

    fileprivate var isRegionalIndicator: Bool { (0x1F1E6...0x1F1FF).contains(value) }
}
