/// What is wrong with a reply.
public enum Malformation: Hashable, Sendable {
    /// What is wrong with a part of what was returned.
    public enum Problem: Hashable, Sendable {
        /// The member is not there.
        case missing
        /// The value is of another type; `1.0` and `true` are no integers.
        case wrongType
        /// The number is outside of what the schema or this module allows.
        case outOfRange
        /// A key, such as a vCPU id, is given twice.
        case duplicate
        /// The list must have an element and has none.
        case empty
        /// The list has more elements than this module takes.
        case tooMany
    }

    /// The line is not JSON that we read.
    case notJSON(JSONError)
    /// The line is JSON, but neither a return nor an error.
    case notReply
    /// A reply came that nothing had asked for, so that the next would answer the wrong command.
    case unsolicited
    /// A part of the return is not what the schema says: `return[3].online`.
    case schema(path: String, Problem)
}
