internal import Dashboard

/// What a word of the command line can be, as far as the program's own tables say.
struct CompletionWords {
    /// What has to be looked up outside of the program.
    enum Lookup: Hashable {
        case guests
        /// The guests of the journal.
        case recordedGuests
        /// The changes of the journal.
        case changes
        case connections
    }

    enum Result: Hashable {
        case answer(CompletionAnswer)
        case lookup(Lookup)
    }

    let help: CommandHelp

    /// What the arguments of each command are.
    static let arguments: [String: Lookup] = [
        "list": .guests, "set": .guests, "doctor": .guests, "log": .recordedGuests,
        "revert": .changes,
    ]

    func result(_ point: CompletionPoint) -> Result {
        switch point.subject {
        case .command: .answer(.words(commands))
        case .option(let command): .answer(.words(options(of: command, point)))
        case .value(let option): value(of: option, point)
        case .argument("help"): .answer(.words(point.arguments.isEmpty ? commands : []))
        case .argument(let command):
            if let lookup = Self.arguments[command] {
                .lookup(lookup)
            } else {
                .answer(.words(topics(of: command, point)))
            }
        }
    }

    private var visible: [CommandHelp] { (help.subcommands ?? []).filter(\.shouldDisplay) }

    private var commands: [CompletionAnswer.Candidate] {
        visible.map { CompletionAnswer.Candidate(word: $0.commandName, meaning: $0.abstract ?? "") }
    }

    /// The options that may still be given.
    private func options(
        of command: String?, _ point: CompletionPoint
    ) -> [CompletionAnswer.Candidate] {
        let name = command ?? Vcputop.standardCommand
        let given = Set(point.options.map(\.name))
        let arguments = visible.first { $0.commandName == name }?.arguments ?? []
        return arguments.filter { argument in
            argument.shouldDisplay && argument.kind != "positional"
                && (argument.isRepeating || given.isDisjoint(with: argument.spellings))
        }.flatMap { argument in
            let meaning = argument.opposite.map { "The opposite of \($0)." } ?? argument.abstract
            return argument.spellings.map {
                CompletionAnswer.Candidate(word: $0, meaning: meaning ?? "")
            }
        }
    }

    private func value(of option: String, _ point: CompletionPoint) -> Result {
        func words(_ words: [String]) -> Result {
            .answer(.words(words.map { CompletionAnswer.Candidate(word: point.lead + $0) }))
        }
        switch OptionValue.all[option] {
        case .word(let all)?, .vcpus(let all)?: return words(all)
        case .order?:
            return words(FleetQuery.sortWords.flatMap { [$0, $0 + FleetQuery.reversed] })
        case .time?: return words(["30m", "2h", "1d", "7d"])
        case .filter?:
            return .answer(
                .words(
                    FilterCandidate.all(of: point.text).map { candidate in
                        CompletionAnswer.Candidate(
                            word: point.lead + candidate.text, isOpen: candidate.isOpen)
                    }))
        case .file?: return .answer(.files(after: point.lead.count))
        case .namedPath?:
            guard let sign = point.text.firstIndex(of: "=") else { return .answer(.words([])) }
            let name = point.text[...sign]
            return .answer(.files(after: point.lead.count + name.count))
        case .uri?: return .lookup(.connections)
        case .seconds?, .number?, nil: return .answer(.words([]))
        }
    }

    /// The words of a command that is about none of the lookups.
    private func topics(
        of command: String, _ point: CompletionPoint
    ) -> [CompletionAnswer.Candidate] {
        guard command == "manual", point.arguments.isEmpty else { return [] }
        return ManualCommand.Page.allCases.map { CompletionAnswer.Candidate(word: $0.rawValue) }
    }
}
