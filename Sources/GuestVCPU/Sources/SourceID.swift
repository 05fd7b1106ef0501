internal import SafeText

/// Which source of guests.
public enum SourceID: Hashable, Sendable {
    /// A libvirt connection, by the URI or the alias that was given.
    case libvirt(uri: String)
    /// The socket of one guest's agent, by its path.
    case agentSocket(path: String)
    /// The QEMU processes of this host.
    case qemuProcesses
    /// The simulated fleet.
    case simulation
    /// A source that only the calling program knows, by its name.
    case other(String)

    /// The name that JSON, screens, messages and filters use; not printable text.
    ///
    /// The name is output only: two sources of different kinds can have the same one.
    public var name: String {
        switch self {
        case .libvirt(let uri): uri
        case .agentSocket(let path): "agent:\(path)"
        case .qemuProcesses: "host"
        case .simulation: "simulated"
        case .other(let name): name
        }
    }

    /// The part of the name that distinguishes the source, printable: the host of a URI, or the
    /// path of a socket.
    package var place: String {
        let place =
            switch self {
            case .libvirt(let uri): Self.host(of: uri) ?? uri
            case .agentSocket(let path): path
            case .qemuProcesses, .simulation, .other: name
            }
        return place.printable(limit: 400)
    }

    /// The host that the guests run on, as far as the name says it; an alias stands for itself.
    package var host: String {
        switch self {
        case .libvirt(let uri): Self.host(of: uri) ?? (uri.contains("://") ? "localhost" : uri)
        case .agentSocket, .qemuProcesses, .simulation: "localhost"
        case .other(let name): name
        }
    }

    /// - Returns: Nil where the URI names no host: it then stands for this host, or is an alias.
    private static func host(of uri: String) -> String? {
        let parts = uri.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count > 2, parts[0].hasSuffix(":"), parts[1].isEmpty else { return nil }
        return parts[2].split(separator: "@").last.map(String.init)
    }
}
