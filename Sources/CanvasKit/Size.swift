/// How large a screen is, in cells.
package struct Size: Hashable, Sendable {
    /// The widest and highest screen that is drawn; more is left blank.
    package static let limit = 1000

    /// Cells from left to right, 0 to `limit`.
    package let columns: Int
    /// Cells from top to bottom, 0 to `limit`.
    package let rows: Int

    /// Creates a size; numbers out of range are brought into it.
    package init(columns: Int, rows: Int) {
        self.columns = min(max(columns, 0), Self.limit)
        self.rows = min(max(rows, 0), Self.limit)
    }
}
