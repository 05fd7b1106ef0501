internal import SafeText

extension Canvas {
    /// Writes text into a field; what does not fit is cut, and an ellipsis says so.
    ///
    /// - Parameter width: The field's width; nil for all that is left of the line.
    /// - Returns: The column after the text.
    @discardableResult
    package mutating func write(
        _ text: String, column: Int, row: Int, width: Int? = nil, alignment: Alignment = .left,
        style: Style = Style()
    ) -> Int {
        let room = min(width ?? .max, size.columns - column)
        guard room > 0 else { return column }
        if text.isPlain, text.utf8.count <= room {
            // Most texts are drawn by their bytes, without an array of glyphs.
            var next = alignment == .left ? column : column + room - text.utf8.count
            for byte in text.utf8 {
                draw(Glyph.ascii[Int(byte)], column: next, row: row, style: style)
                next += 1
            }
            return next
        }
        let fitted = text.glyphs(in: glyphs).fitted(to: room, ellipsis: glyphs.ellipsis)
        var next = alignment == .left ? column : column + room - fitted.columns
        for glyph in fitted {
            draw(glyph, column: next, row: row, style: style)
            next += glyph.width
        }
        return next
    }

    /// Writes pieces of text one after the other, cut where they leave the field.
    ///
    /// - Returns: The column after the last piece.
    @discardableResult
    package mutating func write(_ spans: [StyledText], column: Int, row: Int, width: Int? = nil)
        -> Int
    {
        let end = column + min(width ?? .max, max(size.columns - column, 0))
        var next = column
        for span in spans where next < end {
            next = write(
                span.text, column: next, row: row, width: end - next, style: span.style)
        }
        return next
    }

    /// Writes the pieces that fit whole, the first ones being the most important, and leaves
    /// out the rest.
    package mutating func write(
        fitting pieces: [[StyledText]], separator: StyledText, column: Int, row: Int, width: Int
    ) {
        var next = column
        for piece in pieces where !piece.isEmpty {
            var spans = piece
            if next > column { spans.insert(separator, at: 0) }
            let needed = spans.reduce(0) { $0 + $1.text.columns(in: glyphs) }
            guard next + needed <= column + width else { continue }
            next = write(spans, column: next, row: row)
        }
    }

    /// Makes an area blank.
    package mutating func clear(_ area: Rectangle, style: Style = Style()) {
        for row in area.row..<max(area.endRow, area.row) {
            for column in area.column..<max(area.endColumn, area.column) {
                draw(.blank, column: column, row: row, style: style)
            }
        }
    }

    /// Draws a frame with a title around an area, and makes the area blank.
    package mutating func frame(_ area: Rectangle, title: String) {
        guard area.columns >= 2, area.rows >= 2 else { return }
        clear(area)
        let signs = glyphs.frame
        let style = Style(.border)
        let right = area.endColumn - 1
        let bottom = area.endRow - 1
        for column in area.column...right {
            write(signs.horizontal, column: column, row: area.row, style: style)
            write(signs.horizontal, column: column, row: bottom, style: style)
        }
        for row in area.row...bottom {
            write(signs.vertical, column: area.column, row: row, width: 1, style: style)
            write(signs.vertical, column: right, row: row, width: 1, style: style)
        }
        write(signs.topLeft, column: area.column, row: area.row, width: 1, style: style)
        write(signs.topRight, column: right, row: area.row, width: 1, style: style)
        write(signs.bottomLeft, column: area.column, row: bottom, width: 1, style: style)
        write(signs.bottomRight, column: right, row: bottom, width: 1, style: style)
        write(
            " \(title) ", column: area.column + 2, row: area.row, width: area.columns - 4,
            style: Style(.title))
    }
}

extension [Glyph] {
    package var columns: Int { reduce(0) { $0 + $1.width } }

    /// The glyphs if they fit; else as many as leave room for the ellipsis, and that.
    fileprivate func fitted(to room: Int, ellipsis: String) -> [Glyph] {
        // A glyph takes a cell at the least: most texts are seen to fit without a sum.
        if count * 2 <= room || columns <= room { return self }
        var kept: [Glyph] = []
        var used = 0
        for glyph in self {
            guard used + glyph.width <= room - 1 else { break }
            kept.append(glyph)
            used += glyph.width
        }
        return kept + [Glyph(Character(ellipsis), in: .unicode)]
    }
}
