internal import CNcurses
internal import CanvasKit

/// How what cells mean becomes colours and attributes, on the terminal that there is.
@MainActor
struct Theme {
    /// Whether colours are used at all.
    private let hasColors: Bool
    /// The attributes that the terminal cannot show together with a colour.
    private let colorless: attr_t
    /// What stands for underlining: bold where the terminal has none, since no cell that can be
    /// underlined is bold otherwise.
    private let underline: attr_t
    /// What stands for swapped colours: whatever stands out where the terminal cannot swap them.
    private let reverse: attr_t
    /// Whether there is a background for the row of the cursor.
    private let canLight: Bool

    /// Sets up the colours of the terminal that was started.
    ///
    /// - Parameters:
    ///   - name: The set of colours.
    ///   - usesColors: False where colours are switched off (`NO_COLOR`).
    init(_ name: ThemeName, usesColors: Bool) {
        underline = ncurses_string("smul") == nil ? ncurses_bold : ncurses_underline
        reverse = ncurses_string("rev") == nil ? ncurses_standout : ncurses_reverse
        hasColors = usesColors && name != .monochrome && has_colors() && start_color() == OK
        colorless = Self.conflicts(tigetnum("ncv"))
        guard hasColors else {
            canLight = false
            return
        }
        let background: Int32 = use_default_colors() == OK ? -1 : 0
        let depth = ColorDepth(count: COLORS)
        let lit = background == -1 ? name.litBackground(at: depth).map(Int32.init) : nil
        canLight = lit != nil
        if let lit { init_extended_pair(Int32(ThemeName.Slot.firstLit), -1, lit) }
        for slot in ThemeName.Slot.allCases {
            let pair = name.colors(slot, at: depth)
            init_extended_pair(
                Int32(slot.rawValue), Int32(pair.text),
                pair.background.map(Int32.init) ?? background)
            guard let lit else { continue }
            init_extended_pair(
                Int32(slot.litNumber), Int32(pair.text), pair.background.map(Int32.init) ?? lit)
        }
    }

    /// The attributes that `no_color_video` (terminfo) names.
    private static func conflicts(_ bits: Int32) -> attr_t {
        // -1 where nothing conflicts.
        guard bits > 0 else { return 0 }
        let all = [
            ncurses_standout, ncurses_underline, ncurses_reverse, ncurses_blink, ncurses_dim,
            ncurses_bold,
        ]
        return all.enumerated().reduce(0) { conflicts, attribute in
            bits & 1 << Int32(attribute.offset) == 0 ? conflicts : conflicts | attribute.element
        }
    }

    /// The attributes and the pair of colours for a style.
    ///
    /// Where the terminal cannot show both, the attribute stays and the colour goes: what a colour
    /// tells a sign tells as well, and that a vCPU is fixed or a reading old only the attribute.
    func appearance(of style: Style) -> (attributes: attr_t, pair: Int16) {
        var (slot, attributes) = base(style.role)
        if style.isUnderlined { attributes |= underline }
        if style.isDimmed { attributes = attributes & ~ncurses_bold | ncurses_dim }
        // What the cursor or a selection lies on looks the same everywhere: it is found at a
        // glance, can be read in every theme, and no bar turns into a block of its colour.
        switch style.emphasis {
        case .none: break
        case .lit:
            if canLight, attributes & colorless == 0 {
                return (attributes, slot?.litNumber ?? ThemeName.Slot.firstLit)
            }
            if !style.isDimmed { attributes |= ncurses_bold }
        case .selected:
            // Terminals dim before they swap: that would be a grey block in the selection.
            attributes = attributes & ~ncurses_dim | reverse
            slot = nil
        case .cursor:
            attributes = attributes & ~ncurses_dim | ncurses_bold
            slot = .cursor
            // Swapped, a full cell would be nearly blank; but without colours there is no other way.
            if !hasColors || attributes & colorless != 0 { attributes |= reverse }
        }
        if attributes & colorless != 0 { slot = nil }
        return (attributes, hasColors ? slot?.rawValue ?? 0 : 0)
    }

    /// Without colours only the bar swaps them: it is a whole line, and no cell lies on it.
    private func base(_ role: Style.Role) -> (ThemeName.Slot?, attr_t) {
        switch role {
        case .text, .border: (nil, 0)
        case .title, .key: (nil, ncurses_bold)
        case .heading: (.heading, 0)
        case .bar: hasColors ? (.bar, 0) : (nil, reverse)
        case .faint: (nil, ncurses_dim)
        case .loadLow: (.loadLow, 0)
        case .loadMedium: (.loadMedium, 0)
        case .loadHigh: (.loadHigh, ncurses_bold)
        case .offline: (.offline, ncurses_bold)
        case .toOnline: (.good, ncurses_bold)
        case .toOffline: (.warning, ncurses_bold)
        case .sending: (.special, ncurses_bold)
        case .failed, .contradicted: (.alarm, ncurses_bold)
        case .unknown: (.special, 0)
        case .good: (.good, 0)
        case .warning: (.warning, 0)
        case .bad: (.bad, ncurses_bold)
        }
    }
}
