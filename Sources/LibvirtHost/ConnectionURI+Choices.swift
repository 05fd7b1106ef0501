extension ConnectionURI {
    /// The aliases of this user's libvirt settings, sorted.
    package static var aliases: [String] { ClientSettings.current.aliases.keys.sorted() }

    /// The part of this host's libvirt that a URI means; nil where it can mean another host, or
    /// where libvirt starts a process to connect.
    ///
    /// - Parameter uri: The URI as the user gave it.
    package static func localPart(of uri: String) -> String? {
        ConnectionURI(uri).localPart
    }

    /// `/system` of `qemu:///system` and of `qemu+unix:///system?socket=...`.
    var localPart: String? {
        guard let end = resolved.firstRange(of: "://"), transport.map({ $0 == "unix" }) ?? true
        else { return nil }
        let path = resolved[end.upperBound...].prefix { $0 != "?" && $0 != "#" }
        return path.hasPrefix("/") ? String(path) : nil
    }
}
