internal import CNcurses
internal import Dashboard

/// How what cells mean becomes colours and attributes.
@MainActor
struct Theme {
    /// The eight colours that every terminal with colours has.
    private enum Color: Int16, CaseIterable {
        case red = 1
        case green = 2
        case yellow = 3
        case blue = 4
        case magenta = 5
        case cyan = 6
    }

    /// Whether colours are used at all.
    private let hasColors: Bool
    /// Whether a coloured cell can be underlined.
    private let canUnderlineColors: Bool

    /// Sets up the colours of the terminal that was started.
    ///
    /// - Parameter usesColors: False where somebody wants none (`NO_COLOR`).
    init(usesColors: Bool) {
        hasColors = usesColors && has_colors() && start_color() == OK
        // `ncv`: what cannot be combined with colours; 2 stands for underlining.
        let conflicts = tigetnum("ncv")
        canUnderlineColors = conflicts < 0 || conflicts & 2 == 0
        guard hasColors else { return }
        let background: Int16 = use_default_colors() == OK ? -1 : 0
        for color in Color.allCases { init_pair(color.rawValue, color.rawValue, background) }
    }

    /// The attributes and the pair of colours for a style.
    func appearance(of style: Style) -> (attributes: attr_t, pair: Int16) {
        var (color, attributes) = base(style.role)
        if style.isUnderlined {
            attributes |= ncurses_underline
            if !canUnderlineColors { color = nil }
        }
        if style.isDimmed { attributes = attributes & ~ncurses_bold | ncurses_dim }
        switch style.emphasis {
        case .none: break
        case .selected: attributes |= ncurses_reverse
        case .cursor: attributes = attributes & ~ncurses_dim | ncurses_reverse | ncurses_bold
        }
        return (attributes, hasColors ? color?.rawValue ?? 0 : 0)
    }

    private func base(_ role: Style.Role) -> (Color?, attr_t) {
        switch role {
        case .text, .border: (nil, 0)
        case .title: (nil, ncurses_bold)
        case .heading: (.cyan, 0)
        case .faint: (nil, ncurses_dim)
        case .key: (nil, ncurses_bold)
        case .loadLow: (.green, 0)
        case .loadMedium: (.yellow, 0)
        case .loadHigh: (.red, 0)
        case .offline: (.blue, ncurses_bold)
        case .toOnline: (.green, ncurses_bold)
        case .toOffline: (.yellow, ncurses_bold)
        case .sending: (.magenta, ncurses_bold)
        case .failed: (.red, ncurses_bold | ncurses_reverse)
        case .unknown: (.magenta, 0)
        case .contradicted: (.red, ncurses_bold | ncurses_reverse)
        case .good: (.green, 0)
        case .warning: (.yellow, 0)
        case .bad: (.red, ncurses_bold)
        }
    }
}
