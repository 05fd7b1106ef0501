internal import SafeText

/// The kind of libvirt daemon that started a QEMU, by its command line.
enum LibvirtKind: Hashable, Sendable {
    /// The daemon of the whole host.
    case system
    /// A user's own daemon.
    case session

    /// - Parameters:
    ///   - arguments: QEMU's arguments, in which libvirt names files in its own folders.
    ///   - chardevs: The character devices among them, by their ids.
    /// - Returns: Nil when libvirt did not start this QEMU.
    init?(_ arguments: [String], chardevs: [String: QEMUOption]) {
        guard
            chardevs["charmonitor"] != nil
                || chardevs.values.contains(where: { $0.listeningPath.map(Self.owns) == true })
        else { return nil }
        let isSystem = arguments.contains {
            $0.hasBytes(of: "/var/lib/libvirt/qemu/") || $0.hasBytes(of: "/run/libvirt/qemu/")
        }
        let isNamed = arguments.contains { $0.hasBytes(of: "/libvirt/qemu/") }
        self = !isSystem && isNamed ? .session : .system
    }

    /// Whether a socket is in a folder of libvirt's.
    static func owns(path: String) -> Bool { path.hasBytes(of: "/libvirt/") }
}
