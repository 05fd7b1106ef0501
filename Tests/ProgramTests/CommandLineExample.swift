import ArgumentParser

@testable import vcputop

/// A command line of a document.
enum CommandLineExample {
    /// Whether the program understands a line: it is parsed and not run.
    static func isUnderstood(_ line: String) throws -> Bool {
        let words = ShellLine(line).words.map(\.text)
        guard words.first == Vcputop.name else { return false }
        let typed = Array(words.dropFirst())
        // Both would be parsed by themselves.
        if typed.contains(Shell.option) { return (try? Shell.asked(in: typed)) != nil }
        let commands = Vcputop.configuration.subcommands.compactMap { $0.configuration.commandName }
        do {
            try OnceOnlyOptions.check(typed)
            _ = try Vcputop.parseAsRoot(CommandFirst.arranged(typed, commands: commands))
            return true
        } catch {
            return Vcputop.exitCode(for: error) == .success
        }
    }
}
