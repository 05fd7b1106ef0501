internal import CanvasKit

/// Where the columns and lines of the machines' CPUs are on a screen of some size.
struct HostLayout {
    /// A column: where it begins and how wide it is; absent ones are 0 wide.
    let fields: [FleetLayout.Field]
    /// The line of the column heads; the rows follow.
    let headRow: Int
    /// How many lines there is room for below the heads.
    let bodyRows: Int

    /// - Parameter showsPinned: Whether any vCPU is pinned.
    init(size: Size, showsPinned: Bool) {
        headRow = 2
        bodyRows = max(size.rows - headRow - 1 - FleetLayout.footRows, 1)
        let context = WidthContext(columns: size.columns, needs: ColumnNeeds())
        let widths = HostColumns.all.map { $0.width.columns(in: context) }
        let taken = widths.reduce(1) { $0 + $1 + ($1 > 0 ? 1 : 0) }
        let free = max(size.columns - taken, 0)
        let pinnedWidth = showsPinned && !context.isNarrow ? free / 3 : 0
        var next = 1
        fields = zip(HostColumns.all, widths).map { column, width in
            var width = width
            if column == HostColumns.ran {
                width = max(free - pinnedWidth - (pinnedWidth > 0 ? 1 : 0), 0)
            } else if column == HostColumns.pinned {
                width = pinnedWidth
            }
            let field = FleetLayout.Field(column: next, width: width)
            next += width + (width > 0 ? 1 : 0)
            return field
        }
    }
}
