/// Cells of vCPUs stand in groups with a blank after each.
enum CellGroups {
    /// How many cells stand together.
    static let size = 8

    /// Where a cell is, counted from the first, with the blanks before it.
    static func offset(of cell: Int) -> Int { cell + cell / size }

    /// The width of so many cells, a multiple of `size`, without the last blank.
    static func width(of cells: Int) -> Int { cells + cells / size - 1 }
}
