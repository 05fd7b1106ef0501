/// Where the host's end of an agent's channel is, by QEMU's command line.
enum AgentChannelEnd: Hashable, Sendable {
    /// QEMU listens at this path.
    case socket(String)
    /// QEMU is the client of the program that listens at this path.
    case client(String)
    /// QEMU was given a socket that was open already.
    case inherited
    /// It has no path: a TCP port, a terminal, an abstract socket.
    case elsewhere
    /// There is no channel, or none that was described.
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
    /// The path that a character device of QEMU's listens at; nil where it is a client.
    ///
    /// `server` is off unless it is said; in JSON it is on, as the schema has it.
    ///
    /// - Source: qemu/chardev/char-socket.c (`qemu_chr_parse_socket`), qemu/qapi/char.json
    ///   (`ChardevSocket`).
    var listeningPath: String? { flag("server") ?? isJSON ? socketPath : nil }

    /// The path of a character device that is a socket, whichever end of it QEMU has.
    var socketPath: String? {
        guard self["backend"] == "socket" || self["type"] == "socket" || self["type"] == "unix",
            self["fd"] == nil, flag("abstract") != true
        else { return nil }
        return self["path"].flatMap { $0.isEmpty ? nil : $0 }
    }
}
