/// What to do when an entry of a change fails.
public enum FailurePolicy: String, Hashable, Sendable {
    /// Stop, and undo what was done.
    case rollBack
    /// Skip it, go on, and keep what was done.
    case keepGoing
}
