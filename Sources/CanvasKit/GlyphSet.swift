/// Which characters a terminal can show.
package enum GlyphSet: String, Hashable, Sendable {
    /// Printable ASCII alone.
    case ascii
    /// Everything in Unicode.
    case unicode

    /// What stands for the rest of a text that was cut.
    package var ellipsis: String { self == .ascii ? "~" : "…" }

    /// What points from a state to the one that it will have.
    package var arrow: String { self == .ascii ? "->" : "→" }

    /// The sign of a load: a digit, or a bar.
    ///
    /// - Parameter share: The share of a physical CPU; brought into 0 to 1, since a share is
    ///   measured between two clocks and can be a little above.
    package func load(_ share: Double) -> Glyph {
        let share = share.isNaN ? 0 : min(max(share, 0), 1)
        switch self {
        case .ascii: return Self.digits[min(Int(share * 10), 9)]
        case .unicode: return share < 0.03 ? Self.dot : Self.bars[min(Int(share * 8), 7)]
        }
    }

    /// Loads beside each other, the oldest first; a blank where nothing is known.
    package func sparkline(_ shares: [Double?]) -> String {
        shares.map { $0.map { load($0).text } ?? " " }.joined()
    }

    /// The signs of a frame.
    package var frame: Frame {
        switch self {
        case .ascii:
            Frame(
                horizontal: "-", vertical: "|", topLeft: "+", topRight: "+", bottomLeft: "+",
                bottomRight: "+")
        case .unicode:
            Frame(
                horizontal: "─", vertical: "│", topLeft: "┌", topRight: "┐", bottomLeft: "└",
                bottomRight: "┘")
        }
    }

    /// The signs of a column of a graph that fills its cell by a part, the fullest last.
    var graphSteps: [Glyph] { self == .ascii ? Self.piles : Self.bars }

    private static let piles = ".:#".map { Glyph($0, in: .ascii) }
    private static let digits = "0123456789".map { Glyph($0, in: .ascii) }
    private static let dot = Glyph("·", in: .unicode)
    private static let bars = "▁▂▃▄▅▆▇█".map { Glyph($0, in: .unicode) }

    /// The signs that a frame is made of.
    package struct Frame {
        let horizontal: String
        let vertical: String
        let topLeft: String
        let topRight: String
        let bottomLeft: String
        let bottomRight: String
    }
}
