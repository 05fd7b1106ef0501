/// The outcome of a transaction; decided by re-reading the guest, never by a return value.
public enum Outcome: String, Hashable, Sendable, CaseIterable {
    /// Every named vCPU is as asked.
    case committed
    /// It was already so; nothing was sent.
    case unchanged
    /// A dry run: nothing was sent, and `ChangePlan` says what would be.
    case planned
    /// Nothing was sent, for reasons known beforehand.
    case refused
    /// Changed by another client since it was reviewed; nothing was sent.
    case conflict
    /// As before; the guest or its agent did not do it.
    case failed
    /// As before; a part had been done and was undone.
    case rolledBack
    /// Could not be found or read; nothing was sent.
    case unreachable
    /// Between; the last reading says exactly how.
    case partial
    /// Cannot be read; the change may still happen.
    case unknown

    /// The exit status of a program that did this and nothing else.
    public var exitStatus: Int32 {
        switch self {
        case .committed, .unchanged, .planned: 0
        case .refused, .conflict, .failed, .rolledBack: 1
        case .unreachable: 2
        case .partial, .unknown: 3
        }
    }
}
