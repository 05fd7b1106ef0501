internal import CanvasKit

extension String {
    /// A list of numbers in so many cells: its beginning, and an ellipsis where that is not all.
    ///
    /// A number is shown whole or not at all: its first digits are another number.
    func cutList(to width: Int, in glyphs: GlyphSet) -> String {
        guard utf8.count > width else { return self }
        guard width > 0 else { return "" }
        let isDigit: (Character) -> Bool = { ("0"..."9").contains($0) }
        var head = prefix(width - 1)
        if self[head.endIndex...].first.map(isDigit) == true {
            while head.last.map(isDigit) == true { head.removeLast() }
        }
        return head + glyphs.ellipsis
    }
}
