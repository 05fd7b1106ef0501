/// The state of one vCPU as its guest sees it.
public enum VCPUState: Hashable, Sendable {
    /// The guest has no such vCPU.
    case missing
    /// The guest schedules on it.
    case online
    /// The guest has it, and does not schedule on it.
    case offline
}
