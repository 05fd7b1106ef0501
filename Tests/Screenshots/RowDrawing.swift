import TerminalEmulator

/// A line of the screen: cells that look the same are drawn together.
struct RowDrawing {
    private(set) var elements: [String] = []

    init(_ emulator: Emulator, _ row: Int, _ window: Window) {
        var column = 0
        let top = row * Picture.height
        while column < emulator.columns {
            let first = emulator.cell(column, row)
            let start = column
            var text = ""
            repeat {
                let cell = emulator.cell(column, row)
                text += cell.text.isEmpty ? " " : cell.text
                column += max(cell.width, 1)
                // A wide character, or one of several, is drawn alone: fonts differ in them.
                guard cell.isSimple else { break }
            } while column < emulator.columns && emulator.cell(column, row).joins(first)
            draw(text, first, start..<column, top: top, window)
        }
    }

    private mutating func draw(
        _ text: String, _ cell: Cell, _ columns: Range<Int>, top: Int, _ window: Window
    ) {
        let left = columns.lowerBound * Picture.width
        let wide = columns.count * Picture.width
        let (front, back) = window.colors(of: cell)
        if let back {
            elements.append(
                #"<rect x="\#(left)" y="\#(top)" width="\#(wide)" height="\#(Picture.height)" "#
                    + #"fill="\#(back)"/>"#)
        }
        if cell.underline {
            elements.append(
                #"<rect x="\#(left)" y="\#(top + Picture.height - 2)" width="\#(wide)" height="1" "#
                    + #"fill="\#(front)"/>"#)
        }
        guard text.contains(where: { $0 != " " }) else { return }
        if drawBars(text, left: left, top: top, front) { return }
        if drawFrame(text, left: left, top: top, front) { return }
        let fill = front == window.text ? "" : #" fill="\#(front)""#
        let weight = cell.bold ? #" font-weight="bold""# : ""
        for (offset, word) in text.words {
            let length = columns.count == text.count ? word.count * Picture.width : wide
            elements.append(
                #"<text x="\#(left + offset * Picture.width)" y="\#(top + Picture.baseline)" "#
                    + #"textLength="\#(length)"\#(fill)\#(weight)>\#(word.escaped)</text>"#)
        }
    }

    /// Draws the line of a frame from edge to edge of its cells.
    ///
    /// - Returns: Whether it was one.
    private mutating func drawFrame(
        _ text: String, left: Int, top: Int, _ front: Color
    ) -> Bool {
        guard let sign = text.first, sign.isFrame else { return false }
        let (middle, center) = (left + Picture.width / 2, top + Picture.height / 2)
        let right = left + text.count * Picture.width
        let bottom = top + Picture.height
        let path =
            switch sign {
            case "│": "M\(middle) \(top)V\(bottom)"
            case "┌": "M\(right) \(center)H\(middle)V\(bottom)"
            case "┐": "M\(left) \(center)H\(middle)V\(bottom)"
            case "└": "M\(right) \(center)H\(middle)V\(top)"
            case "┘": "M\(left) \(center)H\(middle)V\(top)"
            default: "M\(left) \(center)H\(right)"
            }
        elements.append(#"<path d="\#(path)" stroke="\#(front)" fill="none"/>"#)
        return true
    }

    /// Draws bars of eighths as what they are.
    ///
    /// - Returns: Whether there was nothing but these.
    private mutating func drawBars(
        _ text: String, left: Int, top: Int, _ front: Color
    ) -> Bool {
        let signs = Array(" ▁▂▃▄▅▆▇█")
        let eighths = text.map { signs.firstIndex(of: $0) }
        guard eighths.allSatisfy({ $0 != nil }) else { return false }
        var path = ""
        for (position, count) in eighths.enumerated() {
            guard let count, count > 0 else { continue }
            let high = count * (Picture.height - 2) / 8
            path +=
                "M\(left + position * Picture.width) \(top + Picture.height - 2)v-\(high)h\(Picture.width - 1)"
                + "v\(high)z"
        }
        elements.append(#"<path d="\#(path)" fill="\#(front)"/>"#)
        return true
    }
}

extension Cell {
    fileprivate var isSimple: Bool {
        width == 1 && text.unicodeScalars.count <= 1
            && (isLine || text.first?.isFrame != true)
    }
    private var isLine: Bool { text == "─" }
    private var isBar: Bool { "▁▂▃▄▅▆▇█".contains(text) && !text.isEmpty }

    /// Whether it can be drawn together with one that stands before it.
    fileprivate func joins(_ first: Cell) -> Bool {
        isSimple && isBar == first.isBar && isLine == first.isLine && bold == first.bold
            && dim == first.dim && underline == first.underline
            && reverse == first.reverse && color == first.color && background == first.background
    }
}

extension Character {
    fileprivate var isFrame: Bool { "─│┌┐└┘".contains(self) }
}

extension String {
    /// What stands between gaps of several blanks, and how many characters before it: a font that
    /// is not as wide as it should be is then never far off.
    fileprivate var words: [(Int, String)] {
        var words: [(Int, String)] = []
        var place = 0
        var blanks = 2
        for character in self {
            if character == " " {
                blanks += 1
            } else {
                if blanks >= 2 {
                    words.append((place, ""))
                } else if blanks == 1 {
                    words[words.count - 1].1 += " "
                }
                words[words.count - 1].1.append(character)
                blanks = 0
            }
            place += 1
        }
        return words
    }

    /// With what XML gives a meaning written otherwise.
    var escaped: String {
        map { character in
            switch character {
            case "&": "&amp;"
            case "<": "&lt;"
            case ">": "&gt;"
            default: String(character)
            }
        }.joined()
    }
}
