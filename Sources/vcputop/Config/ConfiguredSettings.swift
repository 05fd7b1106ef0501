internal import Configuration
internal import Dashboard
internal import Terminal

/// The settings that are in force, and the files that were looked for.
struct ConfiguredSettings {
    var settings = Settings.standard
    private(set) var files: [ConfigurationFile] = []
    /// The path of the user's own file, which may be missing; nil where the user has no home.
    let ownFile: String?

    /// The most problems that are printed.
    private static let most = 20

    /// Reads the configuration.
    ///
    /// - Parameter path: The only file; nil for the standard ones, each of which may be missing.
    /// - Throws: `CommandFailure` with status 78, with each thing that is wrong with a file.
    init(file path: String?) throws(CommandFailure) {
        let paths = path.map { [$0] } ?? ConfigurationFile.standardPaths
        ownFile = path ?? paths.dropFirst().last
        for path in paths {
            files.append(try ConfigurationFile(reading: path))
        }
        if let path, files.contains(where: { $0.bytes == nil }) {
            throw ConfigurationFile.failure(path, "there is no such file")
        }
        var messages: [String] = []
        for file in files {
            guard let bytes = file.bytes else { continue }
            let problems = SettingsReader.read(
                bytes, path: file.path, words: .program, into: &settings)
            messages += problems.map { "\(file.path):\($0.line): \($0.message)" }
        }
        guard messages.isEmpty else {
            throw CommandFailure(
                exitStatus: CommandFailure.Kind.configuration.rawValue,
                Array(messages.prefix(Self.most)),
                note: messages.count > Self.most
                    ? "\(messages.count - Self.most) more problems are not shown" : nil,
                help: "'man vcputop-config' lists the keys")
        }
    }
}

extension Settings {
    /// What is in force where nothing is configured.
    static let standard = Settings(theme: ThemeName.standard.rawValue)
}

extension SettingVocabulary {
    /// The words of this program.
    static var program: SettingVocabulary {
        SettingVocabulary(
            themes: ThemeName.allCases.map(\.rawValue), columns: StartView.columnNames,
            sortProblem: { problem(sort: $0, filter: "") },
            filterProblem: { problem(sort: nil, filter: $0) })
    }

    private static func problem(sort: String?, filter: String) -> String? {
        do throws(FleetQueryProblem) {
            _ = try StartView(columns: nil, sort: sort, filter: filter)
            return nil
        } catch {
            return error.summary
        }
    }
}

extension StartView {
    /// What the settings say.
    init(_ settings: Settings) throws(CommandFailure) {
        do throws(FleetQueryProblem) {
            try self.init(
                columns: settings.columns.value, sort: settings.sort.value,
                filter: settings.filter.value)
        } catch {
            throw CommandFailure(.configuration, error.summary)
        }
    }
}
