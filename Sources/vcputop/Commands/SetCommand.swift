internal import ArgumentParser
internal import GuestVCPU

/// The command `vcputop set`.
struct SetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Bring vCPUs of one guest online and take others offline, as one change.",
        discussion: """
            LIST is written as libvirt writes it: 0-3,8,^2. The change is sent to the guest's \
            agent in one call, the guest is read again, and what it says then is the outcome. \
            When a part fails, what was done is undone; with --keep-going it is kept.
            """)

    @Argument(help: ArgumentHelp("The guest to change.", valueName: "GUEST"))
    var guest: String

    @OptionGroup var options: SourceOptions

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
        let request = try request()
        let sources = GuestSources.make(options, access: .readWrite, stay: .once)
        let interrupts = Interrupts()
        let result: TransactionResult
        do throws(GuestLookupError) {
            let found = try await GuestLookup.find(
                guest, in: sources, timeout: options.timeout.duration)
            result = await change(found, by: request, interrupts)
        } catch {
            result = TransactionResult(
                request: request, outcome: .unreachable,
                failures: [TransactionFailure(vcpu: nil, cause: .agent(error.agentError))])
        }
        let text = TransactionText(guest: guest, result: result)
        if json {
            let object = TransactionJSON(guest: guest, result: result, isDryRun: dryRun)
            Output.write([try JSONText.line(object)])
        } else {
            Output.write([text.line])
        }
        if let failure = text.failure { Diagnostics.write(failure) }
        throw ExitCode(interrupts.first.map { 128 + $0 } ?? result.outcome.exitStatus)
    }

    private func change(
        _ guest: Guest, by request: ChangeRequest, _ interrupts: Interrupts
    ) async -> TransactionResult {
        guard let writer = guest.writer else {
            return TransactionResult(
                request: request, outcome: .refused,
                reasons: [Refusal(vcpu: nil, code: .readOnly)])
        }
        interrupts.begin {
            Diagnostics.note(
                "interrupted: the change of '\(guest.id.name)' is finished or undone first; "
                    + "interrupt again to end at once")
        }
        let runner = TransactionRunner(writer: writer, timeout: options.timeout.duration)
        return await runner.run(
            request, policy: keepGoing ? .keepGoing : .rollBack, isDryRun: dryRun)
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
                .usage, "\(option): \(CPUListText.summary(error))", help: CPUListText.help(error))
        }
        guard !map.isEmpty else {
            throw CommandFailure(.usage, "\(option): the list '\(list)' names no vCPU")
        }
        return map
    }
}
