internal import ArgumentParser
internal import GuestVCPU
internal import JSONForms

/// The command `vcputop set`.
struct SetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", _superCommandName: Vcputop.name,
        abstract: "Bring vCPUs of one guest online and take others offline, as one change.",
        discussion: """
            LIST is written as libvirt writes it: 0-3,8,^2. The change is sent to the guest's \
            agent in one call, the guest is read again, and what it says then is the outcome. \
            When a part fails, what was done is undone; with --keep-going it is kept.
            """)

    @Argument(help: ArgumentHelp("The guest to change.", valueName: "GUEST"))
    var guest: String

    @OptionGroup var options: SourceOptions
    @OptionGroup var debug: DebugOptions

    @Option(help: ArgumentHelp("The vCPUs to bring online.", valueName: "LIST"))
    var online: String?

    @Option(help: ArgumentHelp("The vCPUs to take offline.", valueName: "LIST"))
    var offline: String?

    @Flag(help: "Say what would be sent, and send nothing.")
    var dryRun = false

    @Flag(help: "Skip a vCPU that fails and keep what worked, instead of undoing it.")
    var keepGoing = false

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() async throws {
        Output.carriesData = json
        let request = try request()
        let recorder = try debug.openLog()
        let hold = ChangeHold(of: guest)
        let result = await change(by: request, hold, recorder)
        let text = TransactionText(guest: guest, result: result)
        let line =
            json
            ? try JSONText.line(TransactionJSON(guest: guest, result: result, isDryRun: dryRun))
            : text.line
        OutcomeReport.write(line, text.failure)
        throw ExitCode(hold.signal.map { 128 + $0 } ?? result.outcome.exitStatus)
    }

    private func change(
        by request: ChangeRequest, _ hold: ChangeHold, _ recorder: WireRecorder?
    ) async -> TransactionResult {
        let sources = GuestSources.make(
            options, access: .readWrite, stay: .changing, recorder: recorder)
        let lookup = Task { () -> Result<Guest, GuestLookupError> in
            do throws(GuestLookupError) {
                return .success(
                    // A source that does not open in time says so itself.
                    try await GuestLookup.find(
                        guest, in: sources, timeout: options.openingPatience + .seconds(2)))
            } catch {
                return .failure(error)
            }
        }
        hold.whenInterrupted { lookup.cancel() }
        switch await lookup.value {
        case .success(let found):
            return await change(found, by: request, hold)
        case .failure(let error):
            let cause: TransactionFailure.Cause =
                hold.interruption.isRequested ? .interrupted : .agent(error.agentError)
            return TransactionResult(
                request: request, outcome: .unreachable,
                failures: [TransactionFailure(vcpu: nil, cause: cause)])
        }
    }

    private func change(
        _ guest: Guest, by request: ChangeRequest, _ hold: ChangeHold
    ) async -> TransactionResult {
        guard let writer = guest.writer else {
            return TransactionResult(
                request: request, outcome: .refused,
                reasons: [Refusal(vcpu: nil, code: .readOnly)])
        }
        let runner = TransactionRunner(writer: writer, timeout: options.timeout.duration)
        return await runner.run(
            request, policy: keepGoing ? .keepGoing : .rollBack, isDryRun: dryRun,
            interruption: hold.interruption, follow: { hold.follow($0) })
    }

    private func request() throws(CommandFailure) -> ChangeRequest {
        let online = try map(self.online, option: "--online")
        let offline = try map(self.offline, option: "--offline")
        do throws(ChangeRequestError) {
            return try ChangeRequest(online: online, offline: offline)
        } catch {
            switch error {
            case .overlap(let map):
                throw CommandFailure(
                    .usage, "--online and --offline both name \(map)",
                    help: "name each vCPU in one of the lists")
            case .empty, .outOfRange:
                throw CommandFailure(
                    .usage, "no vCPU is named",
                    help: "name some with --online LIST or --offline LIST")
            }
        }
    }

    private func map(_ list: String?, option: String) throws(CommandFailure) -> CPUMap {
        guard let list else { return [] }
        let map: CPUMap
        do throws(CPUListError) {
            map = try CPUMap(list: list)
        } catch {
            throw CommandFailure(
                .usage, "\(option): \(error)", help: CPUListText.help(error))
        }
        guard !map.isEmpty else {
            throw CommandFailure(.usage, "\(option): the list '\(list)' names no vCPU")
        }
        return map
    }
}
