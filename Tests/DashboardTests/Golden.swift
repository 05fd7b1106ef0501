import CanvasKit
import Dashboard
import Foundation
import Testing

/// Screens stored as text beside the tests, to be looked at and compared.
///
/// A file has three parts: the text between bars; the styles, a letter a cell (the legend is in
/// `letter`); and what lies on the cells: `_` underlined, `:` dimmed, `=` selected, `#` cursor,
/// `%` cursor on an underlined cell; `.` lit, `-` lit and underlined, `;` lit and dimmed.
///
/// To record again: `RECORD_GOLDENS=1 swift test --filter DashboardTests`, then look at
/// `git diff Tests/DashboardTests/Goldens` with your own eyes.
enum Golden {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Goldens")
    private static let isRecording =
        ProcessInfo.processInfo.environment["RECORD_GOLDENS"] == "1"

    static func check(
        _ canvas: Canvas, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let file = folder.appending(path: "\(name).txt")
        let text = text(of: canvas)
        if isRecording {
            try text.write(to: file, atomically: true, encoding: .utf8)
            return
        }
        let stored = try String(contentsOf: file, encoding: .utf8)
        #expect(
            text == stored, "differs from Goldens/\(name).txt", sourceLocation: sourceLocation)
    }

    static func text(of canvas: Canvas) -> String {
        var text = "\(canvas.size.columns)x\(canvas.size.rows)\n"
        func part(_ title: String, _ cell: (Canvas.Cell) -> String) {
            text += "\(title)\n"
            for row in 0..<canvas.size.rows {
                text += "|" + canvas.line(row).map(cell).joined() + "|\n"
            }
        }
        part("text") { $0.text.filter { $0 != "\u{200E}" } }
        part("styles") { String(letter($0)) }
        part("upon") { String(sign($0.style)) }
        return text
    }

    private static func letter(_ cell: Canvas.Cell) -> Character {
        switch cell.style.role {
        case .text: cell.text == " " ? " " : "."
        case .title: "T"
        case .heading: "H"
        case .bar: "B"
        case .faint: "f"
        case .key: "K"
        case .border: "b"
        case .loadLow: "1"
        case .loadMedium: "2"
        case .loadHigh: "3"
        case .offline: "o"
        case .toOnline: "^"
        case .toOffline: "v"
        case .sending: "~"
        case .failed: "!"
        case .unknown: "?"
        case .contradicted: "*"
        case .good: "g"
        case .warning: "w"
        case .bad: "x"
        }
    }

    private static func sign(_ style: Style) -> Character {
        switch (style.emphasis, style.isUnderlined, style.isDimmed) {
        case (.cursor, true, _): "%"
        case (.cursor, false, _): "#"
        case (.selected, _, _): "="
        case (.lit, true, _): "-"
        case (.lit, false, true): ";"
        case (.lit, false, false): "."
        case (.none, true, _): "_"
        case (.none, false, true): ":"
        case (.none, false, false): " "
        }
    }
}
