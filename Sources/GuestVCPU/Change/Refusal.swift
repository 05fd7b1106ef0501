/// One reason why a request is not carried out.
public struct Refusal: Hashable, Sendable {
    /// The reason.
    public enum Code: String, Hashable, Sendable, CaseIterable {
        /// The guest has no such vCPU.
        case missing
        /// The guest cannot take it offline.
        case notOfflinable
        /// No vCPU would be left online.
        case lastOnline
        /// Its state is not what the reviewed reading showed.
        case changed
        /// The guest was rebooted since the reviewed reading, so its ids may mean other vCPUs.
        case rebooted
        /// The agent cannot change states.
        case cannotSet
        /// The connection may only read.
        case readOnly
        /// The guest cannot have the number of online vCPUs that was asked for.
        case impossibleCount
        /// The change could not be recorded in the journal.
        case notRecorded
    }

    /// The vCPU, or nil where the reason is the guest's as a whole.
    public let vcpu: Int?
    /// The reason.
    public let code: Code

    /// Creates a reason.
    public init(vcpu: Int?, code: Code) {
        self.vcpu = vcpu
        self.code = code
    }
}
