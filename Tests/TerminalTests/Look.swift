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

    struct Colors {
        let bad, good, warning, offline, special, heading, onBad: Int
    }

    static let standard = Look(
        colors: Colors(
            bad: 1, good: 2, warning: 3, offline: 33, special: 5, heading: 6, onBad: 7))
    static let light = Look(
        colors: Colors(
            bad: 124, good: 28, warning: 130, offline: 25, special: 90, heading: 24, onBad: 231))
    static let colorBlind = Look(
        colors: Colors(
            bad: 3, good: 6, warning: 7, offline: 4, special: 5, heading: 6, onBad: 0))
    static let console = Look(
        colors: Colors(bad: 1, good: 2, warning: 3, offline: 4, special: 5, heading: 6, onBad: 7),
        losesColorUnderlined: true)
    static let monochrome = Look(colors: nil)

    /// What of this cell a terminal shows otherwise than it should; nil where it is right.
    func fault(of cell: Canvas.Cell, shown: Cell) -> String? {
        let text = cell.text.plain
        guard text == shown.text.plain else { return "“\(shown.text)” instead of “\(cell.text)”" }
        let style = cell.style
        let isReverse = style.emphasis != .none
        let isUnderlined = style.isUnderlined
        if shown.reverse != isReverse { return "\(style): reverse \(shown.reverse)" }
        if shown.underline != isUnderlined { return "\(style): underline \(shown.underline)" }
        // Of a blank nothing else can be seen.
        guard text != " " else { return nil }
        if shown.bold != isBold(style) { return "\(style): bold \(shown.bold)" }
        let (front, back) = colors(of: style)
        if shown.color != front || shown.background != back {
            return "\(style): \(shown.color) on \(shown.background)"
        }
        return nil
    }

    private func isBold(_ style: Style) -> Bool {
        if style.emphasis == .cursor { return true }
        if style.isDimmed { return false }
        return switch style.role {
        case .title, .key, .offline, .toOnline, .toOffline, .sending, .failed, .contradicted, .bad:
            true
        default: false
        }
    }

    private func colors(of style: Style) -> (Cell.Color, Cell.Color) {
        guard let colors, style.emphasis == .none,
            !losesColorUnderlined || !(style.isUnderlined || style.isDimmed)
        else { return (.standard, .standard) }
        return switch style.role {
        case .text, .border, .title, .key, .faint: (.standard, .standard)
        case .heading: (.indexed(colors.heading), .standard)
        case .loadLow, .toOnline, .good: (.indexed(colors.good), .standard)
        case .loadMedium, .toOffline, .warning: (.indexed(colors.warning), .standard)
        case .loadHigh, .bad: (.indexed(colors.bad), .standard)
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
