/// What libvirt connects to for a URI that a user gives: an alias and an empty URI stand for another.
package struct ConnectionURI: Hashable, Sendable {
    /// The URI with the alias resolved; empty where libvirt is to look for a driver of this host.
    package let resolved: String

    /// Resolves a URI, also where it is the alias of an alias: libvirt, which is handed the result and
    /// resolves once itself, then finds no alias that could lead elsewhere.
    ///
    /// - Parameters:
    ///   - uri: As it was given.
    ///   - settings: Of libvirt's client library.
    ///   - environmentURI: `LIBVIRT_DEFAULT_URI`, where it is set.
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

    /// Whether connections are made by ssh or another program, each a process and a login.
    package var isOverSSH: Bool {
        ["ssh", "libssh", "libssh2", "ext"].contains(transport)
    }

    /// The URI with which `ssh` fails where it would ask on the terminal, whatever it says itself.
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

    /// The `ssh` of `qemu+ssh://host/system`; nil where there is none.
    private var transport: String? {
        guard let scheme = resolved.firstRange(of: "://").map({ resolved[..<$0.lowerBound] }),
            let sign = scheme.firstIndex(of: "+")
        else { return nil }
        return scheme[scheme.index(after: sign)...].lowercased()
    }
}
