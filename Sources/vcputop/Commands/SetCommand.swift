internal import ArgumentParser
internal import Dashboard
internal import GuestVCPU
internal import JSONForms

/// The command `vcputop set`.
struct SetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", _superCommandName: Vcputop.name,
        abstract: "Bring vCPUs of guests online and take others offline, as one change a guest.",
        discussion: """
            LIST is written as libvirt writes it: 0-3,8,^2. The change is sent to the guest's \
            agent in one call, the guest is read again, and what it says then is the outcome. \
            When a part fails, what was done is undone; with --keep-going it is kept.

            GUEST is a name, SOURCE/NAME, or a glob of either ('web*'), which never means guests \
            of other users. One guest that is named is changed at once. Where a glob, a \
            filter, several guests or --from are given, the plan is shown and confirmed first; without a \
            terminal that takes --yes. Each guest is a change of its own, 8 at once, and a guest \
            that fails stops no other; the exit status is the worst of all.
            """)

    @Argument(help: ArgumentHelp("The guests to change.", valueName: "GUEST"))
    var guests: [String] = []

    @OptionGroup var options: SourceOptions
    @OptionGroup var configured: ConfigOptions
    @OptionGroup var debug: DebugOptions
    @OptionGroup var recording: JournalOptions

    @Option(
        help: ArgumentHelp(
            "The vCPUs to bring online; 'all' for every one that the guest has.",
            valueName: "LIST"))
    var online: String?

    @Option(help: ArgumentHelp("The vCPUs to take offline.", valueName: "LIST"))
    var offline: String?

    @Option(
        help: ArgumentHelp(
            """
            How many vCPUs are to be online, \(OptionValue.words(of: "--count")): the highest that \
            can go offline go first, the lowest come first.
            """, valueName: "N"))
    var count: Int?

    @Option(
        help: ArgumentHelp(
            """
            Read guests and lists from a file, one JSON object a line, or from standard input \
            (-): {"guest": "web1", "online": "2", "offline": "5-7"}; also "online": "all" and \
            "count": 4.
            """, valueName: "FILE"))
    var from: String?

    @Option(
        help: ArgumentHelp(
            """
            Only guests of which this holds, in the language of the dashboard's filter: \
            'state=running offline>0'. Without GUEST, of all guests.
            """, valueName: "EXPR"))
    var filter: String?

    @Flag(help: "Say what would be sent, and send nothing.")
    var dryRun = false

    @Flag(help: "Skip a vCPU that fails and keep what worked, instead of undoing it.")
    var keepGoing = false

    @Flag(help: "Change many guests without asking first.")
    var yes = false

    @Flag(help: "Print one JSON object; of many guests one a line, each as it ends.")
    var json = false

    func run() async throws {
        Output.carriesData = json
        let order = try await SetOrder(self)
        let settings = try configured.settings(options, recording)
        let options = try ChosenSources(settings)
        let recorder = try debug.openLog()
        let hold = ChangeHold()
        let journal = ChangeTrail.journal(settings)
        let run = SetRun(
            timeout: options.timeout.duration, policy: keepGoing ? .keepGoing : .rollBack,
            isDryRun: dryRun, hold: hold, journal: journal)
        let unsettled = UnsettledChanges(in: journal, writes: !dryRun)
        let report = await SetReport(isJSON: json, isDryRun: dryRun)
        let sources = GuestSources.make(
            options, access: .ofChange(settings), stay: .changing,
            readsHostCPUs: order.needs.contains(.hostCPUs), recorder: recorder)
        let selection = try await SetSelection.make(
            order.content, of: sources, timeout: options.openingPatience, pace: options.pace, hold)
        await unsettled.settle(
            selection.listed, changing: Set(selection.targets.compactMap(\.id)),
            timeout: options.timeout.duration, hold)
        try await order.carryOut(selection, run, report)
        let status = await report.status
        throw ExitCode(hold.signal.map { 128 + $0 } ?? status)
    }
}
