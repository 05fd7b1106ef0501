/// Everything that can be configured, with where each value came from.
package struct Settings: Hashable, Sendable {
    /// The values that `interval` and `timeout` can have, in seconds.
    package static let secondsRange = 0.1...3_600.0

    /// How often the host is read, in seconds.
    package var interval = Setting(1.0)
    /// How long an agent may take to answer, in seconds.
    package var timeout = Setting(5.0)
    /// Where guests come from; none means every guest of this host.
    package var sources = Setting<[SourceSetting]>([])
    package var theme: Setting<String>
    package var ascii = Setting(false)
    package var mouse = Setting(false)
    package var readOnly = Setting(false)
    /// The columns of the list of guests; nil where the width of the screen decides.
    package var columns = Setting<[String]?>(nil)
    /// The order of the list of guests; nil for the dashboard's own.
    package var sort = Setting<String?>(nil)
    /// The filter that the dashboard begins with; empty for none.
    package var filter = Setting("")
    package var journal = Setting(JournalSetting.standard)
    /// The share of a guest's online vCPUs, 0 to 1: to take more than that offline is a large change.
    package var confirmShare = Setting(0.5)
    /// A change of more guests than that is large.
    package var confirmGuests = Setting(4)

    /// The values that are in force where nothing is configured.
    ///
    /// - Parameter theme: The theme's name.
    package init(theme: String) {
        self.theme = Setting(theme)
    }
}

/// A value, and where it came from.
///
/// The type asks nothing of the value: Swift would search all its conformances at run time for each
/// type of value, at each start of the program.
package struct Setting<Value: Sendable>: Sendable {
    package var value: Value
    package var origin: SettingOrigin

    package init(_ value: Value, _ origin: SettingOrigin = .standard) {
        self.value = value
        self.origin = origin
    }

    /// Replaces the value with one of the command line, where there is one.
    package mutating func override(with value: Value?, option: String) {
        if let value { self = Setting(value, .commandLine(option)) }
    }
}

extension Setting: Equatable where Value: Equatable {}
extension Setting: Hashable where Value: Hashable {}

/// Where a value came from.
package enum SettingOrigin: Hashable, Sendable {
    /// Nothing says otherwise.
    case standard
    case file(String, line: Int)
    /// An option of the command line.
    case commandLine(String)

    /// The origin in words.
    package var words: String {
        switch self {
        case .standard: "default"
        case .file(let path, let line): "\(path):\(line)"
        case .commandLine(let option): "command line (\(option))"
        }
    }
}

/// A source of guests.
package enum SourceSetting: Hashable, Sendable {
    /// A libvirt connection.
    case connect(String)
    /// An agent's socket, the guest's name, and its QMP socket if there is one.
    case agent(String, name: String, qmp: String?)
}

/// Whether changes are recorded, and where.
package enum JournalSetting: Hashable, Sendable {
    case off
    /// In the standard folder.
    case standard
    /// In the folder with this path.
    case folder(String)
}
