import CanvasKit
import Foundation

/// The README, read by the tests that hold what it says of the dashboard.
struct Readme {
    let lines: [String]

    init() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// The rows of the table with this head, as their cells.
    func table(_ head: String) -> [[String]] {
        guard let first = lines.firstIndex(of: head) else { return [] }
        return lines[(first + 2)...].prefix { $0.hasPrefix("|") }.map { line in
            line.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false)
                .map { $0.trimmingCharacters(in: .whitespaces) }
        }
    }

    /// What stands between backquotes in a text.
    static func code(in text: String) -> [String] {
        let parts = text.split(separator: "`", omittingEmptySubsequences: false)
        return parts.enumerated().filter { $0.offset % 2 == 1 }.map { String($0.element) }
    }

    /// The keys that a cell names, each as the key table has it: between backquotes one character
    /// each, and the names of others.
    static func keys(in cell: String) -> [Key] {
        var keys: [Key] = []
        for (position, part) in cell.split(separator: "`", omittingEmptySubsequences: false)
            .enumerated()
        {
            if position % 2 == 1 {
                keys += part.map(Key.character)
                continue
            }
            for word in part.split(whereSeparator: { " ,".contains($0) }) {
                keys += named[String(word)] ?? []
            }
        }
        return keys
    }

    private static let named: [String: [Key]] = [
        "arrows": [.up, .down, .left, .right], "PgUp": [.pageUp], "PgDn": [.pageDown],
        "Home": [.home], "End": [.end], "Space": [.character(" ")], "Tab": [.tab],
        "Enter": [.enter], "Esc": [.escape], "F1": [.function(1)], "F10": [.function(10)],
    ]

    /// Whether a cell names nothing but keys.
    static func namesOnlyKeys(_ cell: String) -> Bool {
        cell.split(separator: "`", omittingEmptySubsequences: false).enumerated()
            .allSatisfy { position, part in
                position % 2 == 1
                    || part.split(whereSeparator: { " ,".contains($0) })
                        .allSatisfy { named[String($0)] != nil }
            }
    }
}
