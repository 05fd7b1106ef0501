internal import CanvasKit

/// Where the tiles of the guests are on a screen of some size: one guest below the other, and on
/// in the next column.
struct TilesLayout: Hashable {
    /// The line of the column heads; the tiles follow.
    let headRow: Int
    /// Tiles beside each other.
    let columns: Int
    /// Tiles below each other.
    let rows: Int
    let nameWidth: Int
    /// The guest under the cursor, below the tiles; nil where there is no room.
    let pane: GuestPane?
    /// How many vCPUs a tile shows one by one, a multiple of the group; a guest with more shares
    /// cells among them.
    let room: Int

    /// The width of what stands behind the cells: the CPU time, the marks, or what is wrong.
    static let noteWidth = FleetLayout.shortStatus
    private static let gap = 2

    /// The layout of the fleet as it is.
    init(_ shared: SharedState) {
        self.init(
            size: shared.size, needs: shared.roster.totals.needs, guests: shared.roster.rows.count,
            sourceRows: shared.sourceRows, showsPane: shared.preferences.showsPane)
    }

    /// - Parameters:
    ///   - sourceRows: Lines that say which sources have a trouble.
    ///   - showsPane: Whether the guest under the cursor is shown below, where there is room.
    init(
        size: Size, needs: ColumnNeeds, guests: Int, sourceRows: Int, showsPane: Bool = false
    ) {
        headRow = FleetLayout.topRows + sourceRows
        let body = max(size.rows - headRow - 1 - FleetLayout.footRows, 1)
        let longest = size.columns < 60 ? 10 : 15
        let nameWidth = min(max(needs.nameColumns, 6), longest)
        func columns(_ room: Int) -> Int {
            (size.columns + Self.gap) / Self.tileWidth(name: nameWidth, room: room)
        }
        func rounded(_ count: Int) -> Int {
            let groups = (count + CellGroups.size - 1) / CellGroups.size
            return max(groups, 1) * CellGroups.size
        }
        // Wide enough for half of the guests; wider where that costs no column of tiles, or leaves
        // all guests on one page of several columns.
        let listRows = body * 3 / 5
        var room = CellGroups.size
        for wider in stride(
            from: room, through: rounded(needs.highestID + 1), by: CellGroups.size)
        {
            let isNeeded = wider <= rounded(needs.usualSpan)
            let isFree =
                columns(wider) == columns(room)
                || columns(wider) > 1 && columns(wider) * listRows >= guests
            guard columns(wider) > 0, isNeeded || isFree else { break }
            room = wider
        }
        self.room = room
        self.columns = max(columns(room), 1)
        let needed = (guests + self.columns - 1) / self.columns
        pane = GuestPane(
            size: size, top: headRow + 1, needed: needed, isWanted: showsPane)
        let most = max(body - (pane?.rows ?? 0), 1)
        // Few guests fill all columns.
        rows = min(max(needed, 1), most)
        // Names that are cut take what is left of the line.
        let used = self.columns * Self.tileWidth(name: nameWidth, room: room)
        let spare = max(size.columns + Self.gap - used, 0) / self.columns
        self.nameWidth = nameWidth + min(max(needs.nameColumns - nameWidth, 0), spare)
    }

    /// How many guests are on the screen at once.
    var pageSize: Int { columns * rows }

    /// The width of the cells with the gaps between their groups.
    var cellsWidth: Int { Self.cellsWidth(room) }

    private static func cellsWidth(_ room: Int) -> Int { CellGroups.width(of: room) }

    private static func tileWidth(name: Int, room: Int) -> Int {
        1 + name + 1 + cellsWidth(room) + 1 + noteWidth + gap
    }

    /// Where the tile of the guest at this place of the page begins; its first column is that of
    /// the sign of the cursor.
    func place(_ index: Int) -> Position {
        let width = Self.tileWidth(name: nameWidth, room: room)
        return Position(
            column: index / rows * width, row: headRow + 1 + index % rows)
    }

    /// The first cell of a tile that begins here, and the column of its note.
    func cellsColumn(_ column: Int) -> Int { column + 1 + nameWidth + 1 }
    func noteColumn(_ column: Int) -> Int { cellsColumn(column) + cellsWidth + 1 }

    /// How the vCPUs of a guest share the cells of its tile.
    func sharing(of ids: [Int]) -> TileCells {
        if let last = ids.last, last < room { return TileCells(perCell: 1, isByID: true) }
        if ids.count <= cellsWidth { return TileCells(perCell: 1, isByID: false) }
        // The sign behind the cells, ` x16`, takes room that makes it larger.
        var perCell = 2
        while (ids.count + perCell - 1) / perCell > cellsWidth - 2 - "\(perCell)".utf8.count {
            perCell += 1
            guard perCell < ids.count else { break }
        }
        return TileCells(perCell: perCell, isByID: false)
    }
}

/// How the vCPUs of a guest share the cells of its tile.
struct TileCells: Hashable {
    /// How many share one.
    let perCell: Int
    /// Whether a vCPU stands where its id says, with gaps between groups; else one follows the
    /// other.
    let isByID: Bool

    /// Where a vCPU stands, counted from the first cell.
    func offset(of id: Int, index: Int) -> Int {
        isByID ? CellGroups.offset(of: id) : index / perCell
    }
}
