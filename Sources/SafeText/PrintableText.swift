extension StringProtocol {
    /// The text without anything that a terminal could take for a command, that could hide or
    /// reorder what stands beside it, or that cannot be seen.
    ///
    /// Tabs and line ends become a blank each. What else is a control or format character, or is
    /// invisible, becomes `�`, so that no two names look the same; joiners and selectors stay where
    /// an emoji or a script needs them. What is longer than `limit` ends in `…`. Text that was made
    /// printable stays as it is.
    ///
    /// - Parameter limit: The most characters (grapheme clusters) to keep, at least 1; a cluster
    ///   counts for no more than its first eight scalars.
    package func printable(limit: Int = .max) -> String {
        if isPlain, utf8.count <= limit { return String(self) }
        // Other modules call this unspecialized, where each step of a walk costs witness calls: the
        // rest is for strings alone. It does not look at what is beyond the limit.
        let text = limit < .max ? String(prefix(limit + 1)) : String(self)
        return text.visible(limit: limit)
    }

    /// Whether each byte is a printable character of ASCII, as in most texts.
    package var isPlain: Bool {
        // Other modules call this unspecialized, where a walk over the view costs three witness
        // calls a byte. A string's bytes in one piece cost none.
        utf8.withContiguousStorageIfAvailable { $0.allSatisfy { (0x20..<0x7F).contains($0) } }
            ?? utf8.allSatisfy { (0x20..<0x7F).contains($0) }
    }
}

extension String {
    /// The text with what cannot be seen replaced, and cut to a number of characters.
    fileprivate func visible(limit: Int) -> String {
        if isDrawn, unicodeScalars.count <= limit { return self }
        if isShortAndVisible, limit >= Self.longestCluster { return self }
        var text = shown
        // What stands for a control character takes the marks that follow it into its cluster.
        while text.contains(where: { $0.unicodeScalars.count > Self.longestCluster }) {
            text = text.shown
        }
        guard limit < .max, text.count > limit else { return text }
        return text.prefix(limit - 1) + "…"
    }

    /// The text with what cannot be seen replaced, and with long clusters cut.
    private var shown: String {
        let scalars = flatMap { $0.unicodeScalars.prefix(Self.longestCluster) }
        var shown = String.UnicodeScalarView()
        // Alone, a mark would stand on what is written before the text.
        if let first = scalars.first, first.isVisible, first.properties.isMark {
            shown.append("\u{25CC}")
        }
        for (index, scalar) in scalars.enumerated() {
            let next = index + 1 < scalars.count ? scalars[index + 1] : nil
            shown.append(scalar.shown(after: shown.last, before: next))
        }
        return String(shown)
    }

    private static var longestCluster: Int { 8 }

    /// Whether it has nothing but what graphs and borders are drawn with.
    private var isDrawn: Bool { unicodeScalars.allSatisfy(\.isDrawn) }

    /// Whether it is printable already, as most of what the screen draws is.
    private var isShortAndVisible: Bool {
        unicodeScalars.prefix(Self.longestCluster + 1).count <= Self.longestCluster
            && unicodeScalars.allSatisfy(\.isVisible)
            && unicodeScalars.first?.properties.isMark != true
    }
}

extension Unicode.Scalar {
    /// Whether it can be seen, wherever it stands.
    package var isVisible: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
            .unassigned:
            false
        default: !properties.isDefaultIgnorableCodePoint
        }
    }

    /// Whether it is ASCII, an arrow, a line, a block, a shape or a Braille pattern: these are
    /// visible, and each is a cluster, whatever stands beside it.
    var isDrawn: Bool {
        switch value {
        case 0x20..<0x7F, 0x2190...0x21FF, 0x2500...0x25FF, 0x2800...0x28FF: true
        default: false
        }
    }

    /// What is shown for it.
    fileprivate func shown(after last: Unicode.Scalar?, before next: Unicode.Scalar?) -> Self {
        if isVisible { return self }
        switch value {
        case 0x09...0x0D, 0x85, 0x2028, 0x2029: return " "
        case 0x200C where joins(last, next): return self
        case 0x200D where joins(last, next): return self
        case 0x200D where last?.isPartOfEmoji == true && next?.isEmoji == true: return self
        case 0xFE0E, 0xFE0F:
            let isKeycap = next == "\u{20E3}" && last?.properties.isEmoji == true
            return isKeycap || last?.isEmoji == true ? self : "\u{FFFD}"
        default: return "\u{FFFD}"
        }
    }

    /// Whether a joiner between these matters: in scripts whose letters join.
    private func joins(_ last: Unicode.Scalar?, _ next: Unicode.Scalar?) -> Bool {
        last?.isOfJoiningScript == true && next?.isOfJoiningScript == true
    }

    /// Arabic to Myanmar, Khmer, Mongolian, Balinese and others, Saurashtra to Meetei, Brahmi and
    /// its kin.
    private var isOfJoiningScript: Bool {
        switch value {
        case 0x0620...0x109F, 0x1780...0x18AF, 0x1A20...0x1CFF, 0xA800...0xABFF,
            0x11000...0x11FFF:
            isVisible
        default: false
        }
    }

    /// An emoji that is no digit.
    private var isEmoji: Bool { value > 0x7F && properties.isEmoji }

    private var isPartOfEmoji: Bool { isEmoji || value == 0xFE0F }
}

extension Unicode.Scalar.Properties {
    fileprivate var isMark: Bool {
        switch generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: true
        default: false
        }
    }
}
