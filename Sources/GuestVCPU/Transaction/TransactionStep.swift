/// A step of a transaction, reported before it begins.
public enum TransactionStep: Hashable, Sendable {
    /// The guest is read before anything is sent.
    case reading
    /// These changes are sent.
    case sending([VCPUChange])
    /// The guest is read to see the result.
    case rereading
    /// These changes are sent to put back what was done.
    case undoing([VCPUChange])
}
