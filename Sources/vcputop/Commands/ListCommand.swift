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

    @Argument(help: ArgumentHelp("The guests to read; all when none is named.", valueName: "GUEST"))
    var guests: [String] = []

    @OptionGroup var options: SourceOptions
    @OptionGroup var debug: DebugOptions

    @Flag(help: "Print one JSON object.")
    var json = false

    @Flag(
        help: """
            Go on reading and print again every interval; with --json one object a line. The table \
            then shows, from the second time on, the part of the time that the vCPU that waited \
            most had to wait for a physical CPU (WAIT%), and the part of what its online vCPUs \
            could use that the guest used (USE%). A line before it says how full the host is: how \
            many of its CPUs are at work, and how many vCPUs there are for each.
            """)
    var watch = false

    func run() async throws {
        Output.carriesData = json
        let recorder = try debug.openLog()
        let selection = GuestSelection(
            guests,
            of: GuestSources.make(
                options, access: .readOnly, stay: watch ? .watching : .once,
                // The table has no column for it.
                pairing: json, recorder: recorder))
        var pace = options.pace
        // Every guest is on this screen: from the start, and if it appears later.
        if watch {
            pace.hidden = pace.shown
            // Each print asks the hosts itself, when it is due.
            pace.host = .seconds(86_400)
        }
        let fleet = FleetMonitor(
            sources: selection.sources, pace: pace, readsPhysicalHosts: !json)
        PoliteStop.begin(with: fleet)
        await fleet.start()
        var snapshot = await fleet.settled()
        try await write(snapshot)
        if watch {
            var next = ContinuousClock.now
            while true {
                next = max(next + options.interval.duration, .now)
                try await Task.sleep(until: next, clock: .continuous)
                snapshot = await fleet.settled()
                try await write(snapshot)
            }
        }
        await fleet.stop()
        if !json { say(snapshot) }
        if let failure = selection.failure(in: snapshot, isLeftOutSaid: !json) { throw failure }
    }

    /// Says on standard error what the table cannot show.
    private func say(_ snapshot: FleetSnapshot) {
        for trouble in FleetText.troubles(snapshot) { Diagnostics.note(trouble) }
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
    @MainActor private func write(_ snapshot: FleetSnapshot) throws {
        let now = Date()
        let lines: [String] =
            if json {
                [try JSONText.line(FleetJSON(snapshot, time: now))]
            } else if watch {
                [JSONText.time(now)] + (snapshot.fullnessText.map { [$0] } ?? [])
                    + FleetText.lines(snapshot, isMeasured: true) + [""]
            } else {
                FleetText.lines(snapshot, isMeasured: false)
            }
        do throws(OutputError) {
            try Output.write(lines)
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
