/// What a column shows, for the help and a manual.
package struct ColumnHelp: Hashable, Sendable {
    /// The head of the column, or the sign in it that needs to be explained.
    package let label: String
    package let text: String

    /// The columns of the list of guests, of the table of a guest's vCPUs, and of the host's CPUs.
    package static let all =
        help(of: FleetColumns.all) + help(of: VCPUColumns.all) + help(of: HostColumns.all)

    private static func help<Row>(of columns: [Column<Row>]) -> [ColumnHelp] {
        columns.compactMap { column in
            column.help.map { ColumnHelp(label: $0.label ?? column.head, text: $0.text) }
        }
    }
}
