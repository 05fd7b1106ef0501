import LabSupport

/// How late agents are asked, as their own process sees it.
enum Lateness {
    /// How often the dashboard asks a guest that is on the screen, and any other.
    private static let (shownPause, hiddenPause) = (3.0, 15.0)
    /// Of 80x24: rows that are surely on the screen, and the first that surely is not.
    private static let (shownRows, hiddenRow) = (16, 24)
    /// Nothing of one reading is later after the rest of it than this, in seconds.
    private static let pauseInReading = 1.0

    /// Adds what was seen to a table.
    ///
    /// - Parameters:
    ///   - calls: When each agent was asked and worked, in seconds.
    ///   - rows: Those that count.
    static func report(
        _ scene: String, _ calls: [[Double]], rows: some Sequence<Int>, into table: inout Table
    ) throws {
        let counted = rows.map { (row: $0, readings: readings(of: calls[$0])) }
        let firsts = counted.compactMap(\.readings.first?.lowerBound)
        guard firsts.count == counted.count else {
            throw LabError.unexpected("not every guest that answers was read")
        }
        let waits = Sample(firsts.map { $0 - (firsts.min() ?? 0) })
        table.add("\(scene): first readings of those that answer, 50 %", .time, waits.median)
        table.add("\(scene): first readings of those that answer, all", .time, waits.quantile(1))
        let lateness = Sample(counted.flatMap { delays(ofRow: $0.row, $0.readings) })
        table.add("\(scene): lateness of those that answer, 50 %", .time, lateness.median)
        table.add(
            "\(scene): lateness of those that answer, 99 %", .time, lateness.quantile(0.99),
            aim: "100 ms")
    }

    /// When each reading of a guest began and ended, by when its agent was asked and worked.
    private static func readings(of calls: [Double]) -> [ClosedRange<Double>] {
        var readings: [ClosedRange<Double>] = []
        for call in calls {
            if let last = readings.last, call - last.upperBound < pauseInReading {
                readings[readings.count - 1] = last.lowerBound...max(call, last.upperBound)
            } else {
                readings.append(call...call)
            }
        }
        return readings
    }

    /// How much later than it was due each reading began, but for the first two: what follows the
    /// first is spread over the time until all come to their turn.
    private static func delays(
        ofRow row: Int, _ readings: [ClosedRange<Double>]
    ) -> [Double] {
        guard !(shownRows..<hiddenRow).contains(row) else { return [] }
        let pause = row < shownRows ? shownPause : hiddenPause
        return zip(readings.dropFirst(), readings.dropFirst(2)).map {
            $1.lowerBound - $0.upperBound - pause
        }
    }
}
