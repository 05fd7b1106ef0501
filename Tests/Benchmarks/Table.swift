import Foundation

/// What was measured, as rows of Markdown that can also be read as they are.
struct Table {
    private var rows: [[String]] = [["", "vcputop", "beside it", "ratio", "aim"]]

    /// Adds a row and prints it, so that one sees how far it got.
    ///
    /// - Parameters:
    ///   - peer: What was measured beside it, and what that is; nil where there is nothing.
    ///   - aim: The ratio, or the figure, that it should not exceed.
    mutating func add(
        _ what: String, _ unit: Unit, _ value: Double, beside peer: (String, Double)? = nil,
        aim: String = ""
    ) {
        let row = [
            what, unit.text(value), peer.map { "\($0): \(unit.text($1))" } ?? "",
            peer.map { Unit.ratio.text(value / $1) } ?? "", aim,
        ]
        rows.append(row)
        FileHandle.standardError.write(Data((row.joined(separator: "  ") + "\n").utf8))
    }

    /// The whole of it.
    var lines: [String] { Self.markdown(rows) }

    /// A table of these rows, the first of which is its head.
    static func markdown(_ rows: [[String]]) -> [String] {
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        var lines = rows.map { row in
            let cells = zip(row, widths).map {
                $0.padding(toLength: $1, withPad: " ", startingAt: 0)
            }
            return "| \(cells.joined(separator: " | ")) |"
        }
        let rules = widths.map { String(repeating: "-", count: max($0, 3)) }
        lines.insert("| \(rules.joined(separator: " | ")) |", at: 1)
        return lines
    }
}

/// How a figure is written.
enum Unit {
    /// Of a time in seconds.
    case time
    /// Of an amount of memory or of a stream.
    case bytes
    /// Of what is counted, often a mean.
    case count
    /// Of one figure to another.
    case ratio

    func text(_ value: Double) -> String {
        switch self {
        case .time:
            abs(value) < 0.000_95 ? "\(digits(value * 1e6)) µs" : "\(digits(value * 1e3)) ms"
        case .bytes where value < 9_950: "\(digits(value)) B"
        case .bytes: value < 995_000 ? "\(digits(value / 1e3)) kB" : "\(digits(value / 1e6)) MB"
        case .count: digits(value)
        case .ratio: value < 0.095 ? String(format: "%.3f", value) : String(format: "%.2f", value)
        }
    }

    private func digits(_ value: Double) -> String {
        String(format: abs(value) < 9.95 && value != value.rounded() ? "%.1f" : "%.0f", value)
    }
}
