/// Which characters a terminal can show.
public enum GlyphSet: String, Hashable, Sendable {
    /// Printable ASCII alone.
    case ascii
    /// Everything in Unicode.
    case unicode

    /// What stands for the rest of a text that was cut.
    var ellipsis: String { self == .ascii ? "~" : "…" }

    /// What points from a state to the one that it will have.
    var arrow: String { self == .ascii ? "->" : "→" }

    /// The sign of a load: a digit, or a bar.
    ///
    /// - Parameter share: The share of a physical CPU; brought into 0 to 1, since a share is
    ///   measured between two clocks and can be a little above.
    func load(_ share: Double) -> String {
        let share = share.isNaN ? 0 : min(max(share, 0), 1)
        switch self {
        case .ascii: return Self.digits[min(Int(share * 10), 9)]
        case .unicode: return share < 0.03 ? "·" : Self.bars[min(Int(share * 8), 7)]
        }
    }

    /// The signs of a frame.
    var frame: Frame {
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

    private static let digits = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]
    private static let bars = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

    /// The signs that a frame is made of.
    struct Frame {
        let horizontal: String
        let vertical: String
        let topLeft: String
        let topRight: String
        let bottomLeft: String
        let bottomRight: String
    }
}
