/// A screenful of cells.
///
/// Whatever is drawn is clipped at the edges, and nothing that a terminal could take for a
/// command gets in.
package struct Canvas: Hashable, Sendable {
    /// What stands in one place.
    package struct Cell: Hashable, Sendable {
        /// The characters: one spacing character and the marks on it; empty in the right half
        /// of a wide one.
        package let text: String
        /// How many cells it takes: 1 or 2; 0 for the right half of a wide one.
        package let width: Int
        /// How it looks.
        package var style: Style
    }

    /// How large it is.
    package let size: Size
    /// Which characters it may hold.
    package let glyphs: GlyphSet
    /// Where text is being typed; nil where no text is.
    package var caret: Position?
    private var cells: [Cell]

    /// Creates a blank canvas.
    package init(size: Size, glyphs: GlyphSet) {
        self.size = size
        self.glyphs = glyphs
        cells = Array(repeating: Self.blank, count: size.columns * size.rows)
    }

    private static let blank = Cell(text: " ", width: 1, style: Style())

    /// The cells of a line, from left to right; empty where there is no such line.
    package func line(_ row: Int) -> ArraySlice<Cell> {
        guard (0..<size.rows).contains(row) else { return [] }
        return cells[row * size.columns..<(row + 1) * size.columns]
    }

    /// Replaces a cell; what is left of a wide character that it cuts becomes blank.
    private mutating func set(_ glyph: Glyph, _ style: Style, column: Int, row: Int) {
        let index = row * size.columns + column
        clearHalves(at: index, column: column)
        cells[index] = Cell(text: glyph.text, width: glyph.width, style: style)
        guard glyph.width == 2 else { return }
        clearHalves(at: index + 1, column: column + 1)
        cells[index + 1] = Cell(text: "", width: 0, style: style)
    }

    private mutating func clearHalves(at index: Int, column: Int) {
        if cells[index].width == 0, column > 0 { cells[index - 1] = blankLike(index - 1) }
        if cells[index].width == 2, column + 1 < size.columns {
            cells[index + 1] = blankLike(index + 1)
        }
    }

    private func blankLike(_ index: Int) -> Cell {
        Cell(text: " ", width: 1, style: cells[index].style)
    }

    /// Draws a glyph where it fits, and nothing where it does not.
    package mutating func draw(_ glyph: Glyph, column: Int, row: Int, style: Style) {
        guard (0..<size.rows).contains(row), column >= 0, column + glyph.width <= size.columns
        else { return }
        set(glyph, style, column: column, row: row)
    }

    /// Copies lines of another canvas of the same width.
    ///
    /// - Parameter row: Where the first of them goes.
    package mutating func copy(_ rows: Range<Int>, of other: Canvas, to row: Int) {
        guard other.size.columns == size.columns else { return }
        for (offset, source) in rows.enumerated() {
            let line = other.line(source)
            guard (0..<size.rows).contains(row + offset), !line.isEmpty else { continue }
            let start = (row + offset) * size.columns
            cells.replaceSubrange(start..<start + size.columns, with: line)
        }
    }

    /// Changes how the cells of an area look, and leaves what they show.
    package mutating func restyle(_ area: Rectangle, _ change: (inout Style) -> Void) {
        for row in max(area.row, 0)..<max(min(area.endRow, size.rows), max(area.row, 0)) {
            let start = max(area.column, 0)
            for column in start..<max(min(area.endColumn, size.columns), start) {
                change(&cells[row * size.columns + column].style)
            }
        }
    }
}
