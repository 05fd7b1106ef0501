internal import SafeText

/// A guest that a source found and does not list.
public struct LeftOutGuest: Hashable, Sendable {
    /// What it calls itself, printable.
    public let name: String
    /// The UUID by which another source may list it; nil where none can.
    public let uuid: String?
    /// Why it is left out: a clause, printable.
    public let reason: String
    /// What to type or to do so that it is listed, printable; nil where nothing is known to help.
    public let help: String?
    /// The check of a diagnosis that finds the reason.
    package let obstacle: GuestCheck

    /// Creates a guest that is left out; what cannot be printed is taken out of the texts.
    public init(name: String, uuid: String? = nil, reason: String, help: String? = nil) {
        self.init(name: name, uuid: uuid, obstacle: .channel, reason: reason, help: help)
    }

    /// Creates a guest that is left out for a reason that this check finds.
    package init(
        name: String, uuid: String? = nil, obstacle: GuestCheck, reason: String,
        help: String? = nil
    ) {
        self.obstacle = obstacle
        self.name = name.printable(limit: 60)
        self.uuid = uuid
        self.reason = reason.printable(limit: 400)
        self.help = help?.printable(limit: 400)
    }
}
