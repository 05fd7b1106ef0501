/// What identifies a boot of a guest.
public enum BootID: Hashable, Sendable {
    /// The random id that the guest's kernel chose at its boot.
    ///
    /// Unchecked: a guest can claim anything. It is only ever compared.
    case kernel([UInt8])
    /// How many boots the host has reported since a watch over it began, and which watch that is.
    case counted(UInt64, watch: UInt64)

    /// The guest's file that holds its kernel's boot id.
    ///
    /// - Source: Linux, `Documentation/admin-guide/sysctl/kernel.rst`, `random`.
    public static let file = "/proc/sys/kernel/random/boot_id"
    /// The most bytes of the file to read; a UUID and a line end are 37.
    public static let maximumSize = 64

    /// Parses the UUID in the file's contents.
    ///
    /// - Returns: Nil when there are fewer than 36 bytes.
    public init?(_ contents: [UInt8]) {
        guard contents.count >= 36 else { return nil }
        self = .kernel(Array(contents.prefix(36)))
    }

    /// Whether the two are known to be different boots.
    public func differs(from other: BootID) -> Bool {
        switch (self, other) {
        case (.kernel(let one), .kernel(let two)): one != two
        // Between two watches a guest may or may not have been rebooted.
        case (.counted(let one, let watch), .counted(let two, watch: let otherWatch)):
            watch == otherWatch && one != two
        case (.kernel, .counted), (.counted, .kernel): false
        }
    }
}
