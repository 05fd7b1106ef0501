import CanvasKit
import Dashboard
import TerminalEmulator
import TerminalProbe
import Testing

/// A terminal, and how the dashboard is to look on it.
struct Setting: CustomTestStringConvertible, Sendable {
    let terminal: String
    let theme: String
    let look: Look
    var locale = "C.UTF-8"

    var glyphs: GlyphSet { locale == "C" || terminal == "linux" ? .ascii : .unicode }
    var testDescription: String { "\(theme) on \(terminal), \(glyphs)" }

    static let all = [
        Setting(terminal: "xterm-256color", theme: "default", look: .standard),
        Setting(terminal: "xterm-256color", theme: "light", look: .light),
        Setting(terminal: "xterm-256color", theme: "monochrome", look: .monochrome),
        // Not xterm's, which can repeat a character: libvterm 0.1 wraps too early after that.
        Setting(terminal: "screen-256color", theme: "default", look: .standard, locale: "C"),
        Setting(terminal: "screen", theme: "colour-blind", look: .colorBlind),
        Setting(terminal: "linux", theme: "default", look: .console),
        Setting(terminal: "vt100", theme: "default", look: .vt100),
    ]
}

/// Each view, drawn over the one before it, is on the emulator's screen cell by cell what the
/// canvas says.
@Suite("what the terminal shows is the canvas")
struct ViewTests {
    private func check(_ setting: Setting, columns: Int, rows: Int) throws {
        let emulator = try Emulator(
            Emulator.probePath, columns: columns, rows: rows,
            environment: [
                "PROBE_VIEWS": "1", "PROBE_THEME": setting.theme, "TERM": setting.terminal,
                "LC_ALL": setting.locale,
            ])
        for view in View.allCases {
            if view != View.allCases.first { emulator.send("n") }
            let canvas = view.canvas(Size(columns: columns, rows: rows), setting.glyphs)
            do {
                try emulator.wait("\(view)") {
                    // vt100 cannot hide its cursor.
                    $0.isCursorVisible == (canvas.caret != nil || setting.terminal == "vt100")
                        && faults(of: canvas, in: setting, on: $0).isEmpty
                }
            } catch {
                Issue.record(
                    "\(view): \(faults(of: canvas, in: setting, on: emulator).prefix(8))\n\(error)")
                return
            }
        }
        emulator.send("q")
        #expect(try emulator.waitForEnd() == 3)
    }

    private func faults(of canvas: Canvas, in setting: Setting, on emulator: Emulator) -> [String] {
        var faults: [String] = []
        for row in 0..<canvas.size.rows {
            for (column, cell) in canvas.line(row).enumerated() where cell.width > 0 {
                let shown = emulator.cell(column, row)
                if let fault = setting.look.fault(of: cell, shown: shown) {
                    faults.append("\(column),\(row): \(fault)")
                }
            }
        }
        return faults
    }

    @Test("at 80x24 in every theme, on every kind of terminal", arguments: Setting.all)
    func settings(setting: Setting) throws {
        try check(setting, columns: 80, rows: 24)
    }

    @Test(
        "at every size",
        arguments: [(160, 50), (300, 100), (100, 30), (40, 10), (40, 8), (39, 7), (20, 3), (1, 1)])
    func sizes(columns: Int, rows: Int) throws {
        try check(Setting.all[0], columns: columns, rows: rows)
    }

    @Test("no two views are the same")
    func differ() {
        let canvases = View.allCases.map { $0.canvas(Size(columns: 80, rows: 24), .unicode) }
        #expect(Set(canvases).count == View.allCases.count)
    }
}
