/// Which boot of which machine a reading comes from.
///
/// A guest may number its vCPUs differently after a reboot, so an id of one boot says nothing
/// about the vCPU of that id in another.
public struct GuestBoot: Hashable, Sendable {
    /// What identifies the boot; nil where it is not known.
    public let id: BootID?
    /// `HostReading.incarnation` of the machine that answered; nil where that is not known.
    public let incarnation: UInt64?

    /// A reading that does not tell its boot.
    public static let unknown = GuestBoot()

    /// Creates an identity.
    public init(id: BootID? = nil, incarnation: UInt64? = nil) {
        self.id = id
        self.incarnation = incarnation
    }

    /// Whether the two are known to be different boots; false where nothing can be compared.
    ///
    /// The id goes first: a guest's kernel survives a migration to another process.
    public func differs(from other: GuestBoot) -> Bool {
        if let id, let otherID = other.id { return id.differs(from: otherID) }
        guard let incarnation, let otherIncarnation = other.incarnation else { return false }
        return incarnation != otherIncarnation
    }
}
