/// Where the columns and rows of the fleet are on a screen of some size.
struct FleetLayout: Hashable {
    /// A column: where it begins and how wide it is; absent ones are 0 wide.
    struct Field: Hashable {
        var column = 0
        var width = 0
    }

    private(set) var name = Field()
    private(set) var status = Field()
    private(set) var age = Field()
    private(set) var online = Field()
    private(set) var cores = Field()
    private(set) var cells = Field()
    private(set) var note = Field()
    /// How many rows of guests there is room for.
    let bodyRows: Int

    /// The line of the column heads; the rows follow.
    static let headRow = 2
    /// Lines below the rows: what is under the cursor, and the keys.
    static let footRows = 2
    /// Cells that stand together, and the blank after them.
    static let group = 8
    /// The width that names of statuses take when written in full, and when cut short.
    static let fullStatus = 12
    static let shortStatus = 7

    init(size: Size, totals: FleetTotals) {
        bodyRows = max(size.rows - Self.headRow - 1 - Self.footRows, 0)
        let isNarrow = size.columns < 60
        let isWide = size.columns >= 110
        var next = 1
        func place(_ width: Int) -> Field {
            defer { next += width + (width > 0 ? 1 : 0) }
            return Field(column: next, width: width)
        }
        let longest = isNarrow ? 10 : isWide ? max(size.columns / 6, 20) : 15
        name = place(min(max(totals.nameColumns, 8), longest))
        status = place(isWide ? Self.fullStatus : Self.shortStatus)
        age = place(isNarrow ? 0 : 4)
        online = place(max(totals.digits * 2 + 1, isNarrow ? 5 : 6))
        cores = place(isNarrow ? 0 : 5)
        let noteWidth = isNarrow ? 2 : isWide ? 20 : 8
        let groups = max((size.columns - next - noteWidth - 1) / (Self.group + 1), 1)
        // One more, for the sign that there are vCPUs out of sight.
        cells = place(groups * (Self.group + 1))
        note = Field(column: next, width: max(size.columns - next, 0))
    }

    /// How many vCPUs a row shows at once.
    var cellCount: Int { cells.width / (Self.group + 1) * Self.group }

    /// The cells of a row, which begins with the vCPU `left`: the first group of one that does
    /// not begin with 0 says where it begins, since the ruler does not hold for it.
    private func lead(_ left: Int) -> Int { left > 0 && cellCount > Self.group ? Self.group : 0 }

    /// The vCPUs that a row shows which begins with the vCPU `left`.
    func shown(from left: Int) -> Range<Int> { left..<left + cellCount - lead(left) }

    /// Where a row has to begin so that a vCPU is in sight, if it begins with `left` now.
    func left(showing id: Int, from left: Int) -> Int {
        let group = id / Self.group * Self.group
        guard group >= cellCount else { return 0 }
        let room = cellCount - lead(group)
        return max(min(left, group), group + Self.group - room)
    }

    /// The column of the cell of a vCPU, in a row that begins with the vCPU `left`; nil where it
    /// is out of sight.
    func column(of id: Int, left: Int) -> Int? {
        guard shown(from: left).contains(id) else { return nil }
        let offset = id - left + lead(left)
        return cells.column + offset + offset / Self.group
    }
}
