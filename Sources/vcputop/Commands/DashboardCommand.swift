internal import ArgumentParser
internal import Configuration
internal import Dashboard
internal import Glibc
internal import GuestVCPU
internal import Journal
internal import Monitoring
internal import Terminal

/// The dashboard, which is what runs when no command is named.
struct DashboardCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dashboard", _superCommandName: Vcputop.name,
        abstract: "Show the guests live; mark vCPUs, review, and send (the default).",
        discussion: "In the dashboard, ? shows the keys.")

    @OptionGroup var options: SourceOptions
    @OptionGroup var configured: ConfigOptions
    @OptionGroup var look: LookOptions
    @OptionGroup var debug: DebugOptions
    @OptionGroup var access: AccessOptions

    func run() async throws {
        let configured = try configured.read(options, look, access)
        let settings = configured.settings
        let options = try ChosenSources(settings)
        let view = try StartView(settings)
        let recorder = try debug.openLog()
        let sources = GuestSources.make(
            options, access: GuestSources.Access(settings), stay: .watching,
            recorder: recorder)
        try await Self.show(
            FleetMonitor(sources: sources, pace: options.pace, readsPhysicalHosts: true),
            Options(
                isReadOnly: settings.readOnly.value, interval: options.interval.duration,
                search: SearchHelp(options), view: view,
                confirmation: ConfirmationLimits(
                    share: settings.confirmShare.value, guests: settings.confirmGuests.value)),
            look: Look(settings), journal: ChangeTrail.journal(settings),
            configuration: configured.ownFile.map(SavedConfiguration.init))
    }

    /// Shows a fleet until the user quits.
    ///
    /// - Parameters:
    ///   - journal: Where changes are recorded; nil for no record.
    ///   - configuration: Where the user's choices are saved; nil where they are not.
    /// - Throws: `CommandFailure` when the terminal cannot show it; the exit status of the
    ///   signal that ended it.
    static func show(
        _ fleet: FleetMonitor, _ options: Options, look: Look, journal: Journal? = nil,
        configuration: SavedConfiguration? = nil
    ) async throws {
        let session: DashboardSession
        do throws(TerminalError) {
            session = try await DashboardSession(
                fleet: fleet, options: options, look: look, journal: journal,
                configuration: configuration)
        } catch {
            throw CommandFailure(error)
        }
        if let signal = await session.run() { throw ExitCode(128 + signal) }
    }
}

extension CommandFailure {
    /// Why the dashboard cannot be shown, in words.
    fileprivate init(_ error: TerminalError) {
        let help = "'vcputop list' prints the same for any terminal or program"
        switch error {
        case .notATerminal:
            self.init(.terminal, "standard input and output are not a terminal", help: help)
        case .unknownTerminal(""):
            self.init(.terminal, "TERM is not set", help: help)
        case .unknownTerminal(let name):
            self.init(.terminal, "the terminal '\(name)' (TERM) is not known here", help: help)
        case .cannotMoveCursor(let name):
            self.init(
                .terminal, "the terminal '\(name)' (TERM) cannot move its cursor", help: help)
        case .cannotStart:
            self.init(.terminal, "the terminal cannot be set up", help: help)
        }
    }
}
