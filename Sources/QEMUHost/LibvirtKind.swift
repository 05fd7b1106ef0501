/// Which kind of libvirt daemon started a QEMU, by its command line.
enum LibvirtKind: Hashable, Sendable {
    /// The one of the whole host.
    case system
    /// One of a user's own.
    case session

    /// - Parameters:
    ///   - arguments: QEMU's; libvirt names files in folders of its own.
    ///   - chardevs: The character devices among them, by their ids.
    /// - Returns: Nil where libvirt did not start it.
    init?(_ arguments: [String], chardevs: [String: QEMUOption]) {
        guard
            chardevs["charmonitor"] != nil
                || chardevs.values.contains(where: {
                    $0.listeningPath?.contains("/libvirt/") == true
                })
        else { return nil }
        let system = ["/var/lib/libvirt/qemu/", "/run/libvirt/qemu/"]
        let isSystem = arguments.contains { argument in system.contains(where: argument.contains) }
        self =
            !isSystem && arguments.contains { $0.contains("/libvirt/qemu/") } ? .session : .system
    }
}
