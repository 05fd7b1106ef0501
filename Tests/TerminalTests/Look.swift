import CanvasKit
import Dashboard
import TerminalEmulator

/// What a cell of a canvas should look like on a terminal, told once more and apart from the
/// program: by what the README says of the signs, and by the themes' colours.
struct Look {
    /// What the colours of a theme are on some terminal; nil where there are none.
    let colors: Colors?
    /// Whether being underlined or dimmed takes a cell's colour away, as on the Linux console.
    var losesColorUnderlined = false
    /// Whether the terminal can dim text.
    var canDim = true

    struct Colors {
        let bad, good, warning, offline, special, heading, onBad: Int
        /// From little to much.
        let loads: [Int]
        let bar, onBar: Int
        let cursor, onCursor: Int
        /// Behind the row of the cursor; nil where the row is bold instead.
        var lit: Int?
    }

    static let standard = Look(
        colors: Colors(
            bad: 1, good: 2, warning: 3, offline: 33, special: 5, heading: 6, onBad: 7,
            loads: [71, 117, 231], bar: 37, onBar: 16, cursor: 19, onCursor: 226, lit: 237))
    static let light = Look(
        colors: Colors(
            bad: 124, good: 28, warning: 130, offline: 25, special: 90, heading: 24, onBad: 231,
            loads: [29, 22, 16], bar: 24, onBar: 231, cursor: 153, onCursor: 90, lit: 253))
    static let colorBlind = Look(
        colors: Colors(
            bad: 3, good: 6, warning: 7, offline: 4, special: 5, heading: 6, onBad: 0,
            loads: [6, 6, 7], bar: 6, onBar: 7, cursor: 4, onCursor: 3))
    static let console = Look(
        colors: Colors(
            bad: 1, good: 2, warning: 3, offline: 4, special: 5, heading: 6, onBad: 7,
            loads: [2, 6, 7], bar: 6, onBar: 0, cursor: 4, onCursor: 3),
        losesColorUnderlined: true)
    static let monochrome = Look(colors: nil)
    static let vt100 = Look(colors: nil, canDim: false)

    /// What of this cell a terminal shows otherwise than it should; nil where it is right.
    func fault(of cell: Canvas.Cell, shown: Cell) -> String? {
        let text = cell.text.plain
        guard text == shown.text.plain else { return "“\(shown.text)” instead of “\(cell.text)”" }
        let style = cell.style
        let isReverse =
            style.emphasis == .selected
            || style.emphasis == .cursor && cursorColors(of: style) == nil
            || colors == nil && style.role == .bar && style.emphasis != .cursor
        let isUnderlined = style.isUnderlined
        if shown.reverse != isReverse { return "\(style): reverse \(shown.reverse)" }
        if shown.underline != isUnderlined { return "\(style): underline \(shown.underline)" }
        let (front, back) = colors(of: style)
        if shown.background != back { return "\(style): on \(shown.background)" }
        // Of a blank nothing else can be seen.
        guard text != " " else { return nil }
        if shown.bold != isBold(style) { return "\(style): bold \(shown.bold)" }
        if shown.dim != isDim(style) { return "\(style): dim \(shown.dim)" }
        if shown.color != front { return "\(style): \(shown.color) on \(shown.background)" }
        return nil
    }

    private func isBold(_ style: Style) -> Bool {
        if style.emphasis == .cursor { return true }
        if style.isDimmed { return false }
        if style.emphasis == .lit, colors?.lit == nil { return true }
        return switch style.role {
        case .title, .key, .offline, .toOnline, .toOffline, .sending, .failed, .contradicted, .bad,
            .loadHigh:
            true
        default: false
        }
    }

    private func isDim(_ style: Style) -> Bool {
        canDim && ![.selected, .cursor].contains(style.emphasis)
            && (style.isDimmed || style.role == .faint)
    }

    /// The colours of the cell of the cursor; nil where it is swapped instead.
    private func cursorColors(of style: Style) -> (Cell.Color, Cell.Color)? {
        guard let colors, !losesColorUnderlined || !style.isUnderlined else { return nil }
        return (.indexed(colors.onCursor), .indexed(colors.cursor))
    }

    private func colors(of style: Style) -> (Cell.Color, Cell.Color) {
        if style.emphasis == .cursor { return cursorColors(of: style) ?? (.standard, .standard) }
        guard let colors, [.none, .lit].contains(style.emphasis),
            !losesColorUnderlined || !(style.isUnderlined || style.isDimmed)
        else { return (.standard, .standard) }
        let (front, back) = self.colors(of: style.role, in: colors)
        guard style.emphasis == .lit, let lit = colors.lit, back == .standard else {
            return (front, back)
        }
        return (front, .indexed(lit))
    }

    private func colors(of role: Style.Role, in colors: Colors) -> (Cell.Color, Cell.Color) {
        switch role {
        case .text, .border, .title, .key, .faint: (.standard, .standard)
        case .heading: (.indexed(colors.heading), .standard)
        case .bar: (.indexed(colors.onBar), .indexed(colors.bar))
        case .loadLow: (.indexed(colors.loads[0]), .standard)
        case .loadMedium: (.indexed(colors.loads[1]), .standard)
        case .loadHigh: (.indexed(colors.loads[2]), .standard)
        case .toOnline, .good: (.indexed(colors.good), .standard)
        case .toOffline, .warning: (.indexed(colors.warning), .standard)
        case .bad: (.indexed(colors.bad), .standard)
        case .offline: (.indexed(colors.offline), .standard)
        case .sending, .unknown: (.indexed(colors.special), .standard)
        case .failed, .contradicted: (.indexed(colors.onBad), .indexed(colors.bad))
        }
    }
}

extension String {
    /// Without the mark that ends what is written from right to left, which emulators drop; a cell
    /// that was never written is blank.
    fileprivate var plain: String {
        let kept = String(unicodeScalars.filter { $0 != "\u{200E}" })
        return kept.isEmpty ? " " : kept
    }
}
