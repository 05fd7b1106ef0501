internal import SafeText

/// One thing to draw: a base character with the marks that stand on it, and its width.
///
/// Terminals disagree on how wide a cluster of several spacing characters is (emoji joined to a
/// family, flags), so that only the first of them is kept: then every terminal agrees, and no
/// column breaks.
package struct Glyph: Hashable {
    /// What is sent to the terminal.
    package var text: String
    /// How many cells it takes, 1 or 2.
    package let width: Int

    /// A cell that shows nothing.
    package static let blank = Glyph(text: " ", width: 1)

    private init(text: String, width: Int) {
        self.text = text
        self.width = width
    }

    /// Creates what stands for a character, whatever it is.
    package init(_ character: Character, in glyphs: GlyphSet) {
        if let ascii = character.asciiValue, ascii < 0x7F {
            self = Self.ascii[Int(ascii)]
        } else if glyphs == .ascii {
            self.init(text: character == "…" ? "~" : "?", width: 1)
        } else {
            self.init(cluster: character)
        }
    }

    private init(cluster: Character) {
        var text = ""
        var width = 0
        var marks = 0
        for scalar in cluster.unicodeScalars {
            switch scalar.columns {
            case 0:
                // More marks than a cell of ncurses holds are dropped, and so are the joiners
                // and selectors, which would change the width in some terminals.
                guard scalar.isMark, marks < 3 else { continue }
                if width == 0 {
                    text = " "
                    width = 1
                }
                marks += 1
                text.unicodeScalars.append(scalar)
            case let columns where width == 0:
                text.unicodeScalars.append(scalar)
                width = columns
            default: break
            }
        }
        self = width == 0 ? .blank : Glyph(text: text, width: width)
    }

    /// The glyphs of ASCII without DEL, by their codes.
    static let ascii: [Glyph] = (0..<0x7F).map { code in
        code < 0x20 ? .blank : Glyph(text: String(UnicodeScalar(UInt8(code))), width: 1)
    }
}

extension Unicode.Scalar {
    fileprivate var isMark: Bool {
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark: !(0xFE00...0xFE0F).contains(value)
        default: false
        }
    }

    /// Whether the scalar is of a script that is written from right to left.
    package var isRightToLeft: Bool {
        switch value {
        case ..<0x0590: false
        case 0x0590...0x08FF, 0xFB1D...0xFDFF, 0xFE70...0xFEFF, 0x10800...0x10FFF,
            0x1E800...0x1EFFF:
            true
        default: false
        }
    }
}

extension String {
    /// The glyphs of the text, made printable, in the order of reading.
    ///
    /// A left-to-right mark ends what is written from right to left: without it a terminal that
    /// reorders text would draw the next columns into the name.
    package func glyphs(in set: GlyphSet) -> [Glyph] {
        if isPlain { return utf8.map { Glyph.ascii[Int($0)] } }
        var result: [Glyph] = []
        result.reserveCapacity(utf8.count)
        var lastRightToLeft: Int?
        for character in printable() {
            result.append(Glyph(character, in: set))
            if character.unicodeScalars.contains(where: \.isRightToLeft) {
                lastRightToLeft = result.count - 1
            }
        }
        if let lastRightToLeft, set == .unicode {
            result[lastRightToLeft].text.unicodeScalars.append("\u{200E}")
        }
        return result
    }

    /// How many cells the text takes.
    package func columns(in set: GlyphSet) -> Int {
        if isPlain { return utf8.count }
        var count = 0
        for character in printable() { count += Glyph(character, in: set).width }
        return count
    }
}
