/// What a virtual machine as a whole is doing.
public enum RunState: String, Hashable, Sendable, CaseIterable {
    /// Its vCPUs run.
    case running
    /// Stopped for a while; its agent cannot answer.
    case paused
    /// Suspended by the guest itself.
    case suspended
    /// Being shut down, or shut off.
    case shutdown
    /// Crashed.
    case crashed
    /// Not known.
    case unknown
}
