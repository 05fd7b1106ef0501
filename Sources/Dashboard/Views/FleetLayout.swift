internal import CanvasKit

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

    /// Lines above the column heads: the title, and what sums up the roster.
    static let topRows = 2
    /// Lines below the rows: what is under the cursor, and the keys.
    static let footRows = 2
    /// Cells that stand together, and the blank after them.
    static let group = 8
    /// The width that names of statuses take when written in full, and when cut short.
    static let fullStatus = 12
    static let shortStatus = 7

    /// Divides a line among the columns.
    ///
    /// Cells come before words: names begin with their usual share and notes with their short
    /// forms, and the cells take what they can use of the rest. What is free then goes to names
    /// that are cut and to notes that need more. If there is enough, both get what they need, and
    /// notes the remainder. If there is not, neither gets less than half of it unless it needs
    /// less: a long name does not hide why a guest cannot be read, and a long reason does not
    /// hide which guest it is.
    ///
    /// - Parameter sourceRows: Lines that say which sources have a trouble.
    init(size: Size, totals: FleetTotals, sourceRows: Int) {
        headRow = Self.topRows + sourceRows
        bodyRows = max(size.rows - headRow - 1 - Self.footRows, 0)
        let isNarrow = size.columns < 60
        let isWide = size.columns >= 110
        let usualName = isNarrow ? 10 : isWide ? max(size.columns / 6, 20) : 15
        let onlineWidth = max(totals.digits * 2 + 1, isNarrow ? 5 : 6)
        // On the narrowest screen a group of cells and the sign of their scale come first.
        let spare = size.columns - Self.shortStatus - onlineWidth - Self.group - 4 - 5
        let leastName = min(max(totals.nameColumns, 8), usualName, max(spare, 4))
        let widths = [
            isWide ? Self.fullStatus : Self.shortStatus, isNarrow ? 0 : 4, onlineWidth,
            isWide ? max(totals.slotDigits * 2 + 1, 5) : 0, isNarrow ? 0 : 5,
            size.columns >= 150 ? RecentShares.spans : 0,
        ]
        let left =
            size.columns - 1 - (leastName + 1) - widths.filter { $0 > 0 }.reduce(0) { $0 + $1 + 1 }
        let wanted = max((totals.highestID + Self.group) / Self.group, 2)
        func groups(besideNote width: Int) -> Int { max((left - width) / (Self.group + 1), 1) }
        // Words come in short forms too: a cell for each vCPU is worth more than long ones.
        let leastNote = isNarrow || groups(besideNote: 4) >= wanted ? 4 : 8
        let groups = min(groups(besideNote: leastNote), wanted)
        let free = max(left - groups * (Self.group + 1) - leastNote, 0)
        let nameMargin = Self.share(
            of: free, needing: totals.nameColumns - leastName,
            beside: totals.noteColumns - leastNote)
        var next = 1
        func place(_ width: Int) -> Field {
            defer { next += width + (width > 0 ? 1 : 0) }
            return Field(column: next, width: width)
        }
        name = place(leastName + nameMargin)
        status = place(widths[0])
        age = place(widths[1])
        online = place(widths[2])
        plugged = place(widths[3])
        cores = place(widths[4])
        history = place(widths[5])
        cells = place(groups * (Self.group + 1) - 1)
        note = Field(column: next, width: max(size.columns - next, 0))
    }

    /// The part of the free cells for one of two needs: what the other does not need, or half.
    private static func share(of free: Int, needing need: Int, beside other: Int) -> Int {
        max(min(need, max(free - max(other, 0), free / 2)), 0)
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
