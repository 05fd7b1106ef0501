/// What the list of guests begins with: its columns, its order and its filter.
package struct StartView: Hashable, Sendable {
    let columns: ColumnChoice
    let order: SortOrder<RosterGuest>
    let filter: GuestFilter

    /// The columns that the screen has room for, in the dashboard's own order, and all guests.
    package init() {
        columns = ColumnChoice()
        order = FleetColumns.initialOrder
        filter = .none
    }

    /// Reads the words of a configuration.
    ///
    /// - Parameters:
    ///   - columns: The columns to show of those that can be left out; nil where the width of the
    ///     screen decides. With `auto`, or `-` before a name, it decides about those that are not
    ///     named, and a name with `-` is left out. Names that are none are ignored.
    ///   - sort: As of `FleetQuery`; nil for the dashboard's own order.
    ///   - filter: As it is typed in the dashboard; empty for none.
    package init(
        columns: [String]?, sort: String?, filter: String
    ) throws(FleetQueryProblem) {
        var choice = ColumnChoice()
        if let columns {
            let isPartial = columns.contains { $0 == Self.automatic || $0.hasPrefix("-") }
            for column in FleetColumn.allCases {
                if columns.contains(column.rawValue) {
                    choice[column] = true
                } else if !isPartial || columns.contains("-\(column.rawValue)") {
                    choice[column] = false
                }
            }
        }
        self.columns = choice
        order = try sort.map(FleetQuery.order) ?? FleetColumns.initialOrder
        self.filter = filter.isEmpty ? .none : try FleetQuery.filter(filter, hasMarks: true)
    }

    /// The word for what the width of the screen decides.
    static let automatic = "auto"

    /// The names of the columns, in their order.
    package static var columnNames: [String] { FleetColumn.allCases.map(\.rawValue) }
}
