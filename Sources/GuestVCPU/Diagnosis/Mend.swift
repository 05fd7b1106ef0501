internal import SafeText

/// What to type against a known cause, a line each.
enum Mend {
    /// The options that give QEMU a channel with a socket.
    static let channelOptions =
        "-chardev socket,id=qga0,path=PATH,server=on,wait=off -device virtio-serial "
        + "-device virtserialport,chardev=qga0,name=org.qemu.guest_agent.0"

    /// The first version with `--allow-rpcs`, and the first one with `--block-rpcs`, which was
    /// called `--blacklist` before.
    private static let allowing = (8, 1)
    private static let blocking = (7, 2)
    /// The first version that does not take the old name any more.
    private static let onlyBlocking = (9, 1)

    static let installingAgent =
        "in the guest, with apt, dnf or zypper: apt install qemu-guest-agent"

    static let startingAgent = [
        installingAgent,
        "in the guest: systemctl start qemu-guest-agent",
    ]

    static let restartingAgent = ["in the guest: systemctl restart qemu-guest-agent"]

    /// Ends later calls that libvirt would wait for without end; one that waits already goes on.
    static func hangingCalls(_ facts: DiagnosisFacts) -> [String] {
        facts.virsh.map {
            [
                "so that libvirt's later calls end: \($0) guest-agent-timeout \(facts.name) --timeout 5"
            ]
        } ?? []
    }

    static func addingChannel(_ facts: DiagnosisFacts) -> [String] {
        guard let virsh = facts.virsh else { return ["start QEMU with \(channelOptions)"] }
        let xml =
            "<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>"
        return [
            "echo \"\(xml)\" | \(virsh) attach-device \(facts.name) /dev/stdin --live --config",
            installingAgent,
        ]
    }

    static func resuming(_ facts: DiagnosisFacts) -> [String] {
        guard let virsh = facts.virsh else { return ["in QEMU's monitor: cont"] }
        return ["\(virsh) resume \(facts.name)"]
    }

    static func thawing(_ facts: DiagnosisFacts) -> [String] {
        let wait = "a backup may be at work: wait for its end"
        guard let virsh = facts.virsh else {
            let address = "UNIX-CONNECT:" + (facts.socketPath ?? "PATH").socatWord
            return [
                wait,
                "if none is, with socat: echo '{\"execute\":\"guest-fsfreeze-thaw\"}' "
                    + "| socat -t10 - \(address.shellWord)",
            ]
        }
        return [wait, "if none is: \(virsh) domfsthaw \(facts.name)"]
    }

    /// Enables a command of the agent.
    ///
    /// - Parameter version: The agent's version; nil where it is not known.
    static func unblocking(_ command: String, version: String?) -> [String] {
        let known = version.flatMap(Self.number)
        let block = "take it out of qemu-ga's --block-rpcs (-b), or block-rpcs in qemu-ga.conf"
        let old = "take it out of qemu-ga's --blacklist (-b), or blacklist in qemu-ga.conf"
        // Some versions take both names.
        let both = block + "; both can have their old name, blacklist"
        let allow =
            "where qemu-ga has --allow-rpcs (-a), or allow-rpcs in qemu-ga.conf, add "
            + "\(command) to it"
        var help: [String]
        switch known {
        case let known? where known < blocking: help = [old]
        case let known? where known < allowing: help = [both]
        case let known? where known < onlyBlocking: help = [both, allow]
        case .some: help = [block, allow]
        case nil: help = [both, allow]
        }
        help += [
            "qemu-ga.conf is in /etc/qemu; options are in /etc/sysconfig/qemu-ga or "
                + "/etc/default/qemu-guest-agent where its unit names that file",
            "see its unit: systemctl cat qemu-guest-agent",
        ]
        help = help.map { "in the guest: \($0)" }
        return help + restartingAgent
    }

    static func hostTime(_ facts: DiagnosisFacts) -> [String] {
        switch facts.state.id.source {
        case .libvirt: return []
        case .agentSocket, .qemuProcesses, .simulation, .other:
            // QEMU reads two commas as one.
            let name = facts.name.split(separator: ",", omittingEmptySubsequences: false)
                .joined(separator: ",,")
            let naming = "start QEMU with -name \(name),debug-threads=on"
            guard let monitor = facts.clues.monitor else {
                return [naming, "or name its QMP socket: \(monitorOptions(facts))"]
            }
            let help = monitor.help(user: facts.user)
            return help + [help.isEmpty ? naming : "or \(naming)"]
        }
    }

    /// The right path of an agent's socket.
    static func naming(_ socket: SocketAccess, _ facts: DiagnosisFacts) -> [String] {
        switch socket.state {
        case .missing:
            return [
                "see whether the guest runs: pgrep -af qemu",
                "the path is that of QEMU's -chardev socket,path=...; without it: "
                    + channelOptions,
            ]
        case .noAddress:
            let path = socket.path.printable(limit: 4_096)
            guard let slash = path.lastIndex(of: "/"), path.hasPrefix("/") else { return [] }
            let file = path[path.index(after: slash)...]
            return [
                "name it by a link to its folder: "
                    + "sudo ln -s \(String(path[..<slash]).shellWord) /run/short",
                "then: vcputop --agent \(facts.name)=\("/run/short/\(file)".shellWord)",
            ]
        case .allowed, .notASocket, .denied, .unknown:
            return ["give the path of QEMU's -chardev socket,path=..."]
        }
    }

    /// Lists the processes at both ends of a socket's connections.
    ///
    /// The client's end has no path, and is known by the number of its peer.
    static func listingClients(of path: String) -> String {
        let word = path.printable(limit: 300).shellWord
        // Without a connection the pattern is a word that is not there; an empty one matches all.
        let peers = "ss -Hx | grep -F \(word) | awk '{print $NF} END {print \"none\"}'"
        return "sudo ss -xp | grep -w \"$(\(peers))\""
    }

    /// The options that name the guest's sockets.
    static func monitorOptions(_ facts: DiagnosisFacts) -> String {
        let path = facts.socketPath?.shellWord ?? "SOCKET"
        return "--agent=\(facts.name)=\(path) --qmp=\(facts.name)=PATH"
    }

    static func pairing(_ facts: DiagnosisFacts) -> [String] {
        let files = ["guest-file-open", "guest-file-read", "guest-file-close"]
        let disabled = files.filter { facts.clues.commands?[$0] == false }
        if let first = disabled.first {
            return unblocking(first, version: facts.version)
        }
        return facts.virsh == nil
            ? [] : ["it is known after the guest's next start: its vCPUs were plugged unwatched"]
    }

    /// The first two numbers of a version.
    private static func number(_ version: String) -> (Int, Int)? {
        let parts = version.split(separator: ".").prefix(2).map { part in
            Int(part.prefix { $0.isASCII && $0.isNumber })
        }
        guard parts.count == 2, let major = parts[0], let minor = parts[1] else { return nil }
        return (major, minor)
    }
}

extension String {
    /// The text as a part of an address of socat, in which some characters have a meaning.
    fileprivate var socatWord: String {
        var word = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            let isPlain =
                scalar.properties.isAlphabetic || "0123456789/._-".unicodeScalars.contains(scalar)
            if scalar.isASCII, !isPlain { word.append("\\") }
            word.append(scalar)
        }
        return String(word)
    }
}
