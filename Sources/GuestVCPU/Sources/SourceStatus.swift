/// Whether a source answers.
public enum SourceStatus: Hashable, Sendable {
    /// It has not answered yet.
    case pending
    /// It answers.
    case ok
    /// It cannot be reached; why, printable.
    case failed(String)
}
