internal import Configuration
internal import Terminal

/// How the dashboard looks, after files and command line.
struct Look {
    let theme: ThemeName
    let ascii: Bool
    let mouse: Bool

    init(_ settings: Settings) {
        theme = ThemeName(rawValue: settings.theme.value) ?? .standard
        ascii = settings.ascii.value
        mouse = settings.mouse.value
    }
}
