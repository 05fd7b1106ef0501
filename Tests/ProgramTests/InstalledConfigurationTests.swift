import Configuration
import LabSupport
import Terminal
import Testing

@testable import vcputop

/// The configuration file that the Debian package installs.
@Suite("The configuration file that is installed")
struct InstalledConfigurationTests {
    private static let standard = Settings(theme: ThemeName.standard.rawValue)

    private func text() throws -> String { try Repository.text(of: "Assets/config.yaml") }

    /// The text with every key set: prose has a blank and a letter after its `#`.
    private func uncommented() throws -> String {
        try text().split(separator: "\n", omittingEmptySubsequences: false).map { line in
            let isSetting = line.hasPrefix("#") && line.firstMatch(of: /^#( \S|$)/) == nil
            return isSetting ? String(line.dropFirst()) : String(line)
        }.joined(separator: "\n")
    }

    private func read(_ text: String) -> (settings: Settings, problems: [ConfigurationProblem]) {
        var settings = Self.standard
        let problems = SettingsReader.read(
            Array(text.utf8), path: "config.yaml", words: .program, into: &settings)
        return (settings, problems)
    }

    @Test("is valid and changes nothing")
    func neutral() throws {
        let (settings, problems) = read(try text())
        #expect(problems.isEmpty)
        #expect(settings == Self.standard)
    }

    @Test("names every key once, in the order of the manual")
    func complete() throws {
        let keys = try text().split(separator: "\n").compactMap { line in
            line.firstMatch(of: /^#([a-z-]+):/).map { String($0.1) }
        }
        #expect(keys == SettingKey.allCases.map(\.rawValue))
    }

    @Test("is valid with every key set, and shows the defaults but for the sources")
    func uncommentedFile() throws {
        let (settings, problems) = read(try uncommented())
        #expect(problems.isEmpty)
        // Each value comes from the file, so what is missing here was not set.
        let values = settings.lines.filter { $0.contains("config.yaml:") }
        #expect(values.count == SettingKey.allCases.count + 1, "'confirm' has two values")
        #expect(settings.sources.value.count == 3)
        var expected = Self.standard
        expected.sources = settings.sources
        #expect(Self.values(of: settings) == Self.values(of: expected))
    }

    /// The settings without where they come from.
    private static func values(of settings: Settings) -> [String] {
        settings.lines.map { line in
            String(line.prefix { $0 != "#" }).split(separator: " ").joined(separator: " ")
        }
    }

    @Test("names every theme")
    func themes() throws {
        let text = try text()
        for theme in ThemeName.allCases { #expect(text.contains(theme.rawValue)) }
    }
}
