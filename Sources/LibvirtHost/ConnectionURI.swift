internal import SafeText

/// The URI that libvirt connects to when a user gives an alias, an empty URI or a full one.
package struct ConnectionURI: Hashable, Sendable {
    /// The URI with its alias resolved; empty when libvirt must look for a driver of this host.
    package let resolved: String

    ///
    /// Resolves a URI, also when it is the alias of an alias.
    ///
    /// libvirt resolves the result once more. The loop makes sure that it finds no alias, which
    /// could lead to another host.
    ///
    /// - Parameters:
    ///   - uri: The URI as the user gave it.
    ///   - settings: The settings of libvirt's client library.
    ///   - environmentURI: The value of `LIBVIRT_DEFAULT_URI`; nil when it is not set.
    package init(_ uri: String, settings: ClientSettings, environmentURI: String?) {
        var uri = uri.isEmpty ? environmentURI ?? settings.defaultURI ?? "" : uri
        var seen: Set<String> = []
        while let meant = settings.aliases[uri], seen.insert(uri).inserted { uri = meant }
        resolved = uri
    }

    /// Resolves a URI with the settings of this user.
    init(_ uri: String) {
        self.init(
            uri, settings: .current,
            environmentURI: ClientSettings.environment("LIBVIRT_DEFAULT_URI"))
    }

    /// Whether each connection starts a process, such as ssh, that must log in.
    package var isOverSSH: Bool {
        ["ssh", "libssh", "libssh2", "ext"].contains(transport)
    }

    /// The URI with `no_tty=1`, so that ssh fails instead of asking on the terminal.
    ///
    /// - Source: libvirt, `docs/uri.rst`, parameter `no_tty`.
    package var withoutPrompts: String {
        guard transport == "ssh" else { return resolved }
        let beforeFragment = resolved.prefix { $0 != "#" }
        let fragment = resolved[beforeFragment.endIndex...]
        guard let mark = beforeFragment.firstIndex(of: "?") else {
            return "\(beforeFragment)?no_tty=1\(fragment)"
        }
        let parameters = beforeFragment[beforeFragment.index(after: mark)...]
            .split(whereSeparator: { $0 == "&" || $0 == ";" })
            .filter { $0 != "no_tty" && !$0.hasPrefix("no_tty=") }
        return "\(beforeFragment[..<mark])?" + (parameters + ["no_tty=1"]).joined(separator: "&")
            + fragment
    }

    /// The transport, such as `ssh` in `qemu+ssh://host/system`; nil when the URI has none.
    var transport: String? {
        guard let scheme = resolved.firstRange(of: "://").map({ resolved[..<$0.lowerBound] }),
            let sign = scheme.firstIndex(of: "+")
        else { return nil }
        return scheme[scheme.index(after: sign)...].lowercased()
    }

    /// What `ssh` needs to reach the host, as words of a shell; nil when the URI names no host.
    var sshDestination: String? {
        guard var place = authority, !place.isEmpty else { return nil }
        var port: Substring?
        // The colons of an IPv6 address are inside brackets.
        if let colon = place.lastIndex(of: ":"), !place[colon...].contains("]") {
            port = place[place.index(after: colon)...]
            place = place[..<colon]
        }
        let host = String(place).shellWord
        guard let port, !port.isEmpty else { return host }
        return "-p \(String(port).shellWord) \(host)"
    }

    /// The value of a parameter, as it stands in the URI; nil when it is not there.
    func parameter(_ name: String) -> String? {
        guard let mark = resolved.firstIndex(of: "?") else { return nil }
        return resolved[resolved.index(after: mark)...].prefix { $0 != "#" }
            .split(whereSeparator: { $0 == "&" || $0 == ";" })
            .first { $0.hasPrefix("\(name)=") }
            .map { String($0.dropFirst(name.count + 1)) }
    }

    /// `user@host:port`; nil when the URI has no `//`.
    private var authority: Substring? {
        resolved.firstRange(of: "://").map { start in
            resolved[start.upperBound...].prefix { !"/?#".contains($0) }
        }
    }
}
