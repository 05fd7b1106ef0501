/// A place on a screen; 0, 0 is the upper left corner.
package struct Position: Hashable, Sendable {
    /// Cells from the left edge.
    package let column: Int
    /// Cells from the upper edge.
    package let row: Int

    /// Creates a place.
    package init(column: Int, row: Int) {
        self.column = column
        self.row = row
    }
}
