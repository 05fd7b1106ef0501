internal import CanvasKit
internal import GuestVCPU

/// Where the vCPUs of one guest are on a screen of some size.
struct DetailLayout {
    /// The guest's vCPU ids, ascending.
    let ids: [Int]
    let isMatrix: Bool
    /// The first line of the graph, and how many it has.
    let graphTop: Int
    let graphRows: Int
    /// The first line of the grid or of its ruler.
    let top: Int
    /// Whether there is room for what is known of the guest beside the grid.
    let isLow: Bool
    /// Cells in a line of the grid, a multiple of the group.
    let perLine: Int
    /// The lines of the grid that hold a vCPU, by their first id divided by `perLine`.
    let lines: [Int]
    /// How many lines of the grid there is room for.
    let gridRows: Int
    /// The line of the table's heads.
    let tableTop: Int
    /// How many vCPUs stand below each other in the table, and how many such columns there are.
    let tableRows: Int
    let tableColumns: Int
    /// How far one such column is from the next.
    let pitch: Int
    /// The columns of the table that fit.
    let fields: [Column<VCPURow>]
    /// The first line of the host's vCPUs that are none of the guest's, with the line above them,
    /// and how many lines they have.
    let hostTop: Int
    let hostRows: Int

    /// The width of the ids beside the grid.
    static let labelWidth = 6

    /// - Parameters:
    ///   - unpaired: How many of the host's vCPUs are not known to be one of the guest's.
    ///   - hasGraph: Whether there is anything to draw a graph of.
    ///   - isPane: Whether the list stands above, whose row shows the cells of the grid already.
    init(
        size: Size, vcpus: CPUMap, isMatrix: Bool, unpaired: Int = 0, isPane: Bool = false,
        hasGraph: Bool = true
    ) {
        ids = Array(vcpus)
        self.isMatrix = isMatrix
        isLow = size.rows < 16
        let factRows = isLow && !isPane ? 1 : 3
        let groups = (size.columns - Self.labelWidth) / (CellGroups.size + 1)
        // Powers of two make ids easy to find; 64 is what fits 80 columns.
        let perLine = [128, 64, 32, 16, 8].first { $0 / CellGroups.size <= groups } ?? 8
        self.perLine = perLine
        var lines: [Int] = []
        for id in ids where lines.last != id / perLine { lines.append(id / perLine) }
        self.lines = lines
        let body = max(size.rows - 1 - factRows - FleetLayout.footRows, 1)
        let hostHeads = unpaired == 0 ? 0 : 2
        let fitting = max((size.columns + Self.gap) / (VCPUColumns.usualWidth + Self.gap), 1)
        // The table has heads and a few lines at the least, if there is any.
        let leastTable = min(ids.count, Self.leastTable) + 1
        let wholeGrid = lines.count + 1
        let grid: Int
        if ids.isEmpty {
            grid = 0
        } else if isMatrix {
            let room = body - (unpaired == 0 ? 0 : body / 3)
            grid = room < 2 + leastTable ? room : min(wholeGrid, room - leastTable)
        } else {
            grid = isLow || isPane ? 0 : min(lines.count, max(body / 4, 1)) + 1
        }
        // A single column can use the whole width for each vCPU.
        let ownRows = grid + 1 + ids.count
        let isSingle = !isPane && ownRows + unpaired + hostHeads <= body
        let columns = isSingle ? 1 : fitting
        let needed = grid + 1 + (ids.count + columns - 1) / columns
        let wanted = unpaired == 0 ? 0 : (unpaired + columns - 1) / columns + hostHeads
        hostRows = min(wanted, max(body - needed, body / 3))
        let spare = body - hostRows - needed
        // Three lines are the least that show a course; on a low pane the table is worth more.
        let least = isPane && body / 3 > 3 ? min(Self.leastGraph, body / 3) : 0
        graphRows =
            isLow && !isPane || ids.isEmpty || !hasGraph
            ? 0 : min(max(spare >= Self.leastGraph ? spare : 0, least), Self.mostGraph)
        graphTop = 1 + factRows
        top = graphTop + graphRows
        let room = body - hostRows - graphRows
        gridRows = max(grid - 1, 0)
        tableTop = top + grid
        let below = room - grid - 1
        tableRows = isMatrix ? max(below, 0) : max(below, 1)
        hostTop = top + min(room, max(needed, grid + 1) + 1)
        tableColumns = columns
        pitch = (size.columns + Self.gap) / tableColumns
        fields = VCPUColumns.fitting(pitch - Self.gap)
    }

    /// The fewest lines of the table beside a matrix.
    private static let leastTable = 3
    /// The fewest and the most lines of the graph, with its title.
    private static let leastGraph = 5
    private static let mostGraph = 12

    /// Blanks between two columns of the table.
    private static let gap = 2

    /// How many vCPUs the table shows at once.
    var pageSize: Int { tableRows * tableColumns }

    /// How many of the host's vCPUs that stand apart are shown at once.
    var hostPageSize: Int { max(hostRows - 2, 0) * tableColumns }

    /// The place of an id among the guest's.
    func index(of id: Int) -> Int? {
        var low = 0
        var high = ids.count
        while low < high {
            let middle = (low + high) / 2
            if ids[middle] < id { low = middle + 1 } else { high = middle }
        }
        return low < ids.count && ids[low] == id ? low : nil
    }

    /// The column of a cell of the grid, by its place in the line.
    func gridColumn(_ offset: Int) -> Int {
        Self.labelWidth + CellGroups.offset(of: offset)
    }

    /// The first line of the grid to show, so that the line with the vCPU is in sight.
    func gridTop(showing id: Int) -> Int {
        let line = lines.lastIndex { $0 <= id / perLine } ?? 0
        return max(0, min(line - gridRows / 2, lines.count - gridRows))
    }

    /// Where the first vCPU of the table is among all, so that this one is in sight.
    func tableStart(showing index: Int, from start: Int) -> Int {
        if tableColumns > 1 { return index / pageSize * pageSize }
        let last = max(ids.count - tableRows, 0)
        return min(max(min(start, index), index - tableRows + 1), max(last, 0))
    }
}
