internal import Configuration
internal import Terminal

/// How the dashboard looks, after files and command line.
struct Look {
    let theme: ThemeName
    let ascii: Bool
    let mouse: Bool
    let usesColors: Bool

    init(_ settings: Settings) {
        theme = ThemeName(rawValue: settings.theme.value) ?? .standard
        // Files give way to the environment, and the environment to the command line.
        let isAsked = if case .commandLine = settings.theme.origin { true } else { false }
        usesColors = isAsked || TerminalColors.areWanted
        ascii = settings.ascii.value
        mouse = settings.mouse.value
    }
}
