internal import ArgumentParser
internal import Configuration
internal import Terminal

/// How the dashboard looks.
struct LookOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The colours (default: \(Settings.standard.theme.value)).", valueName: "NAME"))
    var theme: ThemeOption?

    @Flag(
        inversion: .prefixedNo, exclusivity: .exclusive,
        help: "Draw with ASCII alone, whatever the locale can show.")
    var ascii: Bool?

    @Flag(
        inversion: .prefixedNo, exclusivity: .exclusive,
        help: "Use the mouse: the terminal's own selecting needs Shift then.")
    var mouse: Bool?
}

/// The name of a theme, as it is typed.
struct ThemeOption: ExpressibleByArgument {
    let value: ThemeName

    static var allValueStrings: [String] { ThemeName.allCases.map(\.rawValue) }

    init?(argument: String) {
        guard let value = ThemeName(rawValue: argument) else { return nil }
        self.value = value
    }
}
