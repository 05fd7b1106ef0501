extension String {
    /// The text in a field of so many cells: filled with blanks, or cut.
    package func padded(to width: Int, in glyphs: GlyphSet) -> String {
        guard width > 0 else { return "" }
        let missing = width - columns(in: glyphs)
        if missing >= 0 { return self + String(repeating: " ", count: missing) }
        let head = head(columns: width - 1, in: glyphs)
        let gap = width - 1 - head.columns(in: glyphs)
        return head + glyphs.ellipsis + String(repeating: " ", count: gap)
    }

    /// The text in lines of at most so many cells, broken at blanks where there are any.
    package func wrapped(to width: Int, in glyphs: GlyphSet) -> [String] {
        guard width > 0 else { return [] }
        var lines: [String] = []
        var line = ""
        for word in split(separator: " ") {
            var word = String(word)
            if !line.isEmpty {
                if line.columns(in: glyphs) + 1 + word.columns(in: glyphs) <= width {
                    line += " " + word
                    continue
                }
                lines.append(line)
            }
            while word.columns(in: glyphs) > width {
                // A wide character in a field of one cell could never be taken off.
                let head = word.head(columns: Swift.max(width, 2), in: glyphs)
                lines.append(head)
                word.removeFirst(head.count)
            }
            line = word
        }
        if !line.isEmpty { lines.append(line) }
        return lines
    }

    /// The text if it fits into so many cells; else the words that do, and an ellipsis.
    ///
    /// A first word that does not fit is left whole, to be cut.
    package func cutBetweenWords(to width: Int, in glyphs: GlyphSet) -> String {
        guard columns(in: glyphs) > width else { return self }
        guard let first = wrapped(to: width - glyphs.ellipsis.count, in: glyphs).first,
            hasPrefix(first + " ")
        else { return self }
        return first + glyphs.ellipsis
    }

    /// The longest beginning that fits into so many cells.
    private func head(columns width: Int, in glyphs: GlyphSet) -> String {
        var result = ""
        var used = 0
        for character in self {
            used += Glyph(character, in: glyphs).width
            guard used <= width else { break }
            result.append(character)
        }
        return result
    }
}
