internal import SafeText

/// Why a guest's agent gave no reading, or did not do what it was asked.
public struct AgentError: Error, Hashable, Sendable {
    /// The conditions that are told apart.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Connected, but no answer within the deadline.
        case unresponsive
        /// The line was closed, refused, or is not there.
        case disconnected
        /// No permission.
        case denied
        /// Another client holds the channel.
        case busy
        /// Not asked: calls to hung guests of the same host hold every line that we may use.
        case waiting
        /// The guest side has not opened the channel.
        case notRunning
        /// The guest has no agent channel.
        case absent
        /// The guest is paused.
        case paused
        /// The agent or the driver has no such command.
        case unsupported
        /// The command is disabled in the guest.
        case blocked
        /// The guest's file systems are frozen.
        case frozen
        /// The reply is not what the schema says.
        case malformed
        /// The guest's own error.
        case error
    }

    /// Which condition it is.
    public let kind: Kind
    /// Details in the words of the guest or of the system, printable and of 500 characters at
    /// the most; empty when there are none.
    public let message: String

    /// Whether it is this program that lacks something, which says nothing of the guest.
    public let isOurs: Bool

    /// Creates an error; what cannot be printed is taken out of the message.
    public init(_ kind: Kind, _ message: String = "", isOurs: Bool = false) {
        self.kind = kind
        self.message = message.printable(limit: 500)
        self.isOurs = isOurs
    }
}
