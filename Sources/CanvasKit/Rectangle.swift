/// A part of a screen.
package struct Rectangle: Hashable, Sendable {
    package var column: Int
    package var row: Int
    package var columns: Int
    package var rows: Int

    /// Creates an area.
    package init(column: Int, row: Int, columns: Int, rows: Int) {
        self.column = column
        self.row = row
        self.columns = columns
        self.rows = rows
    }

    package var endColumn: Int { column + columns }
    package var endRow: Int { row + rows }
}
