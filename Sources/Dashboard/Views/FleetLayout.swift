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
    /// What the hypervisor has plugged, of how many slots.
    private(set) var plugged = Field()
    private(set) var cores = Field()
    private(set) var history = Field()
    private(set) var cells = Field()
    /// How many vCPUs share a cell of the row, and what there is to say of the guest.
    private(set) var note = Field()
    /// The line of the column heads; the rows follow.
    let headRow: Int
    /// How many rows of guests there is room for.
    let bodyRows: Int

    /// Lines above the column heads: the title, and what sums up the fleet.
    static let topRows = 2
    /// Lines below the rows: what is under the cursor, and the keys.
    static let footRows = 2
    /// Cells that stand together, and the blank after them.
    static let group = 8
    /// The width that names of statuses take when written in full, and when cut short.
    static let fullStatus = 12
    static let shortStatus = 7

    /// - Parameter sourceRows: Lines that say which sources do not answer.
    init(size: Size, totals: FleetTotals, sourceRows: Int) {
        self.init(size: size, totals: totals, sourceRows: sourceRows, nameMargin: 0)
        // Names that are cut take what notes can spare.
        let missing = totals.nameColumns - name.width
        let spare = note.width - Self.usualNote
        guard missing > 0, spare > 0 else { return }
        self.init(
            size: size, totals: totals, sourceRows: sourceRows, nameMargin: min(missing, spare))
    }

    /// A note of this width is of use.
    private static let usualNote = 24

    /// - Parameter nameMargin: Cells of names beyond their usual share.
    private init(size: Size, totals: FleetTotals, sourceRows: Int, nameMargin: Int) {
        headRow = Self.topRows + sourceRows
        bodyRows = max(size.rows - headRow - 1 - Self.footRows, 0)
        let isNarrow = size.columns < 60
        let isWide = size.columns >= 110
        var next = 1
        func place(_ width: Int) -> Field {
            defer { next += width + (width > 0 ? 1 : 0) }
            return Field(column: next, width: width)
        }
        let longest = (isNarrow ? 10 : isWide ? max(size.columns / 6, 20) : 15) + nameMargin
        let onlineWidth = max(totals.digits * 2 + 1, isNarrow ? 5 : 6)
        // On the narrowest screen a group of cells and the sign of their scale come first.
        let spare = size.columns - Self.shortStatus - onlineWidth - Self.group - 4 - 5
        name = place(min(max(totals.nameColumns, 8), longest, max(spare, 4)))
        status = place(isWide ? Self.fullStatus : Self.shortStatus)
        age = place(isNarrow ? 0 : 4)
        online = place(onlineWidth)
        plugged = place(isWide ? max(totals.slotDigits * 2 + 1, 5) : 0)
        cores = place(isNarrow ? 0 : 5)
        history = place(size.columns >= 150 ? RecentShares.spans : 0)
        let wanted = max((totals.highestID + Self.group) / Self.group, 2)
        let left = size.columns - next
        func groups(besideNote width: Int) -> Int { max((left - width) / (Self.group + 1), 1) }
        // Words come in short forms too: a cell for each vCPU is worth more than long ones.
        let leastNote = isNarrow || groups(besideNote: 4) >= wanted ? 4 : 8
        // What the cells do not need is room for words.
        let groups = min(groups(besideNote: leastNote), wanted)
        cells = place(groups * (Self.group + 1) - 1)
        note = Field(column: next, width: max(size.columns - next, 0))
    }

    /// How many cells a row has.
    var cellCount: Int { (cells.width + 1) / (Self.group + 1) * Self.group }

    /// How many vCPUs share a cell in the row of a guest with this highest id, a power of two:
    /// so the ruler holds for the row when it is multiplied by that.
    func perCell(highestID: Int) -> Int {
        var perCell = 1
        while highestID / perCell >= cellCount { perCell *= 2 }
        return perCell
    }

    /// The column of a cell of a row, counted from 0.
    func column(ofCell cell: Int) -> Int { cells.column + cell + cell / Self.group }
}
