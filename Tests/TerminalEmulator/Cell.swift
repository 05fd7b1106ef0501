import CVterm

/// What an emulated terminal shows in one place.
package struct Cell: Hashable {
    /// The character and the marks on it; empty where there is none, and in the right half of a
    /// wide one.
    package let text: String
    /// How many cells it takes, 1 or 2.
    package let width: Int
    package let bold: Bool
    package let dim: Bool
    package let underline: Bool
    package let reverse: Bool
    package let blink: Bool
    /// The colour of the text.
    package let color: Color
    /// The colour behind it.
    package let background: Color

    /// A colour, as the program named it.
    package enum Color: Hashable {
        /// The terminal's own for text, or behind it.
        case standard
        /// One of the 256 of the palette.
        case indexed(Int)
        case rgb(Int, Int, Int)
    }
}

extension Cell {
    init(_ cell: cvterm_cell) {
        var text = ""
        withUnsafeBytes(of: cell.characters) { bytes in
            for value in bytes.bindMemory(to: UInt32.self) {
                // The right half of a wide character holds all ones.
                guard value != 0, let scalar = UnicodeScalar(value) else { break }
                text.unicodeScalars.append(scalar)
            }
        }
        self.init(
            text: text, width: Int(cell.width), bold: cell.bold, dim: cell.dim,
            underline: cell.underline, reverse: cell.reverse, blink: cell.blink,
            color: Color(cell.color), background: Color(cell.background))
    }
}

extension Cell.Color {
    fileprivate init(_ color: cvterm_color) {
        switch color.kind {
        case CVTERM_INDEXED: self = .indexed(Int(color.red))
        case CVTERM_RGB: self = .rgb(Int(color.red), Int(color.green), Int(color.blue))
        default: self = .standard
        }
    }
}
