internal import GuestVCPU
internal import SafeText

// The reasons why a QEMU process is not listed, and the commands that list it.

extension LeftOutGuest {
    /// The guest's name; a name made of the process's number where it has none.
    static func name(of process: ProcessIdentity, _ commandLine: QEMUCommandLine) -> String {
        commandLine.name ?? "qemu-\(process.processID)"
    }

    /// A guest whose agent has no socket that QEMU serves.
    init(_ process: ProcessIdentity, withoutSocket commandLine: QEMUCommandLine) {
        let name = Self.name(of: process, commandLine)
        let option = "vcputop --agent \("\(name)=PATH".shownWord)"
        let chardev = "-chardev socket,id=qga0,path=PATH,server=on,wait=off"
        let reason: String
        let help: String
        switch commandLine.agent {
        case .none where commandLine.hasOptionsFile:
            reason = "some of its options are in a file (-readconfig), which vcputop does not read"
            help = "if it has a socket for its agent: \(option)"
        case .none, .socket:
            reason = "it has no channel for an agent"
            help =
                "start QEMU with \(chardev) -device virtio-serial "
                + "-device virtserialport,chardev=qga0,name=org.qemu.guest_agent.0"
        case .client(let path):
            reason =
                "QEMU is a client of '\(path)' for its agent (chardev without server=on): "
                + "another program uses the agent"
            help = "start QEMU with \(chardev)"
        case .inherited:
            reason = "QEMU inherited its agent's socket (fd=), so the path is not known"
            help = option
        case .elsewhere:
            reason = "its agent's channel is not at a socket with a path"
            help = "start QEMU with \(chardev)"
        }
        self.init(name: name, reason: "\(reason) (process \(process.processID))", help: help)
    }

    /// A guest whose socket another process serves.
    init(
        _ process: ProcessIdentity, _ commandLine: QEMUCommandLine, socket path: String,
        servedBy peer: Int32?
    ) {
        let name = Self.name(of: process, commandLine)
        self.init(
            name: name, obstacle: .process,
            reason: "process \(process.processID) names \(path) as its agent's socket, but "
                + (peer.map { "process \($0) serves it" }
                    ?? "a process in another PID namespace serves it"),
            help: "if you trust that process: vcputop --agent "
                + "\(name)=\(path)".shownWord)
    }

    /// A guest with a relative socket path whose folder is not known.
    init(_ process: ProcessIdentity, _ commandLine: QEMUCommandLine, relativePath path: String) {
        let name = Self.name(of: process, commandLine)
        self.init(
            name: name,
            reason: "the path of its agent's socket, '\(path)', is relative to the folder where "
                + "process \(process.processID) was started, which is not known",
            help: "vcputop --agent \("\(name)=/FOLDER/\(path)".shownWord)")
    }

    /// A guest of libvirt that no libvirt source lists.
    init(
        _ process: ProcessIdentity, _ commandLine: QEMUCommandLine, of libvirt: LibvirtKind,
        owner: GuestOwner?, foreignSocket: String?
    ) {
        let reason: String
        let help: String
        if let foreignSocket {
            reason = "it belongs to libvirt in a container, which was not asked"
            help =
                "vcputop -c "
                + "qemu+unix:///\(libvirt == .session ? "session" : "system")?socket=\(foreignSocket)"
                .shownWord
        } else if libvirt == .system {
            reason = "it belongs to libvirt, which was not asked or does not list it"
            help = "vcputop -c qemu:///system"
        } else {
            reason =
                "it belongs to the libvirt session of \(owner.map { "user \($0.text)" } ?? "a user")"
                + ", which was not asked"
            help = "as that user: vcputop -c qemu:///session"
        }
        self.init(
            name: Self.name(of: process, commandLine), uuid: commandLine.uuid,
            obstacle: .source, reason: "\(reason) (process \(process.processID))", help: help)
    }

    /// A process whose command line cannot be read: the read does not return.
    init(hanging processID: Int32) {
        self.init(
            name: "process \(processID)", obstacle: .process,
            reason: "reading its command line does not return; it may be a guest",
            help: "if it is a guest: vcputop --agent NAME=PATH")
    }
}

extension String {
    /// The text, made printable, as one word for a shell.
    fileprivate var shownWord: String { printable(limit: 300).shellWord }
}
