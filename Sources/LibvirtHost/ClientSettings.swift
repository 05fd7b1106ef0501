internal import Glibc

/// The settings of libvirt's client library (`libvirt.conf`) that decide which daemon a URI means.
///
/// - Source: libvirt, `src/util/virconf.c`, `src/util/viruri.c` (`virURIResolveAlias`),
///   `src/libvirt.c` (`virConnectGetDefaultURI`).
package struct ClientSettings: Hashable, Sendable {
    /// The URIs by their alias.
    package private(set) var aliases: [String: String] = [:]
    /// The URI that an empty URI means (`uri_default`).
    package private(set) var defaultURI: String?

    /// The size of the largest file that is read, in bytes.
    private static let longestFile = 1_048_576

    /// Creates empty settings.
    package init() {}

    ///
    /// Reads the text of a file.
    ///
    /// A text that libvirt does not accept gives empty settings; libvirt then refuses to connect.
    package init(_ text: some Collection<UInt8>) {
        guard let values = ClientSettingsParser.values(of: text) else { return }
        if case .text(let uri) = values["uri_default"], !uri.isEmpty { defaultURI = uri }
        guard case .list(let entries) = values["uri_aliases"] else { return }
        for entry in entries {
            guard let sign = entry.firstIndex(of: "=") else { continue }
            let (name, uri) = (String(entry[..<sign]), String(entry[entry.index(after: sign)...]))
            // libvirt uses the first entry of an alias.
            aliases[name] = aliases[name] ?? uri
        }
    }

    /// The settings of this user; empty when there is no file.
    static var current: ClientSettings {
        path.flatMap(contents).map { ClientSettings($0) } ?? ClientSettings()
    }

    /// Root uses the system's file; every other user has a file in a folder of their own.
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
