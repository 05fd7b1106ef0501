/// Which boot of which machine a reading comes from.
///
/// A guest may number its vCPUs differently after a reboot, so an id of one boot says nothing
/// about the vCPU of that id in another.
public struct GuestBoot: Hashable, Sendable {
    /// The guest kernel's own identifier of its boot; nil where it was not read.
    public let kernel: BootID?
    /// `HostReading.incarnation` of the machine that answered; nil where that is not known.
    public let incarnation: UInt64?

    /// A reading that does not tell its boot.
    public static let unknown = GuestBoot()

    /// Creates an identity.
    public init(kernel: BootID? = nil, incarnation: UInt64? = nil) {
        self.kernel = kernel
        self.incarnation = incarnation
    }

    /// Whether the two are known to be different boots; false where neither part can be compared.
    ///
    /// The guest kernel's word goes first: a kernel survives a migration to another process.
    public func differs(from other: GuestBoot) -> Bool {
        if let kernel, let otherKernel = other.kernel { return kernel != otherKernel }
        guard let incarnation, let otherIncarnation = other.incarnation else { return false }
        return incarnation != otherIncarnation
    }
}

/// The identifier that a Linux kernel draws at each boot.
///
/// Unchecked: a guest can claim anything. It is only ever compared.
///
/// - Source: Linux, `/proc/sys/kernel/random/boot_id`.
public struct BootID: Hashable, Sendable {
    /// The guest's file that holds it.
    public static let file = "/proc/sys/kernel/random/boot_id"
    /// The most bytes of the file to read; a UUID and a line end are 37.
    public static let maximumSize = 64

    private let bytes: [UInt8]

    /// Takes the first 36 bytes of the file's contents.
    ///
    /// - Returns: Nil when there are fewer.
    public init?(_ contents: [UInt8]) {
        guard contents.count >= 36 else { return nil }
        bytes = Array(contents.prefix(36))
    }
}
