internal import SafeText

/// What an agent says of itself.
///
/// - Source: qemu/qga/qapi-schema.json, `GuestAgentInfo` (since 0.15).
public struct AgentInfo: Hashable, Sendable {
    /// The agent's version, bounded and printable; nil where it does not say.
    public var version: String?
    /// The commands that exist, at most 1,024, and whether each is enabled.
    public var commands: [String: Bool]

    /// Creates what an agent could say.
    public init(version: String?, commands: [String: Bool]) {
        self.version = version
        self.commands = commands
    }

    static let maximumCommands = 1024
    static let maximumVersionLength = 64
}
