internal import ArgumentParser
internal import CLinux
internal import Glibc
internal import UnixSockets

/// Reads the command line, runs what it asks for, and puts every error into one form.
@main
enum Main {
    @MainActor static func main() async {
        StandardStreams.open()
        // A write that fails says so; a signal would end a change half-way.
        for number in [SIGPIPE, SIGXFSZ] { signal(number, SIG_IGN) }
        // Before there are threads: each would get an arena of its own, and touch its pages first.
        linux_use_one_arena()
        let arguments = Array(CommandLine.arguments.dropFirst())
        do {
            try claimDescriptors()
            try TaskPool.begin()
            if arguments.first == ShellCompletion.marker {
                await ShellCompletion.answer(arguments)
            }
            if let shell = try Shell.asked(in: arguments) {
                return try Output.write(shell.script + "\n")
            }
            try OnceOnlyOptions.check(arguments)
            var command = try command(arguments)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            end(with: error, arguments)
        }
        DebugLog.finish()
        if Diagnostics.hasLost { exit(CommandFailure.Kind.output.rawValue) }
    }

    /// Parses the command line.
    ///
    /// A command that stands first is parsed by itself, which takes a quarter fewer instructions
    /// than parsing from the root. The root explains what cannot be parsed, and prints help.
    ///
    /// The name of a super-command in a command's configuration leaves the search for
    /// `--generate-completion-script` to the root: it takes as long as all other parsing.
    private static func command(_ arguments: [String]) throws -> any ParsableCommand {
        let commands = Vcputop.configuration.subcommands
        var arguments = arguments
        var named = commands.first { $0.configuration.commandName == arguments.first }
        if named == nil {
            let names = commands.compactMap { $0.configuration.commandName }
            arguments = CommandFirst.arranged(arguments, commands: names)
            named = commands.first { $0.configuration.commandName == arguments.first }
        }
        if let command = try? named?.parse(Array(arguments.dropFirst())) { return command }
        return try Vcputop.parseAsRoot(arguments)
    }

    /// The command that the arguments name, wherever it stands.
    private static func namedCommand(_ arguments: [String]) -> String? {
        let word = CommandFirst.firstWord(of: arguments).map { arguments[$0] }
        return Vcputop.configuration.subcommands.compactMap { $0.configuration.commandName }
            .first { $0 == word }
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
    private static func end(with error: any Error, _ arguments: [String]) -> Never {
        var failure =
            switch error {
            case let failure as CommandFailure: failure
            case let error as OutputError: CommandFailure(error)
            default: printed(error, arguments)
            }
        if failure.exitStatus == CommandFailure.Kind.usage.rawValue, failure.help == nil {
            failure.help = CommandMistake.reference(to: namedCommand(arguments))
        }
        DebugLog.finish()
        Diagnostics.write(failure)
        exit(failure.exitStatus)
    }

    /// Prints what ArgumentParser has to say where that is no error, and ends; the error in our
    /// form where it is one.
    private static func printed(_ error: any Error, _ arguments: [String]) -> CommandFailure {
        let code = Vcputop.exitCode(for: error)
        let isFailure = code != .success
        let text = isFailure ? Vcputop.message(for: error) : Vcputop.fullMessage(for: error)
        guard !text.isEmpty else {
            DebugLog.finish()
            exit(code.rawValue)
        }
        guard !isFailure else {
            if code == .validationFailure, let help = try? CommandHelp.whole(),
                let mistake = CommandMistake.find(in: arguments, help)
            {
                return mistake.failure
            }
            return CommandFailure(
                exitStatus: code.rawValue, [text.lowercasedFirst],
                help: CommandMistake.reference(to: namedCommand(arguments)))
        }
        // The table of all options takes longer than the start, and --version needs none.
        if arguments.first == "help", let help = try? CommandHelp.whole(),
            let mistake = CommandMistake.topic(arguments, help)
        {
            return mistake.failure
        }
        do throws(OutputError) {
            try Output.write(RootHelp.lines(text))
        } catch {
            return CommandFailure(error)
        }
        exit(code.rawValue)
    }
}

extension String {
    fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
