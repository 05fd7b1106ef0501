internal import CNcurses
internal import Dashboard

/// How what cells mean becomes colours and attributes.
@MainActor
struct Theme {
    /// Whether colours are used at all.
    private let hasColors: Bool
    /// Whether a coloured cell can be underlined.
    private let canUnderlineColors: Bool

    /// Sets up the colours of the terminal that was started.
    ///
    /// - Parameters:
    ///   - name: Which colours somebody wants.
    ///   - usesColors: False where somebody wants none (`NO_COLOR`).
    init(_ name: ThemeName, usesColors: Bool) {
        hasColors = usesColors && name != .monochrome && has_colors() && start_color() == OK
        // `ncv`: what cannot be combined with colours; 2 stands for underlining.
        let conflicts = tigetnum("ncv")
        canUnderlineColors = conflicts < 0 || conflicts & 2 == 0
        guard hasColors else { return }
        let background: Int16 = use_default_colors() == OK ? -1 : 0
        for slot in ThemeName.Slot.allCases {
            init_pair(slot.rawValue, name.color(slot, of: COLORS), background)
        }
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

    private func base(_ role: Style.Role) -> (ThemeName.Slot?, attr_t) {
        switch role {
        case .text, .border: (nil, 0)
        case .title: (nil, ncurses_bold)
        case .heading: (.heading, 0)
        case .faint: (nil, ncurses_dim)
        case .key: (nil, ncurses_bold)
        case .loadLow: (.good, 0)
        case .loadMedium: (.warning, 0)
        case .loadHigh: (.bad, 0)
        case .offline: (.offline, ncurses_bold)
        case .toOnline: (.good, ncurses_bold)
        case .toOffline: (.warning, ncurses_bold)
        case .sending: (.special, ncurses_bold)
        case .failed: (.bad, ncurses_bold | ncurses_reverse)
        case .unknown: (.special, 0)
        case .contradicted: (.bad, ncurses_bold | ncurses_reverse)
        case .good: (.good, 0)
        case .warning: (.warning, 0)
        case .bad: (.bad, ncurses_bold)
        }
    }
}
