internal import ArgumentParser
internal import Terminal

/// How the dashboard looks.
struct LookOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The colours.", valueName: "NAME"))
    var theme = ThemeOption(value: .standard)

    @Flag(help: "Draw with ASCII alone, whatever the locale can show.")
    var ascii = false

    @Flag(help: "Use the mouse: the terminal's own selecting needs Shift then.")
    var mouse = false
}

/// The name of a theme, as it is typed.
struct ThemeOption: ExpressibleByArgument {
    let value: ThemeName

    /// What the help calls it.
    var defaultValueDescription: String { value.rawValue }

    static var allValueStrings: [String] { ThemeName.allCases.map(\.rawValue) }

    init(value: ThemeName) {
        self.value = value
    }

    init?(argument: String) {
        guard let value = ThemeName(rawValue: argument) else { return nil }
        self.value = value
    }
}
