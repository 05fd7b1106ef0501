internal import ArgumentParser
internal import Glibc
internal import UnixSockets

/// Reads the command line, runs what it asks for, and puts every error into one form.
@main
enum Main {
    @MainActor static func main() async {
        TaskPool.begin()
        let arguments = Array(CommandLine.arguments.dropFirst())
        do {
            try claimDescriptors()
            try OnceOnlyOptions.check(arguments)
            var command = try Vcputop.parseAsRoot(arguments)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let failure as CommandFailure {
            Diagnostics.write(failure)
            exit(failure.exitStatus)
        } catch {
            end(with: error)
        }
    }

    /// Allows the program many descriptors, and ends it where there are not even a few: what it is
    /// built on would crash.
    private static func claimDescriptors() throws(CommandFailure) {
        DescriptorLimit.raise()
        guard !DescriptorLimit.hasRoom(for: 16) else { return }
        throw CommandFailure(
            .unreachable, "vcputop has no file descriptors left",
            help: "raise their limit with 'ulimit -n'")
    }

    /// Ends as ArgumentParser would, in our words: help on standard output, errors on standard
    /// error with a line that says where help is.
    private static func end(with error: any Error) -> Never {
        let code = Vcputop.exitCode(for: error)
        guard code != .success else { Vcputop.exit(withError: error) }
        let message = Vcputop.message(for: error)
        guard !message.isEmpty else { exit(code.rawValue) }
        Diagnostics.write(
            CommandFailure(
                .usage, message.lowercasedFirst,
                help: "'vcputop --help' lists the commands and their options"))
        exit(code.rawValue)
    }
}

extension String {
    fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
