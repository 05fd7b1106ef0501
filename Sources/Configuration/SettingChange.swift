internal import SafeText

/// A setting that gets another value in a configuration file.
package struct SettingChange: Hashable, Sendable {
    package let key: SettingKey
    /// The value as the file has it.
    let yaml: String

    private init(_ key: SettingKey, _ yaml: String) {
        self.key = key
        self.yaml = yaml
    }

    /// How often the host is read, in seconds.
    package static func interval(_ seconds: Double) -> Self { Self(.interval, seconds.shortText) }

    /// Whether to use the mouse.
    package static func mouse(_ isUsed: Bool) -> Self { Self(.mouse, "\(isUsed)") }

    /// The columns of the list of guests; nil where the width of the screen decides.
    package static func columns(_ names: [String]?) -> Self { Self(.columns, names.yamlList) }

    /// The order of the list of guests; nil for the dashboard's own.
    package static func sort(_ order: String?) -> Self {
        Self(.sort, order?.yamlText ?? String.yamlAuto)
    }

    /// The filter; empty for none.
    package static func filter(_ text: String) -> Self { Self(.filter, text.yamlText) }
}
