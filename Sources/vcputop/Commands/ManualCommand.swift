internal import ArgumentParser

/// The hidden command `vcputop manual`, which prints the man page.
struct ManualCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manual", abstract: "Print the man page.", shouldDisplay: false)

    func run() throws {
        try Output.write(try Manual.lines())
    }
}
