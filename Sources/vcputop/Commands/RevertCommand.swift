internal import ArgumentParser
internal import Configuration
internal import GuestVCPU
internal import Journal

/// The command `vcputop revert`.
struct RevertCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revert", _superCommandName: Vcputop.name,
        abstract: "Take a change back, as a new change.",
        discussion: """
            Without an ID it is the last change in the journal that did something; 'vcputop log' \
            shows them. What the change did is taken back and nothing else, and only where the \
            guest is still as the change left it: else it is a conflict, and nothing is sent. The \
            plan is shown and confirmed first; without a terminal that takes --yes. A revert is a \
            change too, so that the next one takes it back.

            The guest is looked for where the change found it, or in the sources that are named. \
            There it must have the same source and name or the same UUID, or else the name and the \
            boot id of its kernel that the change recorded: a socket's path may change.
            """)

    @Argument(
        help: ArgumentHelp(
            "The change's id, or as many of its last characters as are enough, 4 at least.",
            valueName: "ID"))
    var id: String?

    @OptionGroup var options: SourceOptions
    @OptionGroup var configured: ConfigOptions
    @OptionGroup var debug: DebugOptions
    @OptionGroup var recording: JournalOptions

    @Flag(help: "Say what would be sent, and send nothing.")
    var dryRun = false

    @Flag(help: "Take it back without asking first.")
    var yes = false

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() async throws {
        Output.carriesData = json
        let terminal = yes || dryRun ? nil : try askingStream()
        var settings = try configured.settings(recording)
        let recorder = try debug.openLog()
        let hold = ChangeHold()
        let trail = ChangeTrail.recorded(settings)
        var change = try RevertedChange.choose(id, in: try await trail.readContents())
        // Nothing that follows can know more of it.
        if !change.awaitsReading { _ = try RevertedChange(change) }
        // The guest is where the change found it, whatever sources are configured.
        settings.sources = Setting([])
        try options.naming(change).override(&settings)
        let options = try ChosenSources(settings)
        let journal = ChangeTrail.journal(settings)
        let sources = GuestSources.make(
            options, access: .ofChange(settings), stay: .changing,
            recorder: recorder)
        let run = SetRun(
            timeout: options.timeout.duration, policy: .rollBack, isDryRun: dryRun, hold: hold,
            journal: journal)
        // Also in a dry run: a change whose end is not known can be taken back only once it is found.
        let unsettled = UnsettledChanges(in: journal, writes: true)
        let report = await SetReport(isJSON: json, isDryRun: dryRun)
        let reading = Task {
            // A source that does not open in time says so itself.
            await GuestDirectory.read(sources, timeout: options.openingPatience + .seconds(2))
        }
        let directory = await reading.value(unless: hold.interruption)
        let guests = directory?.guests ?? []
        let index = RecordedGuestIndex(guests.map { ($0.id, $0.owner) })
        var guest = index.guest(of: change).flatMap { id in guests.first { $0.id == id } }
        var doubt: String?
        if guest == nil {
            let search = Task { [change, timeout = options.timeout.duration] in
                await MovedGuest.find(change, among: guests, timeout: timeout)
            }
            switch await search.value(unless: hold.interruption) {
            case .found(let moved): guest = moved
            case .uncertain(let reason): doubt = reason
            case .missing, nil: break
            }
        }
        await unsettled.settle(
            guests, changing: Set([guest?.id].compactMap { $0 }),
            timeout: options.timeout.duration, hold)
        if change.awaitsReading, let found = try await trail.readContents()[change.id] {
            change = found
        }
        let target = try RevertedChange(change).target(guest, doubt: doubt, in: directory)
        try await run.carryOut([target], confirmedOn: terminal, report)
        let status = await report.status
        throw ExitCode(hold.signal.map { 128 + $0 } ?? status)
    }

    private func askingStream() throws(CommandFailure) -> Output.Stream {
        guard let terminal = Question.stream(isInputTaken: false) else {
            throw CommandFailure(
                .usage, "a revert is confirmed first, and no terminal is there to ask",
                note: "nothing was sent",
                help:
                    "--yes takes the change back without a question, --dry-run says what would be "
                    + "sent")
        }
        return terminal
    }
}
