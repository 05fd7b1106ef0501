internal import SafeText

/// What a screen or a table calls a guest: its name, and what tells it from others of the same
/// name.
package struct GuestLabel: Hashable, Sendable {
    /// The whole label, printable.
    package let text: String
    /// How many cells it takes.
    package let columns: Int
    /// The first character in which it differs from the label that is most like it.
    package let difference: Int

    /// - Parameter text: Printable text.
    package init(_ text: String, difference: Int = 0) {
        self.text = text
        self.difference = difference
        columns = text.columns
    }

    /// The label in so many cells: its beginning, what tells it from others, and its end.
    ///
    /// What tells it apart stands as far from the beginning as in the labels that are like it, so
    /// that they differ when they are cut, too.
    ///
    /// - Parameters:
    ///   - ellipsis: What stands for the rest; one cell.
    ///   - widthOf: How many cells a character takes where the label is shown.
    package func cut(
        to width: Int, ellipsis: String = "…", widthOf: (Character) -> Int = \.columns
    ) -> String {
        guard width > 0 else { return "" }
        let characters = Array(text)
        let widths = characters.map(widthOf)
        guard widths.reduce(0, +) > width else { return text }
        let room = width - 1
        let difference = min(difference, characters.count - 1)
        func columns(_ range: Range<Int>) -> Int { widths[range].reduce(0, +) }
        let needed = columns(0..<difference + 1)
        if needed <= room {
            let tail = Self.count(widths.reversed(), within: min(room / 2, room - needed))
            let end = characters.count - tail
            let head = Self.count(widths, within: room - columns(end..<characters.count))
            return String(characters[..<head]) + ellipsis + String(characters[end...])
        }
        guard room >= 4 else {
            return String(characters[..<Self.count(widths, within: room)]) + ellipsis
        }
        // The beginning has no room for it.
        let start = max(difference - Self.context, 0)
        let rest = columns(start..<characters.count)
        if rest < room {
            let head = Self.count(widths, within: room - rest)
            return String(characters[..<head]) + ellipsis + String(characters[start...])
        }
        let head = Self.count(widths, within: (room - 1) / 4)
        let part = Self.count(widths[start...], within: room - 1 - columns(0..<head))
        return String(characters[..<head]) + ellipsis + String(characters[start..<start + part])
            + ellipsis
    }

    /// So many characters before the part that differs are shown with it.
    private static let context = 2

    /// How many of these fit into so many cells.
    private static func count(_ widths: some Sequence<Int>, within room: Int) -> Int {
        var used = 0
        return widths.prefix { width in
            used += width
            return used <= room
        }.count
    }
}
