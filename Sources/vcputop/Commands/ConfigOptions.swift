internal import ArgumentParser
internal import Configuration

/// Which configuration is read.
struct ConfigOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Read this configuration file alone, and not those of the system and of the user.",
            valueName: "FILE"))
    var config: String?

    func validate() throws {
        if config == "" { throw ValidationError("--config names no file") }
    }

    /// The settings of the files, with what the command line says over them.
    func settings(_ overrides: any SettingOverrides...) throws(CommandFailure) -> Settings {
        var settings = try ConfiguredSettings(file: config).settings
        for group in overrides { group.override(&settings) }
        return settings
    }
}
