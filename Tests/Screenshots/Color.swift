import TerminalEmulator

/// A colour of a picture.
struct Color: Equatable {
    let red, green, blue: Int

    init(_ red: Int, _ green: Int, _ blue: Int) {
        (self.red, self.green, self.blue) = (red, green, blue)
    }

    /// One of the 240 colours that all terminals with 256 have in common.
    init(indexed index: Int) {
        if index < 232 {
            let levels = [0, 95, 135, 175, 215, 255]
            let place = index - 16
            self.init(levels[place / 36 % 6], levels[place / 6 % 6], levels[place % 6])
        } else {
            let grey = 8 + (index - 232) * 10
            self.init(grey, grey, grey)
        }
    }

    /// This colour dimmed on another, as terminals do it: a third of the other shines through.
    func dimmed(on other: Color) -> Color {
        func mix(_ part: Int, _ other: Int) -> Int { (part * 2 + other) / 3 }
        return Color(mix(red, other.red), mix(green, other.green), mix(blue, other.blue))
    }
}

extension Color: CustomStringConvertible {
    var description: String {
        "#" + [red, green, blue].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

/// The colours of a terminal's window.
struct Window {
    let background: Color
    let text: Color
    /// The first sixteen colours.
    let palette: [Color]

    init(background: UInt32, text: UInt32, palette: [UInt32]) {
        func color(_ number: UInt32) -> Color {
            Color(Int(number >> 16 & 0xFF), Int(number >> 8 & 0xFF), Int(number & 0xFF))
        }
        self.background = color(background)
        self.text = color(text)
        self.palette = palette.map(color)
    }

    static let dark = Window(
        background: 0x14161B, text: 0xD6D9DF,
        palette: [
            0x14161B, 0xE0524F, 0x6FB865, 0xD9B44A, 0x4F86D9, 0xC678C0, 0x4FB3BF, 0xD6D9DF,
            0x6B7280, 0xF07370, 0x8FD483, 0xF0D070, 0x78A6F0, 0xDD9AD8, 0x75D0DA, 0xFFFFFF,
        ])
    static let light = Window(
        background: 0xFDFDFB, text: 0x24272E,
        palette: [
            0x24272E, 0xB3261E, 0x1F7A2E, 0x8A6100, 0x1D5FC4, 0x8E2A86, 0x0F7480, 0xE6E6E6,
            0x6B7280, 0xD4483F, 0x2F9A41, 0xAB7C00, 0x3D7EE0, 0xAB47A3, 0x1C95A3, 0xFFFFFF,
        ])

    /// The colours that a cell is drawn in; no second one where the window's own is behind it.
    func colors(of cell: Cell) -> (front: Color, back: Color?) {
        var front = color(cell.color) ?? text
        let back = color(cell.background)
        if cell.dim { front = front.dimmed(on: back ?? background) }
        return cell.reverse ? (back ?? background, front) : (front, back)
    }

    private func color(_ color: Cell.Color) -> Color? {
        switch color {
        case .standard: nil
        case .indexed(let index): index < 16 ? palette[index] : Color(indexed: index)
        case .rgb(let red, let green, let blue): Color(red, green, blue)
        }
    }
}
