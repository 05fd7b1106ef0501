internal import GuestVCPU
internal import SafeText

// Why a QEMU process is not listed, and what to type so that it is.

extension LeftOutGuest {
    /// The name of a guest that was given none.
    static func name(of process: ProcessIdentity, _ commandLine: QEMUCommandLine) -> String {
        commandLine.name ?? "qemu-\(process.processID)"
    }

    /// A guest whose agent has no socket of QEMU's.
    init(_ process: ProcessIdentity, withoutSocket commandLine: QEMUCommandLine) {
        let name = Self.name(of: process, commandLine)
        let option = "vcputop --agent \("\(name)=PATH".shownWord)"
        let chardev = "-chardev socket,id=qga0,path=PATH,server=on,wait=off"
        let reason: String
        let help: String
        switch commandLine.agent {
        case .none where commandLine.hasOptionsFile:
            reason = "some of its options are in a file (-readconfig), which is not read here"
            help = "where it has a socket for its agent: \(option)"
        case .none, .socket:
            reason = "it has no channel for an agent"
            help =
                "start QEMU with \(chardev) -device virtio-serial "
                + "-device virtserialport,chardev=qga0,name=org.qemu.guest_agent.0"
        case .client(let path):
            reason =
                "QEMU is a client of '\(path)' for its agent (chardev without server=on): "
                + "the agent is the other program's"
            help = "start QEMU with \(chardev)"
        case .inherited:
            reason = "QEMU was handed its agent's socket open (fd=), so that its path is not known"
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
            name: name,
            reason: "process \(process.processID) says that it serves its agent's socket \(path), "
                + (peer.map { "which is served by process \($0)" }
                    ?? "which is served by a process that cannot be seen from here"),
            help: "if that process is to be trusted: vcputop --agent "
                + "\(name)=\(path)".shownWord)
    }

    /// A guest whose socket's path is relative to a folder that is not known.
    init(_ process: ProcessIdentity, _ commandLine: QEMUCommandLine, relativePath path: String) {
        let name = Self.name(of: process, commandLine)
        self.init(
            name: name,
            reason: "the path of its agent's socket, '\(path)', is relative to the folder where "
                + "process \(process.processID) was started, which is not known",
            help: "vcputop --agent \("\(name)=/FOLDER/\(path)".shownWord)")
    }

    /// A guest of a libvirt that does not list it.
    init(
        _ process: ProcessIdentity, _ commandLine: QEMUCommandLine, of libvirt: LibvirtKind,
        owner: GuestOwner?, foreignSocket: String?
    ) {
        let reason: String
        let help: String
        if let foreignSocket {
            reason = "it belongs to a libvirt in a container, which was not asked"
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
            reason: "\(reason) (process \(process.processID))", help: help)
    }

    /// A process that does not let its command line be read.
    init(hanging processID: Int32) {
        self.init(
            name: "process \(processID)",
            reason: "reading its command line does not return, so what it is is not known",
            help: "where it is a guest: vcputop --agent NAME=PATH")
    }
}

extension String {
    /// The text as one word of a shell, as far as it is printable.
    fileprivate var shownWord: String { printable(limit: 300).shellWord }
}
