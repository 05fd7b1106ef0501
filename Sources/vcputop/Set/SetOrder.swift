internal import Dashboard
internal import GuestVCPU

/// What a command line of `set` asks for.
struct SetOrder: Sendable {
    /// Which guests, and what of each.
    enum Content: Sendable {
        /// The same of all of these names and globs; of every guest where there is none.
        ///
        /// The filter is nil where none is given.
        case names([String], FleetQuery?, ChangeRequest)
        /// What a list says of each.
        case list([ListedChange], file: String)
    }

    let content: Content
    /// Whether the change of many guests is confirmed before it is sent.
    let asks: Bool
    /// Where to ask; nil where there is no terminal.
    private let terminal: Output.Stream?

    /// Checks the options, and reads the list where one is named.
    ///
    /// What is about many guests for certain, and cannot be confirmed, is refused at once.
    init(_ command: SetCommand) async throws(CommandFailure) {
        asks = !command.yes && !command.dryRun
        terminal = Question.stream(isInputTaken: command.from == ChangeListFile.standardInput)
        if let file = command.from {
            content = try await Self.list(file, command)
        } else {
            content = try Self.names(command)
        }
        if asks, !isAboutOneWord { _ = try askingStream() }
    }

    private static func list(
        _ file: String, _ command: SetCommand
    ) async throws(CommandFailure) -> Content {
        guard command.guests.isEmpty, command.filter == nil, command.online == nil,
            command.offline == nil, command.count == nil
        else {
            throw CommandFailure(
                .usage, "--from names the guests and what is asked of each",
                help: "leave GUEST, --filter, --online, --offline and --count out")
        }
        return .list(try await ChangeListFile.read(file), file: ChangeListFile.name(of: file))
    }

    private static func names(_ command: SetCommand) throws(CommandFailure) -> Content {
        guard !command.guests.isEmpty || command.filter != nil else {
            throw CommandFailure(
                .usage, "no guest is named",
                help: "name one, or several by 'web*' or --filter EXPR")
        }
        let wish = ChangeWish(
            online: command.online, offline: command.offline, count: command.count)
        let request = try wish.request()
        guard let filter = command.filter else { return .names(command.guests, nil, request) }
        do throws(FleetQueryProblem) {
            return .names(command.guests, try FleetQuery(filter: filter, sort: nil), request)
        } catch {
            throw CommandFailure(.usage, error.summary)
        }
    }

    /// What a filter has to know of the guests.
    var needs: FleetNeeds {
        if case .names(_, let query?, _) = content { return query.needs }
        return []
    }

    /// Whether one name or glob says which guests.
    private var isAboutOneWord: Bool {
        if case .names(let names, nil, _) = content { return names.count == 1 }
        return false
    }

    /// Whether these are one guest that was named, which is changed without a question.
    ///
    /// A glob means many, however many there are; but a guest can have the name of a glob.
    func isOneNamed(_ targets: [SetTarget]) -> Bool {
        guard isAboutOneWord, case .names(let names, _, _) = content else { return false }
        return targets.map(\.name) == names
    }

    /// Where to ask before many guests are changed.
    ///
    /// - Throws: A usage error where there is no terminal.
    func askingStream() throws(CommandFailure) -> Output.Stream {
        guard let terminal else {
            throw CommandFailure(
                .usage,
                "a change of many guests is confirmed first, and no terminal is there to ask",
                note: "nothing was sent",
                help: "--yes changes them without a question, --dry-run says what would be sent")
        }
        return terminal
    }
}
