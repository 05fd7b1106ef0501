internal import SafeText

/// A command, an option or a value that does not exist, and which there are.
enum CommandMistake: Hashable {
    /// There is no such command.
    case command(String, commands: [String])
    /// The command has no such option; nil where no command is named.
    case option(String, of: String?, options: [String])
    /// The option of a command has a value that it cannot have; nil where no command is named.
    case value(String, of: String?)

    /// Finds the first word of a command line that the program does not know.
    ///
    /// - Parameter help: What the program knows.
    /// - Returns: Nil where each word is known: something else is wrong then.
    static func find(in arguments: [String], _ help: CommandHelp) -> CommandMistake? {
        let commands = (help.subcommands ?? []).filter(\.shouldDisplay)
        let place = CommandFirst.firstWord(of: arguments)
        let word = place.map { arguments[$0] }
        let command = commands.first { $0.commandName == word }
        let meant = command.map { [$0] } ?? commands
        let options = meant.flatMap { $0.arguments ?? [] }.flatMap(\.optionSpellings)
        // What stands behind a word that is no command can be meant for any.
        let end = command == nil ? place ?? arguments.count : arguments.count
        if let unknown = unknownOption(in: arguments[..<end], options) {
            let shown = meant.flatMap { $0.arguments ?? [] }.filter(\.shouldDisplay)
                .flatMap(\.optionSpellings)
            return .option(unknown, of: command?.commandName, options: shown.unique)
        }
        if let problem = wrongValue(in: arguments[..<end]) {
            return .value(problem, of: command?.commandName)
        }
        // Hidden commands exist too.
        let all = (help.subcommands ?? []).map(\.commandName)
        guard command == nil, let word, !all.contains(word) else { return nil }
        return .command(word, commands: visibleNames(commands))
    }

    /// What `help` is asked about, where that is no command; ArgumentParser prints the help of the
    /// program then.
    static func topic(_ arguments: [String], _ help: CommandHelp) -> CommandMistake? {
        let all = help.subcommands ?? []
        guard arguments.first == "help", let topic = arguments.dropFirst().first,
            !topic.hasPrefix("-"), !all.contains(where: { $0.commandName == topic })
        else { return nil }
        return .command(topic, commands: visibleNames(all))
    }

    private static func visibleNames(_ commands: [CommandHelp]) -> [String] {
        commands.filter(\.shouldDisplay).map(\.commandName).filter { $0 != "help" }
    }

    /// Why the first value that an option cannot have is none.
    private static func wrongValue(in arguments: ArraySlice<String>) -> String? {
        var place = arguments.startIndex
        while place < arguments.endIndex, arguments[place] != "--" {
            let parts = arguments[place].split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts.first ?? "")
            place += 1
            guard let value = OptionValue.all[name] else { continue }
            if parts.count == 2 {
                if let problem = value.problem(String(parts[1]), of: name) { return problem }
            } else if place < arguments.endIndex {
                if let problem = value.problem(arguments[place], of: name) { return problem }
                place += 1
            }
        }
        return nil
    }

    private static func unknownOption(
        in arguments: ArraySlice<String>, _ options: [String]
    ) -> String? {
        var place = arguments.startIndex
        while place < arguments.endIndex {
            let argument = arguments[place]
            if argument == "--" { return nil }
            place += CommandFirst.takesValue(argument) ? 2 : 1
            guard argument.hasPrefix("-"), argument != "-" else { continue }
            let name = String(argument.prefix { $0 != "=" })
            // Short options can stand together.
            let isLong = name.hasPrefix("--")
            let isKnown =
                options.contains(isLong ? name : String(name.prefix(2)))
                || builtIn.contains(name)
            if !isKnown { return name }
        }
        return nil
    }

    /// Options that ArgumentParser adds and its help leaves out.
    private static let builtIn = [
        "-h", "--help", "--help-hidden", "--version", "--generate-completion-script",
        "--experimental-dump-help",
    ]

    /// The mistake in words, with the word that was probably meant.
    var failure: CommandFailure {
        switch self {
        case .command(let word, let commands):
            return CommandFailure(
                .usage, "there is no command '\(word)'" + Self.advice(word, commands),
                help: "there are: \(commands.joined(separator: ", ")); " + Self.reference(to: nil))
        case .option(let name, let command, let options):
            let subject = command.map { "'\($0)' has no option" } ?? "there is no option"
            return CommandFailure(
                .usage, "\(subject) '\(name)'" + Self.advice(name, options),
                help: "there are: \(options.joined(separator: ", ")); "
                    + Self.reference(to: command))
        case .value(let problem, let command):
            return CommandFailure(.usage, problem, help: Self.reference(to: command))
        }
    }

    /// Where the help of a command is; of the program where it is nil.
    static func reference(to command: String?) -> String {
        "see '\(["vcputop", command, "--help"].compactMap { $0 }.joined(separator: " "))'"
    }

    private static func advice(_ word: String, _ words: [String]) -> String {
        // Of a short option, any letter would be near.
        guard word.count > 2, let question = NearestWord.question(word, among: words) else {
            return ""
        }
        return "; \(question)"
    }
}

extension CommandHelp.Argument {
    /// How it is typed; none of a word.
    fileprivate var optionSpellings: [String] { kind == "positional" ? [] : spellings }
}

extension [String] {
    /// Each text once, where it stands first.
    fileprivate var unique: [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}
