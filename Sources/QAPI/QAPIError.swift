internal import SafeText

/// Why an agent or a QMP server did not give what was asked for.
///
/// Texts inside come from the other side; they are bounded and free of control characters.
public enum QAPIError: Error, Hashable, Sendable {
    /// The deadline passed. What was sent may still be done, later: close the line.
    case timedOut
    /// The line was closed, by either side.
    case closed
    /// The operating system refused, with this `errno`.
    case failed(errno: Int32)
    /// The session takes no command: it is not open, has another under way, or an earlier failure
    /// ended it. Nothing was sent.
    case notReady
    /// The other side lacks the command: too old, or on another system.
    case notFound(command: String)
    /// The command is blocked by the guest's administrator.
    case disabled(command: String)
    /// The guest's file systems are frozen; most commands wait until they are thawed.
    case frozen
    /// Any other error that the other side gave, with its class (may be empty) and its words.
    case guest(class: String, description: String)
    /// A reply is not what the schema says; with the start of the part that is wrong.
    case malformed(Malformation, excerpt: String)
    /// A line is longer than what the command's reply can need.
    case tooLarge
}

extension QAPIError {
    /// Most scalars of the words that come with an error.
    static let maximumDescriptionLength = 512

    package init(_ error: ByteStreamError) {
        switch error {
        case .timedOut: self = .timedOut
        case .closed: self = .closed
        case .failed(let errno): self = .failed(errno: errno)
        }
    }

    /// Distinguishes the conditions that agents report as text.
    ///
    /// A frozen agent says `The command X has been disabled for this instance: the agent is in
    /// frozen state`, and what is disabled may come with the class `CommandNotFound`: so the order
    /// of the tests matters.
    init(_ fault: WireMessage.Fault, command: String) {
        let description = fault.description
        if description.hasBytes(of: "frozen state") {
            self = .frozen
        } else if description.hasBytes(of: "has been disabled") {
            self = .disabled(command: command)
        } else if fault.isNotFound {
            self = .notFound(command: command)
        } else {
            self = .guest(class: fault.class, description: description)
        }
    }
}
