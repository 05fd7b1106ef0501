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
        try read(overrides).settings
    }

    /// The same, with the files.
    func read(_ overrides: any SettingOverrides...) throws(CommandFailure) -> ConfiguredSettings {
        try read(overrides)
    }

    private func read(
        _ overrides: [any SettingOverrides]
    ) throws(CommandFailure) -> ConfiguredSettings {
        var configured = try ConfiguredSettings(file: config)
        for group in overrides { group.override(&configured.settings) }
        return configured
    }
}
