/// The user that runs a guest's process.
///
/// Any user can start a process that looks like another user's guest and has its name.
public struct GuestOwner: Hashable, Sendable {
    /// The user's number.
    public let uid: UInt32
    /// The user's name, as the system has it; nil where it has none.
    public let name: String?
    /// Whether a plain name means guests of this user first: root, the user that QEMU or libvirt
    /// runs guests as, or the user of this program.
    public let isTrusted: Bool

    /// Creates an owner.
    public init(uid: UInt32, name: String?, isTrusted: Bool) {
        self.uid = uid
        self.name = name
        self.isTrusted = isTrusted
    }

    /// The name, or the number where there is none.
    public var text: String { name ?? "uid \(uid)" }
}
