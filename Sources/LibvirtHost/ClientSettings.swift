internal import Glibc

/// The settings of libvirt's client library, `libvirt.conf`, in as far as they tell what is connected
/// to.
///
/// - Source: libvirt, `src/util/virconf.c`, `src/util/viruri.c` (`virURIResolveAlias`),
///   `src/libvirt.c` (`virConnectGetDefaultURI`).
package struct ClientSettings: Hashable, Sendable {
    /// The URIs of short names, each by its name.
    package private(set) var aliases: [String: String] = [:]
    /// What an empty URI means (`uri_default`).
    package private(set) var defaultURI: String?

    /// The largest file that is read, in bytes.
    private static let longestFile = 1_048_576

    /// No settings.
    package init() {}

    /// Reads the text of a file; one that libvirt would not accept has no settings, and libvirt refuses
    /// to connect then.
    package init(_ text: some Collection<UInt8>) {
        guard let values = ClientSettingsParser.values(of: text) else { return }
        if case .text(let uri) = values["uri_default"], !uri.isEmpty { defaultURI = uri }
        guard case .list(let entries) = values["uri_aliases"] else { return }
        for entry in entries {
            guard let sign = entry.firstIndex(of: "=") else { continue }
            let (name, uri) = (String(entry[..<sign]), String(entry[entry.index(after: sign)...]))
            // The first of a name counts.
            aliases[name] = aliases[name] ?? uri
        }
    }

    /// The settings of this user; none where there is no file.
    static var current: ClientSettings {
        path.flatMap(contents).map { ClientSettings($0) } ?? ClientSettings()
    }

    /// Root's file is the system's; any other user's is in the user's own folder.
    private static var path: String? {
        if geteuid() == 0 { return "/etc/libvirt/libvirt.conf" }
        if let folder = environment("XDG_CONFIG_HOME") { return "\(folder)/libvirt/libvirt.conf" }
        return environment("HOME").map { "\($0)/.config/libvirt/libvirt.conf" }
    }

    static func environment(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func contents(_ path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while bytes.count <= longestFile {
            let count = read(descriptor, &chunk, chunk.count)
            guard count > 0 else { return count == 0 ? bytes : nil }
            bytes += chunk[..<count]
        }
        return nil
    }
}
