internal import SafeText

/// One of the guest's processors, as its kernel sees it.
///
/// - Source: qemu/qga/qapi-schema.json, `GuestLogicalProcessor` (since 1.5).
public struct AgentVCPU: Hashable, Sendable {
    /// The guest kernel's number, 0 to 4095.
    public var logicalID: Int
    /// Whether the guest schedules on it.
    public var isOnline: Bool
    /// Whether the guest can take it offline; nil where the agent does not say.
    public var canOffline: Bool?

    /// The largest id that is taken, the same as libvirt's.
    public static let maximumID = 4095

    /// Creates a processor.
    public init(logicalID: Int, isOnline: Bool, canOffline: Bool? = nil) {
        self.logicalID = logicalID
        self.isOnline = isOnline
        self.canOffline = canOffline
    }
}
