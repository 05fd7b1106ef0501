internal import SafeText

/// Whether a change can be asked of an agent.
public enum SetSupport: Hashable, Sendable {
    /// It has the command, enabled.
    case available
    /// It has no such command.
    case absent
    /// The guest's administrator has disabled the command.
    case disabled
    /// The connection may only read.
    case readOnly
    /// It does not say; only trying tells.
    case unknown
}
