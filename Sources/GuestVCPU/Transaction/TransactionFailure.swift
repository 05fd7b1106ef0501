/// Something that went wrong on the way.
public struct TransactionFailure: Hashable, Sendable {
    /// What went wrong.
    public enum Cause: Hashable, Sendable {
        /// The agent's error, or the line's.
        case agent(AgentError)
        /// The agent returned a count that cannot be.
        case wrongCount(Int64, of: Int)
        /// The agent reported success, and the guest is not as asked.
        case notDone
        /// The deadline of the whole transaction passed.
        case outOfTime
        /// An interruption came before anything was sent.
        case interrupted
        /// The guest was rebooted after something was sent, so its ids may mean other vCPUs.
        case rebooted
        /// The change could not be recorded, for the reason given, and nothing was sent.
        case notRecorded(String)
    }

    /// The vCPU to blame, or nil where no single one is.
    public let vcpu: Int?
    /// What went wrong.
    public let cause: Cause

    /// Creates a failure.
    public init(vcpu: Int?, cause: Cause) {
        self.vcpu = vcpu
        self.cause = cause
    }
}
