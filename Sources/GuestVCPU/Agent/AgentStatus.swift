internal import SafeText

/// How the last exchange with a guest's agent went.
public enum AgentStatus: Hashable, Sendable {
    /// Nothing was tried yet.
    case pending
    /// The reading succeeded.
    case ok
    /// It failed.
    case failed(AgentError)

    /// The status in the words of the command's contract, or `pending`.
    public var name: String {
        switch self {
        case .pending: "pending"
        case .ok: "ok"
        case .failed(let error): error.kind.rawValue
        }
    }
}
