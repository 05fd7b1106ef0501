internal import ArgumentParser
internal import CanvasKit
internal import Dashboard
internal import Glibc
internal import GuestVCPU
internal import JSONForms
internal import Monitoring

/// The command `vcputop doctor`.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", _superCommandName: Vcputop.name,
        abstract: "Find out what keeps guests from being read, and what to do about it.",
        discussion: """
            It walks from here to each guest's vCPUs: \
            \(GuestCheck.allCases.map(\.rawValue).joined(separator: ", ")). It names the first thing \
            that is wrong, with what to type against it, and changes nothing. The exit status is 1 \
            when a check failed, and 2 when a guest that is named cannot be found.
            """)

    @Argument(
        help: ArgumentHelp(
            """
            The guests to look at, each a name, SOURCE/NAME, or a glob of either ('web*'); all when \
            none is named, and the sources that do not answer.
            """, valueName: "GUEST"))
    var guests: [String] = []

    @OptionGroup var options: SourceOptions
    @OptionGroup var configured: ConfigOptions
    @OptionGroup var debug: DebugOptions

    @Flag(help: "Print one JSON object a guest, each on a line.")
    var json = false

    func run() async throws {
        Output.carriesData = json
        let options = try ChosenSources(configured.settings(options))
        let recorder = try debug.openLog()
        let selection = GuestSelection(
            guests,
            of: GuestSources.make(options, access: .readOnly, stay: .once, recorder: recorder))
        let fleet = FleetMonitor(sources: selection.sources, pace: options.pace)
        PoliteStop.begin(with: fleet)
        await fleet.start()
        let snapshot = await fleet.settled()
        let round = await DoctorRound(snapshot, selection, Doctor(fleet: fleet))
        await fleet.stop()
        try Output.write(
            json
                ? try round.diagnoses.map { try JSONText.line(DiagnosisJSON($0)) }
                : DoctorText.lines(round.diagnoses))
        if !json, round.diagnoses.isEmpty {
            for note in snapshot.sources.compactMap(\.note) { Diagnostics.note(note) }
            if guests.isEmpty { Diagnostics.note("no guest was found") }
        }
        for failure in round.ignoredFailures { Diagnostics.note(failure) }
        if !round.misses.isEmpty {
            throw CommandFailure(
                exitStatus: CommandFailure.Kind.unreachable.rawValue, round.misses,
                help: "a guest is listed while it runs: see 'virsh list --all' or 'pgrep -af qemu'"
            )
        }
        if round.diagnoses.contains(where: { $0.verdict == .fail }) { throw ExitCode(1) }
    }
}
