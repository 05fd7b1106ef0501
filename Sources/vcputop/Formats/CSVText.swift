internal import JSONForms
internal import SafeText

/// Writes rows as RFC 4180 has them.
enum CSVText {
    /// The rows, each with its end.
    static func lines(_ rows: [[String]]) -> String {
        rows.map { $0.map(field).joined(separator: ",") + "\r\n" }.joined()
    }

    /// A value as it stands in a row.
    ///
    /// What cannot be seen is written as in JSON, `\u000a`, so that each row is one line. A text
    /// that a spreadsheet would take for a formula has an apostrophe before it: names come from any
    /// user that can start a process.
    private static func field(_ value: String) -> String {
        var text = formulaStarts.contains(value.unicodeScalars.first ?? "a") ? "'" : ""
        for scalar in value.unicodeScalars {
            if scalar.isVisible {
                text.unicodeScalars.append(scalar)
            } else {
                text += JSONText.escape(scalar)
            }
        }
        guard text.contains(where: { ",\"".contains($0) }) || text.first == " " || text.last == " "
        else { return text }
        return "\""
            + text.split(separator: "\"", omittingEmptySubsequences: false)
            .joined(separator: "\"\"") + "\""
    }

    private static let formulaStarts = Set("=+-@＝＋－＠".unicodeScalars)
}
