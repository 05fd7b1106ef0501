/// How large a screen is, in cells.
public struct Size: Hashable, Sendable {
    /// The widest and highest screen that is drawn; more is left blank.
    public static let limit = 1000

    /// Cells from left to right, 0 to `limit`.
    public let columns: Int
    /// Cells from top to bottom, 0 to `limit`.
    public let rows: Int

    /// Creates a size; numbers out of range are brought into it.
    public init(columns: Int, rows: Int) {
        self.columns = min(max(columns, 0), Self.limit)
        self.rows = min(max(rows, 0), Self.limit)
    }
}

/// A place on a screen; 0, 0 is the upper left corner.
public struct Position: Hashable, Sendable {
    /// Cells from the left edge.
    public let column: Int
    /// Cells from the upper edge.
    public let row: Int

    /// Creates a place.
    public init(column: Int, row: Int) {
        self.column = column
        self.row = row
    }
}

/// A part of a screen.
struct Rectangle: Hashable, Sendable {
    var column: Int
    var row: Int
    var columns: Int
    var rows: Int

    var endColumn: Int { column + columns }
    var endRow: Int { row + rows }
}
