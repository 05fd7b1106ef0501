internal import ArgumentParser
internal import Dashboard
internal import FoundationEssentials
internal import Glibc
internal import GuestVCPU
internal import JSONForms
internal import Monitoring

/// The command `vcputop list`.
struct ListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", _superCommandName: Vcputop.name,
        abstract: "Read guests once and print what they say.",
        discussion: """
            A guest whose agent fails is a row with the reason, not an error. Where a vCPU is pinned, \
            the table has a column with the host CPUs that each guest's vCPUs are pinned to (PINNED). The exit status is \
            2 when a source could not be reached or a named guest is not there.
            """)

    @Argument(
        help: ArgumentHelp(
            """
            The guests to read, each a name, SOURCE/NAME, or a glob of either ('web*'), which never \
            means guests of other users; all when none is named.
            """, valueName: "GUEST"))
    var guests: [String] = []

    @OptionGroup var options: SourceOptions
    @OptionGroup var configured: ConfigOptions
    @OptionGroup var debug: DebugOptions

    @Option(
        help: ArgumentHelp(
            """
            Print only the guests that a filter lets through, in the language of the dashboard's \
            filter (see FILTER in the manual); 'marked' is for the dashboard alone. What is \
            measured (wait, use, cpu, need, spare) takes one --interval longer, and so do problem \
            and contradicted.
            """, valueName: "EXPR"))
    var filter: String?

    @Option(
        help: ArgumentHelp(
            """
            Order the guests as the dashboard's 's' does: numbers the largest first, but use the \
            smallest first. COLUMN is \(OptionValue.order.words ?? "").
            """, valueName: "COLUMN"))
    var sort: String?

    @Flag(
        help: """
            Measure for one --interval, and print what was measured in the table: how many \
            physical CPUs the guest used (CPUs), the part of the time that the vCPU that waited \
            most had to wait for a physical CPU (WAIT%), and the part of what its online vCPUs \
            could use that the guest used (USE%).
            """)
    var load = false

    @Option(
        help: ArgumentHelp(
            """
            What to print. csv is RFC 4180 with one row a vCPU. openmetrics is for scrapers of \
            OpenMetrics; prometheus is the same in the text format of Prometheus, which the \
            text-file collector of node_exporter and promtool read. (default: table)
            """, valueName: "FORMAT"))
    var format: ListFormat?

    @Flag(help: "The same as --format json: print one JSON object.")
    var json = false

    @Flag(
        help: """
            Go on reading and print again every interval: with --format json one object a line, \
            with csv the header once. The table then shows, from the second time on, the columns \
            of --load. A line before it says how full the host is: how \
            many of its CPUs are at work, and how many vCPUs there are for each. The first time \
            waits until each guest has answered or its time is up. Later ones wait for no guest: \
            one that has never answered is pending, and any other shows its last reading.
            """)
    var watch = false

    @Option(
        help: ArgumentHelp(
            """
            Write to a file and print nothing: it is written beside and renamed, so that a reader \
            never sees a part of it; with --watch it is replaced every interval. What is not a \
            regular file is not replaced.
            """, valueName: "FILE"))
    var output: String?

    func validate() throws {
        if json, let format, format != .json {
            throw ValidationError("--json and --format \(format.rawValue) are two formats")
        }
        guard !load || chosenFormat == .table else {
            throw ValidationError(
                "--load is for the table: \(chosenFormat.rawValue) has no columns for it")
        }
        guard output != "" else { throw ValidationError("--output names no file") }
    }

    /// How long a print of --watch waits for the hosts.
    private static let hostPatience = Duration.seconds(1)

    private var chosenFormat: ListFormat { format ?? (json ? .json : .table) }

    /// On the main actor, so that the work before the first exchange waits for no other thread.
    @MainActor func run() async throws {
        let format = chosenFormat
        Output.carriesData = format.isData || output != nil
        var query = try query()
        let options = try ChosenSources(configured.settings(options))
        let needs = query?.needs ?? []
        let isMeasured = load || needs.contains(.load)
        let recorder = try debug.openLog()
        let selection = GuestSelection(
            guests,
            of: GuestSources.make(
                options, access: .readOnly,
                stay: watch || needs.contains(.hostCPUs) ? .watching : .once,
                // The table has no column for it.
                pairing: format.isData || needs.contains(.contradictions), recorder: recorder))
        var pace = options.pace
        // Every guest is on this screen: from the start, and if it appears later.
        if watch { pace.hidden = pace.shown }
        // Each print, and each measurement, asks the hosts itself, when it is due.
        if watch || isMeasured { pace.host = .seconds(86_400) }
        let fleet = FleetMonitor(
            sources: selection.sources, pace: pace,
            readsPhysicalHosts: !format.isData || needs.contains(.hostCPUs))
        PoliteStop.begin(with: fleet)
        await fleet.start()
        var report = FleetReport(
            format, isContinued: watch && output == nil, isMeasured: watch || isMeasured)
        var snapshot =
            isMeasured
            ? await fleet.measured(
                over: options.interval.duration,
                findsContradictions: needs.contains(.contradictions))
            : await fleet.settled()
        var shown = query?.shown(in: snapshot) ?? snapshot
        try write(shown, of: snapshot, in: &report)
        if watch {
            var next = ContinuousClock.now
            while true {
                next = max(next + options.interval.duration, .now)
                try await Task.sleep(until: next, clock: .continuous)
                snapshot = await fleet.refreshed(
                    within: min(options.interval.duration, Self.hostPatience))
                shown = query?.shown(in: snapshot) ?? snapshot
                try write(shown, of: snapshot, in: &report)
            }
        }
        await fleet.stop()
        if !format.isData { say(snapshot, shown) }
        if let failure = selection.failure(in: snapshot, isLeftOutSaid: !format.isData) {
            throw failure
        }
    }

    /// The filter and the order; nil where neither is given.
    private func query() throws(CommandFailure) -> FleetQuery? {
        guard filter != nil || sort != nil else { return nil }
        do throws(FleetQueryProblem) {
            return try FleetQuery(filter: filter, sort: sort)
        } catch {
            throw CommandFailure(.usage, error.summary)
        }
    }

    /// Says on standard error what the table cannot show.
    ///
    /// - Parameter shown: The snapshot with the guests of the table alone.
    private func say(_ snapshot: FleetSnapshot, _ shown: FleetSnapshot) {
        if shown.guests.isEmpty, !snapshot.guests.isEmpty {
            Diagnostics.note("the filter lets through none of \(snapshot.guests.count) guests")
        }
        for trouble in FleetText.troubles(shown) { Diagnostics.note(trouble) }
        for source in snapshot.sources {
            if let note = source.note { Diagnostics.note("\(source.name): \(note)") }
            for guest in source.leftOut {
                Diagnostics.note(guest.summary)
                if let help = guest.help { Diagnostics.help(help) }
            }
        }
        if snapshot.guests.isEmpty, guests.isEmpty,
            snapshot.sources.allSatisfy({ $0.status == .ok })
        {
            Diagnostics.help(
                "name an agent's socket with --agent NAME=PATH, or try 'vcputop demo'")
        }
    }

    /// On the main actor, where waiting for a slow reader holds up no guest's exchange.
    @MainActor private func write(
        _ shown: FleetSnapshot, of snapshot: FleetSnapshot, in report: inout FleetReport
    ) throws {
        let hostLine = report.isContinued ? snapshot.fullnessText : nil
        let text = try report.text(of: shown, hostLine: hostLine, at: Date())
        if let output { return try ReplacedFile(path: output).replace(with: text) }
        do throws(OutputError) {
            try Output.write(text)
        } catch {
            // As pipes have programs end: `list --watch | head` would else fail each time.
            if watch, error.errno == EPIPE {
                signal(SIGPIPE, SIG_DFL)
                raise(SIGPIPE)
            }
            throw error
        }
    }
}

extension FleetQuery {
    /// The snapshot with the guests that are wanted alone, in order.
    fileprivate mutating func shown(in snapshot: FleetSnapshot) -> FleetSnapshot {
        FleetSnapshot(
            takenAt: snapshot.takenAt, sources: snapshot.sources, guests: select(snapshot),
            hosts: snapshot.hosts)
    }
}
