/// Where QEMU's command line puts the host's end of an agent's channel.
enum AgentChannelEnd: Hashable, Sendable {
    /// QEMU listens at this path.
    case socket(String)
    /// QEMU is the client of the program that listens at this path.
    case client(String)
    /// QEMU inherited an open socket.
    case inherited
    /// The end has no path: it is a TCP port, a terminal or an abstract socket.
    case elsewhere
    /// There is no channel, or the command line does not describe it.
    case none

    /// - Parameter chardev: The character device of the channel.
    init(_ chardev: QEMUOption?) {
        guard let chardev else {
            self = .none
            return
        }
        if let path = chardev.listeningPath {
            self = .socket(path)
        } else if chardev["fd"] != nil {
            self = .inherited
        } else if let path = chardev.socketPath {
            self = .client(path)
        } else {
            self = .elsewhere
        }
    }
}

extension QEMUOption {
    /// The path at which a character device of QEMU listens; nil where QEMU is the client.
    ///
    /// The default of `server` is off in the old syntax, and on in JSON, where the schema sets it.
    ///
    /// - Source: qemu/chardev/char-socket.c (`qemu_chr_parse_socket`), qemu/qapi/char.json
    ///   (`ChardevSocket`).
    var listeningPath: String? { flag("server") ?? isJSON ? socketPath : nil }

    /// The path of a character device that is a socket, whether QEMU is its server or its client.
    var socketPath: String? {
        guard self["backend"] == "socket" || self["type"] == "socket" || self["type"] == "unix",
            self["fd"] == nil, flag("abstract") != true
        else { return nil }
        return self["path"].flatMap { $0.isEmpty ? nil : $0 }
    }
}
