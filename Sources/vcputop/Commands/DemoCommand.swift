internal import ArgumentParser
internal import Dashboard
internal import Glibc
internal import GuestVCPU
internal import Monitoring
internal import QEMUHost
internal import Simulation

/// The command `vcputop demo`.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", _superCommandName: Vcputop.name,
        abstract: "Show the dashboard on a simulated fleet.",
        discussion: """
            The guests are simulated; their agents answer on real sockets, in a directory that \
            only you can read, so that a second vcputop can read and change them meanwhile. \
            A line tells the story of the guest under the cursor; with 60 guests there is one for \
            every status that an agent can have.
            """)

    @Option(
        help: ArgumentHelp("How many guests, \(OptionValue.words(of: "--guests")).", valueName: "N")
    )
    var guests = 24

    @Option(
        help: ArgumentHelp(
            "How many vCPUs an ordinary guest has, \(OptionValue.words(of: "--vcpus")).",
            valueName: "N"))
    var vcpus = 8

    @Flag(help: "Change nothing: the part that could change a guest is not made.")
    var readOnly = false

    @OptionGroup var configured: ConfigOptions
    @OptionGroup var look: LookOptions
    @OptionGroup var debug: DebugOptions

    @Flag(help: "Show no dashboard; print each agent's NAME=PATH and serve until interrupted.")
    var serve = false

    func validate() throws {
        for (option, number) in [("--guests", guests), ("--vcpus", vcpus)] {
            if let problem = OptionValue.all[option]?.problem("\(number)", of: option) {
                throw ValidationError(problem)
            }
        }
    }

    func run() async throws {
        let look = Look(try configured.settings(look))
        let recorder = try debug.openLog()
        let fleet: SimulatedFleet
        do throws(SimulationError) {
            fleet = try await SimulatedFleet.start(guests: guests, vcpus: vcpus) { name, path in
                let guest = AgentSocketSource(
                    guestName: name, agentPath: path, isReadOnly: readOnly, recorder: recorder
                ).guest
                return (guest.reader, guest.writer)
            }
        } catch {
            throw CommandFailure(error)
        }
        do {
            if serve {
                try await serve(fleet)
            } else {
                let pace = PollPace()
                try await DashboardCommand.show(
                    FleetMonitor(sources: [fleet], pace: pace, readsPhysicalHosts: true),
                    Options(
                        title: "demo", isReadOnly: readOnly, interval: pace.host,
                        stories: fleet.stories),
                    look: look)
            }
        } catch {
            await fleet.stop()
            throw error
        }
        await fleet.stop()
    }

    private func serve(_ fleet: SimulatedFleet) async throws {
        let interrupts = Interrupts()
        try Output.write(fleet.socketPaths)
        let (signals, continuation) = AsyncStream<Int32>.makeStream()
        interrupts.begin { number in
            continuation.yield(number)
            continuation.finish()
        }
        for await number in signals { throw ExitCode(128 + number) }
    }
}

extension CommandFailure {
    /// Why the fleet could not start, in words.
    fileprivate init(_ error: SimulationError) {
        switch error {
        case .tooManyGuests(let count, let limit):
            self.init(
                .usage, "\(count) guests are too many: no more than \(limit) sockets can be open",
                help: "raise the limit of open files, or ask for fewer guests")
        case .noDirectory(let error):
            self.init(.unreachable, "there is no place for the agents' sockets: \(error)")
        case .noSocket(let path, let error):
            self.init(.unreachable, "cannot make the socket '\(path)': \(error)")
        }
    }
}
