internal import ArgumentParser
internal import FoundationEssentials
internal import GuestVCPU
internal import JSONForms
internal import Journal

/// The command `vcputop log`.
struct LogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log", _superCommandName: Vcputop.name,
        abstract: "Print what was changed, when, by which user, and what came of it.",
        discussion: """
            Every change that the dashboard, 'set' and 'revert' send is recorded before it is sent, \
            and its outcome after that. A change without an outcome is open while its program is at \
            work on it, or its program died; 'found' is how the guest was when it was read next. \
            The oldest change comes first. With --open the exit status is 3 when there is any.
            """)

    @Argument(
        help: ArgumentHelp(
            "The guests whose changes to print, also as NAME, SOURCE/NAME or globs; all when none is "
                + "named.", valueName: "GUEST"))
    var guests: [String] = []

    @OptionGroup var configured: ConfigOptions

    @Flag(help: "Print one JSON object a change.")
    var json = false

    @Flag(
        help: """
            Print only changes that are open, and those whose program died and whose guest was not \
            read since.
            """)
    var open = false

    @Option(
        help: ArgumentHelp(
            """
            Print only changes since then: \(OptionValue.words(of: "--since")), with Z at its end \
            for UTC. A time without a day is yesterday's where today's is yet to come.
            """, valueName: "TIME"))
    var since: SinceTime?

    func run() async throws {
        Output.carriesData = json
        let contents = try await ChangeTrail.recorded(configured.settings()).readContents()
        let start = try since?.date(before: Date())
        let changes = contents.changes.filter { change in
            (guests.isEmpty || guests.contains { change.isMeant(by: $0) })
                && (!open || change.isUnsettled) && (start.map { change.time >= $0 } ?? true)
        }
        try Output.write(
            json
                ? try changes.map { try JSONText.line(LogJSON($0)) } : LogText.lines(changes))
        if changes.isEmpty, !json { Diagnostics.note("no such change is recorded") }
        JournalNotes.write(contents.skippedLines)
        if open, !changes.isEmpty { throw ExitCode(Outcome.unknown.exitStatus) }
    }
}

extension RecordedChange {
    /// Whether a name or a glob means the change's guest.
    fileprivate func isMeant(by text: String) -> Bool {
        let names = [guest, "\(source)/\(guest)"]
        return names.contains(text)
            || GuestPattern(text).isGlob && names.contains { GuestPattern.glob(text, matches: $0) }
    }
}
