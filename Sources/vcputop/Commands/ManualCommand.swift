internal import ArgumentParser

/// The hidden command `vcputop manual`, which prints the man pages.
struct ManualCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manual", _superCommandName: Vcputop.name,
        abstract: "Print the man page, or that of the configuration.", shouldDisplay: false)

    /// A page, by the word that asks for it.
    enum Page: String, CaseIterable, ExpressibleByArgument {
        case vcputop, config
    }

    @Argument(help: ArgumentHelp("Which page.", valueName: "PAGE"))
    var page = Page.vcputop

    func run() throws {
        switch page {
        case .vcputop: try Output.write(try Manual.lines())
        case .config: try Output.write(Manual.configurationLines())
        }
    }
}
