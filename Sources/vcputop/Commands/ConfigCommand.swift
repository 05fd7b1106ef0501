internal import ArgumentParser
internal import Configuration
internal import Glibc

/// The command `vcputop config`.
struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", _superCommandName: Vcputop.name,
        abstract: "Print what is configured, and where each value came from.",
        discussion: """
            The output is a configuration file: with the values that are in force, those of the \
            command line included, and with their origins as comments.
            """)

    @OptionGroup var options: SourceOptions
    @OptionGroup var configured: ConfigOptions
    @OptionGroup var look: LookOptions
    @OptionGroup var access: AccessOptions
    @OptionGroup var recording: JournalOptions

    func run() throws {
        let configured = try configured.read(options, look, access, recording)
        var lines = configured.files.map { file in
            "# \(file.path): \(file.bytes == nil ? "there is no such file" : "read")"
        }
        if !Look(configured.settings).usesColors {
            lines.append("# NO_COLOR is set: no colours are used")
        }
        var settings = configured.settings
        settings.sources.value = settings.sources.value.map(\.withAbsolutePaths)
        try Output.write(lines + settings.lines)
    }
}

extension SourceSetting {
    /// The source as a file names it: with absolute paths.
    fileprivate var withAbsolutePaths: SourceSetting {
        switch self {
        case .connect: self
        case .agent(let path, let name, let monitor):
            .agent(Self.absolute(path), name: name, qmp: monitor.map(Self.absolute))
        }
    }

    private static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let folder = getcwd(nil, 0) else { return path }
        defer { free(folder) }
        return "\(String(cString: folder))/\(path)"
    }
}
