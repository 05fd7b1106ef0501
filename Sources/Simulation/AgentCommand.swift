/// The commands that a simulated agent carries out.
package enum AgentCommand: String, CaseIterable, Sendable {
    case ping = "guest-ping"
    case sync = "guest-sync"
    case syncDelimited = "guest-sync-delimited"
    case info = "guest-info"
    case getVCPUs = "guest-get-vcpus"
    case setVCPUs = "guest-set-vcpus"
    case freezeStatus = "guest-fsfreeze-status"
    case openFile = "guest-file-open"
    case readFile = "guest-file-read"
    case closeFile = "guest-file-close"

    /// The commands that an agent accepts while file systems are frozen.
    ///
    /// - Source: qemu/qga/main.c, `ga_freeze_allowlist`.
    var worksWhileFrozen: Bool {
        switch self {
        case .ping, .sync, .syncDelimited, .info, .freezeStatus: true
        case .getVCPUs, .setVCPUs, .openFile, .readFile, .closeFile: false
        }
    }

    /// The other commands of qemu-ga 7.2, which a simulated agent lists as disabled.
    static let others = [
        "guest-get-cpustats", "guest-get-diskstats", "guest-ssh-remove-authorized-keys",
        "guest-ssh-add-authorized-keys", "guest-ssh-get-authorized-keys", "guest-get-devices",
        "guest-get-osinfo", "guest-get-timezone", "guest-get-users", "guest-get-host-name",
        "guest-exec", "guest-exec-status", "guest-get-memory-block-info",
        "guest-set-memory-blocks", "guest-get-memory-blocks", "guest-set-user-password",
        "guest-get-fsinfo", "guest-get-disks", "guest-network-get-interfaces",
        "guest-suspend-hybrid", "guest-suspend-ram", "guest-suspend-disk", "guest-fstrim",
        "guest-fsfreeze-thaw", "guest-fsfreeze-freeze-list", "guest-fsfreeze-freeze",
        "guest-file-flush", "guest-file-seek", "guest-file-write", "guest-shutdown",
        "guest-set-time", "guest-get-time",
    ]
}
