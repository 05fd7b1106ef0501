internal import Glibc
internal import GuestVCPU
internal import LibvirtHost
internal import QEMUHost
internal import UnixSockets

/// Makes sources of libvirt connections.
enum LibvirtSources {
    static func make(
        _ uris: [String], access: GuestSources.Access, stay: GuestSources.Stay, pairing: Bool,
        readsHostCPUs: Bool, openingPatience: Duration, recorder: WireRecorder? = nil
    ) -> [any GuestSource] {
        uris.map { uri in
            let pidFolder = pidFolder(of: uri)
            let source = LibvirtSource(
                uri: uri, isReadOnly: access == .readOnly, followsEvents: stay == .watching,
                countsBoots: stay == .changing,
                readsPlugOrder: pairing,
                readsHostCPUs: readsHostCPUs && pidFolder == nil,
                openingPatience: openingPatience,
                recorder: recorder)
            return pidFolder.map { ThreadAwareSource(source, pidFilesIn: $0) } ?? source
        }
    }

    /// Where the daemon of a connection says which process each guest is; nil where the guests may
    /// be another host's, or the daemon one with folders of its own.
    static func pidFolder(of uri: String) -> String? {
        switch uri {
        case "qemu:///system", "qemu+unix:///system": "/run/libvirt/qemu"
        case "qemu:///session", "qemu+unix:///session": sessionFolder.map { "\($0)/qemu/run" }
        default: nil
        }
    }

    /// The connections that are meant when no source is named: the one of LIBVIRT_DEFAULT_URI,
    /// else those of this host's daemon and of the user's own where they listen.
    static var defaultURIs: [String] {
        if let uri = environment("LIBVIRT_DEFAULT_URI") { return [uri] }
        var uris: [String] = []
        if socketNames.contains(where: { Glibc.access("/run/libvirt/\($0)", F_OK) == 0 }) {
            uris.append("qemu:///system")
        }
        // libvirt starts a daemon where it finds only the socket of one that has ended.
        if isSessionServed { uris.append("qemu:///session") }
        return uris
    }

    /// The sockets of the daemon that serves a connection on this host; none where another host's
    /// does, or where the URI does not say.
    static func daemonSockets(of uri: String) -> [String] {
        guard let end = uri.firstRange(of: "://")?.upperBound, uri[end...].hasPrefix("/") else {
            return []
        }
        if let socket = uri.firstRange(of: "socket=") {
            return [String(uri[socket.upperBound...].prefix { $0 != "&" && $0 != "#" })]
        }
        guard uri.hasPrefix("qemu:") || uri.hasPrefix("qemu+unix:") else { return [] }
        let path = uri[end...].prefix { $0 != "?" && $0 != "#" }
        let folder = path == "/session" ? sessionFolder : path == "/system" ? "/run/libvirt" : nil
        return folder.map { folder in socketNames.map { "\(folder)/\($0)" } } ?? []
    }

    /// Whether a connection asks a daemon of this host, without starting one or leaving the host.
    static func answersHere(_ uri: String) -> Bool {
        switch ConnectionURI.localPart(of: uri) {
        case "/system": true
        case "/session": isSessionServed
        default: false
        }
    }

    /// The sockets of the daemon of all drivers, and of that of QEMU alone.
    private static let socketNames = ["libvirt-sock", "virtqemud-sock"]

    /// Whether a session daemon of this user listens.
    private static var isSessionServed: Bool {
        guard let sessionFolder else { return false }
        return socketNames.contains { SocketPlace("\(sessionFolder)/\($0)").isServed }
    }

    /// Where libvirt's daemon of this user has its sockets.
    ///
    /// - Source: libvirt, src/util/virutil.c (`virGetUserRuntimeDirectory`): GLib's runtime folder.
    private static var sessionFolder: String? {
        let cache = environment("XDG_CACHE_HOME") ?? environment("HOME").map { "\($0)/.cache" }
        return (environment("XDG_RUNTIME_DIR") ?? cache).map { "\($0)/libvirt" }
    }

    /// The value of a variable of the environment; nil where it is empty.
    private static func environment(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }
}
