internal import CanvasKit

/// The columns of the review, by the width of its lines.
struct ReviewColumns: Hashable {
    let width: Int
    let name: Int
    let count: Int

    /// - Parameter longestName: Cells that the longest name takes: names get what is free beside
    ///   a change of usual length. Longer changes go on in the next line.
    init(width: Int, longestName: Int) {
        self.width = width
        let usual = width < 60 ? 10 : width < 100 ? 14 : 28
        count = width < 60 ? 5 : 9
        let free = width - (2 * count + 3) - Self.usualChange
        name = max(usual, min(longestName, free))
    }

    /// The width of `online 61-63, offline 4-7`.
    static let usualChange = 26

    /// Where the change stands, and how wide it may be.
    var indent: Int { name + 2 * count + 3 }
    var rest: Int { max(width - indent, 8) }

    func head(_ glyphs: GlyphSet) -> String {
        "GUEST".padded(to: name, in: glyphs) + " " + "NOW".padded(to: count, in: glyphs) + " "
            + "AFTER".padded(to: count, in: glyphs) + " CHANGE"
    }
}
