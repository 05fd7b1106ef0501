internal import CNcurses
internal import CanvasKit
internal import Glibc

/// Brings canvases onto the screen of ncurses, which sends what differs.
@MainActor
struct Painter {
    /// Where it cannot be hidden, the terminal's cursor stands on ours.
    let canHideCursor: Bool
    private var last: Canvas?

    init(canHideCursor: Bool) {
        self.canHideCursor = canHideCursor
    }

    /// Draws a canvas: the lines that differ from the last one.
    mutating func paint(_ canvas: Canvas, theme: Theme) {
        let isNew = last?.size != canvas.size
        if isNew { erase() }
        for row in 0..<canvas.size.rows {
            let line = canvas.line(row)
            if !isNew, let last, last.line(row) == line { continue }
            draw(line, row: row, theme: theme)
        }
        showCaret(canvas.caret ?? (canHideCursor ? nil : canvas.cursor))
        last = canvas
        refresh()
    }

    /// Draws the last canvas on a terminal that may show anything.
    mutating func repaint(theme: Theme) {
        clearok(stdscr, true)
        guard let canvas = last else {
            refresh()
            return
        }
        forget()
        paint(canvas, theme: theme)
    }

    /// Forgets what was drawn: the next canvas is drawn whole.
    mutating func forget() { last = nil }

    private func showCaret(_ caret: Position?) {
        // Without a caret the cursor may stay where it is: moving it costs bytes.
        leaveok(stdscr, caret == nil)
        curs_set(caret == nil ? 0 : 1)
        if let caret { move(Int32(caret.row), Int32(caret.column)) }
    }

    private func draw(_ line: ArraySlice<Canvas.Cell>, row: Int, theme: Theme) {
        var start = line.startIndex
        while start < line.endIndex {
            let style = line[start].style
            var end = start
            var characters: [wchar_t] = []
            while end < line.endIndex, line[end].style == style {
                append(line[end], to: &characters)
                end += 1
            }
            let (attributes, pair) = theme.appearance(of: style)
            attr_set(attributes, pair, nil)
            mvaddnwstr(
                Int32(row), Int32(start - line.startIndex), characters, Int32(characters.count))
            start = end
        }
    }

    /// Adds what the C library takes for as wide as the canvas does; for anything else a
    /// question mark, so that no column breaks.
    private func append(_ cell: Canvas.Cell, to characters: inout [wchar_t]) {
        guard cell.width > 0 else { return }
        let scalars = cell.text.unicodeScalars
        guard let base = scalars.first else { return }
        if base.isASCII, scalars.count == 1 {
            characters.append(wchar_t(base.value))
        } else if Int(wcwidth(wchar_t(base.value))) == cell.width {
            characters.append(wchar_t(base.value))
            for mark in scalars.dropFirst() where wcwidth(wchar_t(mark.value)) == 0 {
                characters.append(wchar_t(mark.value))
            }
        } else {
            characters += Array(repeating: wchar_t(UInt8(ascii: "?")), count: cell.width)
        }
    }
}

extension Canvas {
    /// The first cell that the cursor lies on.
    fileprivate var cursor: Position? {
        for row in 0..<size.rows {
            let line = line(row)
            guard let cell = line.firstIndex(where: { $0.style.emphasis == .cursor }) else {
                continue
            }
            return Position(column: cell - line.startIndex, row: row)
        }
        return nil
    }
}
