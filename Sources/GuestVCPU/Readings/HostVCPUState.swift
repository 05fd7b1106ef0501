/// What a vCPU's thread is doing.
public enum HostVCPUState: String, Hashable, Sendable, CaseIterable {
    /// On a physical CPU, or waiting for one.
    case running
    /// Asleep, as a halted vCPU is.
    case blocked
    /// Plugged out, or stopped.
    case offline
    /// Not known.
    case unknown
}
