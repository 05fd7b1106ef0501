internal import CanvasKit

/// Where the columns and rows of the fleet are on a screen of some size.
struct FleetLayout: Hashable {
    /// A column: where it begins and how wide it is; absent ones are 0 wide.
    struct Field: Hashable {
        var column = 0
        var width = 0
    }

    /// Where each of `FleetColumns.all` is.
    let fields: [Field]
    /// The columns that get what the others leave.
    private(set) var name = Field()
    private(set) var cells = Field()
    /// Where the note stands of a guest whose cells fill the line.
    private(set) var note = Field()
    /// The line of the column heads; the rows follow.
    let headRow: Int
    /// How many rows of guests there is room for.
    let bodyRows: Int
    /// The guest under the cursor, below the rows; nil where there is no room.
    let pane: GuestPane?

    /// Lines above the column heads: the title, and what sums up the roster.
    static let topRows = 2
    /// Lines below the rows: what is under the cursor, and the keys.
    static let footRows = 2
    /// The width that names of statuses take when written in full, and when cut short.
    static let fullStatus = 12
    static let shortStatus = 7

    /// The layout of the fleet as it is.
    init(_ shared: SharedState) {
        let pane = shared.pane(
            below: Self.topRows + shared.sourceRows + 1, needed: shared.roster.rows.count)
        self.init(
            size: shared.size, needs: shared.roster.totals.needs, sourceRows: shared.sourceRows,
            choice: shared.preferences.columns, pane: pane)
    }

    /// Divides a line among the columns.
    ///
    /// Cells come before words: names begin with their usual share and notes with their short
    /// forms, and the cells take what they can use of the rest. What is free then goes to names
    /// that are cut, to notes that need more, and to the history. If there is enough, both get what they need, and
    /// notes the remainder. If there is not, neither gets less than half of it unless it needs
    /// less: a long name does not hide why a guest cannot be read, and a long reason does not
    /// hide which guest it is.
    ///
    /// - Parameters:
    ///   - sourceRows: Lines that say which sources have a trouble.
    ///   - choice: The columns that the user wants to see.
    ///   - pane: What stands below the rows.
    init(
        size: Size, needs: ColumnNeeds, sourceRows: Int, choice: ColumnChoice = ColumnChoice(),
        pane: GuestPane? = nil
    ) {
        headRow = Self.topRows + sourceRows
        self.pane = pane
        bodyRows = max(size.rows - headRow - 1 - Self.footRows - (pane?.rows ?? 0), 0)
        let context = WidthContext(columns: size.columns, needs: needs)
        let usualName = context.isNarrow ? 10 : context.isWide ? max(size.columns / 6, 20) : 15
        let widths = FleetColumns.widths(
            in: context, beside: min(max(needs.nameColumns, 8), usualName), choice)
        // On the narrowest screen a group of cells and the sign of their scale come first.
        let spare = size.columns - widths.reduce(0, +) - CellGroups.size - 4 - 5
        let leastName = min(max(needs.nameColumns, 8), usualName, max(spare, 4))
        let taken = widths.reduce(leastName + 1) { $0 + $1 + ($1 > 0 ? 1 : 0) }
        let left = size.columns - 1 - taken
        let wanted = needs.groups
        func groups(besideNote width: Int) -> Int { max((left - width) / (CellGroups.size + 1), 1) }
        // Words come in short forms too: a cell for each vCPU is worth more than long ones.
        let leastNote = context.isNarrow || groups(besideNote: 4) >= wanted ? 4 : 8
        let groups = min(groups(besideNote: leastNote), wanted)
        let free = max(left - groups * (CellGroups.size + 1) - leastNote, 0)
        // The note of a usual guest begins behind its own cells.
        let usual = min((needs.usualSpan + CellGroups.size - 1) / CellGroups.size, groups)
        let usualNote = leastNote + (groups - max(usual, 1)) * (CellGroups.size + 1)
        let nameMargin = Self.share(
            of: free, needing: needs.nameColumns - leastName,
            beside: needs.noteColumns - usualNote)
        let forNotes = max(needs.noteColumns, Self.noteWidth) - usualNote
        let historyMargin = min(max(free - nameMargin - max(forNotes, 0), 0), Self.longestHistory)
        var next = 1
        var fields: [Field] = []
        fields.reserveCapacity(widths.count)
        for (place, width) in widths.enumerated() {
            var field = Field(column: next, width: width)
            if case .free(let part) = FleetColumns.all[place].width {
                switch part {
                case .name:
                    field.width = leastName + nameMargin
                    name = field
                case .cells:
                    field.width = groups * (CellGroups.size + 1) - 1
                    cells = field
                case .note:
                    field.width = max(size.columns - next, 0)
                    note = field
                }
            }
            if FleetColumn.allCases[place] == .history, width > 0 { field.width += historyMargin }
            next += field.width + (field.width > 0 ? 1 : 0)
            fields.append(field)
        }
        self.fields = fields
    }

    /// What notes get before the history gets longer, and how much longer that gets at most.
    private static let noteWidth = 36
    private static let longestHistory = 50

    /// The part of the free cells for one of two needs: what the other does not need, or half.
    private static func share(of free: Int, needing need: Int, beside other: Int) -> Int {
        max(min(need, max(free - max(other, 0), free / 2)), 0)
    }

    /// How many cells a row has.
    var cellCount: Int { (cells.width + 1) / (CellGroups.size + 1) * CellGroups.size }

    /// The column of a cell of a row, counted from 0.
    func column(ofCell cell: Int) -> Int { cells.column + CellGroups.offset(of: cell) }
}
