internal import Glibc
internal import GuestVCPU
internal import LibvirtHost
internal import QEMUHost

/// Makes sources of libvirt connections.
enum LibvirtSources {
    static func make(
        _ uris: [String], access: GuestSources.Access, stay: GuestSources.Stay, pairing: Bool
    ) -> [any GuestSource] {
        uris.map { uri in
            let source = LibvirtSource(
                uri: uri, isReadOnly: access == .readOnly, followsEvents: stay == .watching,
                tellsPlugOrder: pairing)
            return pidFolder(of: uri).map { ThreadAwareSource(source, pidFilesIn: $0) } ?? source
        }
    }

    /// Where the daemon of a connection says which process each guest is; nil where the guests may
    /// be another host's, or the daemon one with folders of its own.
    static func pidFolder(of uri: String) -> String? {
        switch uri {
        case "qemu:///system", "qemu+unix:///system": "/run/libvirt/qemu"
        case "qemu:///session", "qemu+unix:///session":
            getenv("XDG_RUNTIME_DIR").map { "\(String(cString: $0))/libvirt/qemu/run" }
        default: nil
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
