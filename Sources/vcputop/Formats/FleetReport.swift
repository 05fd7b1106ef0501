internal import Dashboard
internal import FoundationEssentials
internal import GuestVCPU
internal import JSONForms

/// Turns successive snapshots of a fleet into the texts that `list` prints.
struct FleetReport {
    let format: ListFormat
    /// Whether snapshots follow each other on one stream.
    let isContinued: Bool
    /// Whether the table has columns for what is measured between two readings of the host.
    let isMeasured: Bool
    private var isFirst = true

    init(_ format: ListFormat, isContinued: Bool, isMeasured: Bool) {
        self.format = format
        self.isContinued = isContinued
        self.isMeasured = isMeasured
    }

    /// The text of a snapshot, with the end of its last line; harmless to a terminal.
    ///
    /// - Parameter hostLine: How full the host is, for the table of a snapshot that others follow.
    mutating func text(
        of snapshot: FleetSnapshot, hostLine: String?, at time: Date
    ) throws -> String {
        defer { isFirst = false }
        switch format {
        case .table:
            let table = FleetText.lines(snapshot, isMeasured: isMeasured)
            guard isContinued else { return table.printableText }
            let head = [JSONText.time(time)] + (hostLine.map { [$0] } ?? [])
            return (head + table + [""]).printableText
        case .json: return try JSONText.line(FleetJSON(snapshot, time: time)) + "\n"
        case .csv:
            let rows = FleetCSV.rows(of: snapshot)
            return CSVText.lines((isFirst || !isContinued ? [FleetCSV.header] : []) + rows)
        case .openmetrics: return FleetMetrics.families(of: snapshot).text(in: .openMetrics)
        case .prometheus: return FleetMetrics.families(of: snapshot).text(in: .prometheus)
        }
    }
}
