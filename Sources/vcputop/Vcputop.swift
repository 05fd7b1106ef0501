internal import ArgumentParser

/// The program's root: which commands there are.
struct Vcputop: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: name,
        abstract: "Show and change which CPUs the guests of this host use.",
        usage: """
            vcputop [<options of the dashboard>]
            vcputop <subcommand> [<options>]
            """,
        discussion: """
            Without a command it shows the dashboard of the guests that the options name, or of \
            every guest found on this host where they name none. Options may stand before the \
            command as well as after it.
            A vCPU that is taken offline stays plugged: its guest merely stops using it.

            Exit status: 0 done or already so, 1 the guest is as before, 2 the guest could not \
            be read, 3 the change is partial or its outcome unknown, 64 wrong usage, 69 a \
            terminal that cannot show the dashboard, 73 a debug log that cannot be opened, 74 \
            output that could not be written, 78 a configuration file with an error.
            """,
        version: release,
        subcommands: [
            DashboardCommand.self, ListCommand.self, SetCommand.self, RevertCommand.self,
            LogCommand.self, DoctorCommand.self,
            ConfigCommand.self,
            DemoCommand.self,
            ManualCommand.self,
        ],
        defaultSubcommand: DashboardCommand.self)

    /// The program's name.
    static let name = "vcputop"
    /// The program's name and number.
    static let release = "\(name) \(Release.number)"
    /// What runs when no command is named.
    static let standardCommand = DashboardCommand.configuration.commandName
}
