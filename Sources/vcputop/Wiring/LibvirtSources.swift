internal import Glibc
internal import GuestVCPU
internal import LibvirtHost

/// Makes sources of libvirt connections.
enum LibvirtSources {
    static func make(
        _ uris: [String], access: GuestSources.Access, stay: GuestSources.Stay
    ) -> [any GuestSource] {
        uris.map {
            LibvirtSource(
                uri: $0, isReadOnly: access == .readOnly, followsEvents: stay == .watching)
        }
    }

    /// The connections that are meant when no source is named: the one of LIBVIRT_DEFAULT_URI,
    /// else this host's where a daemon listens.
    static var defaultURIs: [String] {
        if let uri = getenv("LIBVIRT_DEFAULT_URI").map({ String(cString: $0) }), !uri.isEmpty {
            return [uri]
        }
        // The daemon of all drivers, or that of QEMU alone.
        let sockets = ["/run/libvirt/libvirt-sock", "/run/libvirt/virtqemud-sock"]
        return sockets.contains { Glibc.access($0, F_OK) == 0 } ? ["qemu:///system"] : []
    }
}
