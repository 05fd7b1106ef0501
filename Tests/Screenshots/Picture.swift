import TerminalEmulator

/// The screen of an emulated terminal as a picture (SVG) that no font can pull out of shape.
struct Picture {
    /// The colours of a terminal's window.
    struct Window {
        let background: String
        let text: String
        /// The first sixteen colours.
        let palette: [String]

        static let dark = Window(
            background: "#14161b", text: "#d6d9df",
            palette: [
                "#14161b", "#e0524f", "#6fb865", "#d9b44a", "#4f86d9", "#c678c0", "#4fb3bf",
                "#d6d9df", "#6b7280", "#f07370", "#8fd483", "#f0d070", "#78a6f0", "#dd9ad8",
                "#75d0da", "#ffffff",
            ])
        static let light = Window(
            background: "#fdfdfb", text: "#24272e",
            palette: [
                "#24272e", "#b3261e", "#1f7a2e", "#8a6100", "#1d5fc4", "#8e2a86", "#0f7480",
                "#e6e6e6", "#6b7280", "#d4483f", "#2f9a41", "#ab7c00", "#3d7ee0", "#ab47a3",
                "#1c95a3", "#ffffff",
            ])
    }

    private static let width = 9
    private static let height = 19
    private static let baseline = 14

    /// Draws what the terminal shows.
    static func svg(of emulator: Emulator, window: Window) -> String {
        let (columns, rows) = (emulator.columns, emulator.rows)
        var lines = [
            """
            <svg xmlns="http://www.w3.org/2000/svg" \
            viewBox="0 0 \((columns + 2) * width) \((rows + 1) * height)" \
            width="\((columns + 2) * width)" font-size="15" \
            font-family="DejaVu Sans Mono,Menlo,Consolas,monospace" \
            shape-rendering="crispEdges" xml:space="preserve">
            """,
            #"<rect width="100%" height="100%" rx="6" fill="\#(window.background)"/>"#,
            #"<g transform="translate(\#(width),\#(height / 2))" fill="\#(window.text)">"#,
        ]
        for row in 0..<rows {
            lines += Row(emulator, row, window).elements
        }
        return (lines + ["</g>", "</svg>", ""]).joined(separator: "\n")
    }

    /// A line of the screen: cells that look the same are drawn together.
    private struct Row {
        var elements: [String] = []

        init(_ emulator: Emulator, _ row: Int, _ window: Window) {
            var column = 0
            let top = row * height
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
            let left = columns.lowerBound * width
            let wide = columns.count * width
            var front = color(cell.color, window) ?? window.text
            var back = color(cell.background, window)
            if cell.reverse { (front, back) = (back ?? window.background, front) }
            if let back {
                elements.append(
                    #"<rect x="\#(left)" y="\#(top)" width="\#(wide)" height="\#(height)" "#
                        + #"fill="\#(back)"/>"#)
            }
            if cell.underline {
                elements.append(
                    #"<rect x="\#(left)" y="\#(top + height - 2)" width="\#(wide)" height="1" "#
                        + #"fill="\#(front)"/>"#)
            }
            guard text.contains(where: { $0 != " " }) else { return }
            if drawBars(text, left: left, top: top, front) { return }
            if drawFrame(text, left: left, top: top, front) { return }
            let fill = front == window.text ? "" : #" fill="\#(front)""#
            let weight = cell.bold ? #" font-weight="bold""# : ""
            for (offset, word) in text.words {
                let length = columns.count == text.count ? word.count * width : wide
                elements.append(
                    #"<text x="\#(left + offset * width)" y="\#(top + baseline)" "#
                        + #"textLength="\#(length)"\#(fill)\#(weight)>\#(word.escaped)</text>"#)
            }
        }

        /// Draws the line of a frame from edge to edge of its cells.
        ///
        /// - Returns: Whether it was one.
        private mutating func drawFrame(
            _ text: String, left: Int, top: Int, _ front: String
        ) -> Bool {
            guard let sign = text.first, sign.isFrame else { return false }
            let (middle, center) = (left + width / 2, top + height / 2)
            let right = left + text.count * width
            let bottom = top + height
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
            _ text: String, left: Int, top: Int, _ front: String
        ) -> Bool {
            let signs = Array(" ▁▂▃▄▅▆▇█")
            let eighths = text.map { signs.firstIndex(of: $0) }
            guard eighths.allSatisfy({ $0 != nil }) else { return false }
            var path = ""
            for (position, count) in eighths.enumerated() {
                guard let count, count > 0 else { continue }
                let high = count * (height - 2) / 8
                path +=
                    "M\(left + position * width) \(top + height - 2)v-\(high)h\(width - 1)"
                    + "v\(high)z"
            }
            elements.append(#"<path d="\#(path)" fill="\#(front)"/>"#)
            return true
        }

        private func color(_ color: Cell.Color, _ window: Window) -> String? {
            switch color {
            case .standard: return nil
            case .indexed(let index) where index < 16: return window.palette[index]
            case .indexed(let index) where index < 232:
                let levels = [0, 95, 135, 175, 215, 255]
                let place = index - 16
                return hex(levels[place / 36 % 6], levels[place / 6 % 6], levels[place % 6])
            case .indexed(let index):
                let grey = 8 + (index - 232) * 10
                return hex(grey, grey, grey)
            case .rgb(let red, let green, let blue): return hex(red, green, blue)
            }
        }

        private func hex(_ parts: Int...) -> String {
            "#"
                + parts.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }
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
            && underline == first.underline
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

    fileprivate var escaped: String {
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
