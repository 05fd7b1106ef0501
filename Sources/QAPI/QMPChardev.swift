internal import SafeText

/// One of QEMU's character devices: the host's end of an agent channel is one.
///
/// - Source: qemu/qapi/char.json, `ChardevInfo` (since 0.14).
public struct QMPChardev: Hashable, Sendable {
    /// Its id on QEMU's command line.
    public var label: String
    /// What it is connected to: `unix:/path,server=on`, with `disconnected:` in front while no
    /// client is.
    public var filename: String
    /// Whether the guest has the other end open: an agent runs, or at least one did open it.
    public var isFrontendOpen: Bool

    /// Creates a character device.
    public init(label: String, filename: String, isFrontendOpen: Bool) {
        self.label = label
        self.filename = filename
        self.isFrontendOpen = isFrontendOpen
    }
}
