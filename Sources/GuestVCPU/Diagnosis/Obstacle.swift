internal import SafeText

/// Why a guest was not read: the check that fails, and its mend.
struct Obstacle {
    /// The check that fails.
    let check: GuestCheck
    /// What is wrong.
    let message: String
    /// What to do about it.
    let help: [String]

    init(_ check: GuestCheck, _ message: String, help: [String]) {
        self.check = check
        self.message = message
        self.help = help
    }

    /// Finds the cause of an agent's error.
    init(_ error: AgentError, _ facts: DiagnosisFacts) {
        switch error.kind {
        case .unresponsive: self = Self.silence(error, facts)
        case .busy: self = Self.holder(error, facts)
        case .disconnected: self = Self.noLine(error, facts)
        case .denied: self = Self.denial(error, facts)
        case .waiting:
            self.init(
                .holder, error.summary,
                help: [
                    "find the guests whose agents hang: vcputop list --filter agent=unresponsive"
                ] + Mend.hangingCalls(facts))
        case .notRunning:
            self.init(.agent, error.summary, help: Mend.startingAgent)
        case .absent:
            self.init(.channel, error.summary, help: Mend.addingChannel(facts))
        case .paused:
            self.init(.process, error.summary, help: Mend.resuming(facts))
        case .unsupported: self = Self.lack(error, facts)
        case .blocked:
            self.init(
                .commands, "guest-get-vcpus is disabled in the guest",
                help: Mend.unblocking("guest-get-vcpus", version: facts.version))
        case .frozen:
            self.init(.frozen, error.summary, help: Mend.thawing(facts))
        case .malformed:
            self.init(
                .guest, error.summary,
                help: [
                    "look at what the agent sends: vcputop list --debug-log FILE",
                    "in the guest: reinstall qemu-guest-agent",
                ])
        case .error:
            // What this program lacks says nothing about the guest.
            self.init(
                error.isOurs ? .source : .guest, error.summary,
                help: error.isOurs ? [] : ["in the guest: journalctl -u qemu-guest-agent"])
        }
    }

    /// The agent is too old, or libvirt's driver has no agents.
    private static func lack(_ error: AgentError, _ facts: DiagnosisFacts) -> Obstacle {
        if facts.virsh != nil, !error.message.contains("has not been found") {
            return Obstacle(
                .source, "libvirt's driver asks no agents: \(error.message)",
                help: ["only its driver for QEMU does: vcputop -c qemu:///system"])
        }
        return Obstacle(
            .commands, error.summary,
            help: ["in the guest: upgrade qemu-guest-agent; 1.5 and later have the command"])
    }

    /// No answer in time: another client holds the channel, or the agent hangs.
    private static func silence(_ error: AgentError, _ facts: DiagnosisFacts) -> Obstacle {
        if facts.clues.holders?.isEmpty == false || facts.clues.isOfLibvirt {
            return holder(error, facts)
        }
        if facts.virsh != nil {
            return Obstacle(
                .agent, error.summary, help: Mend.restartingAgent + Mend.hangingCalls(facts))
        }
        var message = error.summary
        var help = Mend.restartingAgent
        if facts.clues.holders == nil, let path = facts.socketPath {
            help.append(
                "another client may hold the channel: \(Mend.listingClients(of: path))")
        }
        if let monitor = facts.clues.monitor {
            if let trouble = monitor.trouble(user: facts.user) {
                message += "; \(trouble)"
                help += monitor.help(user: facts.user)
            }
        } else {
            help.append(
                "with \(Mend.monitorOptions(facts)), QEMU tells whether an agent runs and the guest "
                    + "is paused")
        }
        return Obstacle(.agent, message, help: help)
    }

    private static func holder(_ error: AgentError, _ facts: DiagnosisFacts) -> Obstacle {
        let summary = AgentError(.busy).summary
        if let virsh = facts.virsh {
            return Obstacle(
                .holder, error.summary,
                help: [
                    "another job of libvirt runs on the guest: \(virsh) domjobinfo \(facts.name)",
                    "wait for its end, or restart what asked for it",
                ])
        }
        if facts.clues.isOfLibvirt || facts.clues.holders?.contains(where: isLibvirt) == true {
            return Obstacle(
                .holder, "\(summary): libvirt, whose guest it is",
                help: ["vcputop -c qemu:///system asks through libvirt"])
        }
        guard let holders = facts.clues.holders, !holders.isEmpty else {
            return Obstacle(
                .holder, error.summary,
                help: facts.socketPath.map {
                    ["find the client: \(Mend.listingClients(of: $0))"]
                } ?? [])
        }
        let names = holders.prefix(3).map(\.summary).joined(separator: ", ")
        var help: [String] = []
        if let known = holders.first(where: { $0.processID != nil }),
            let processID = known.processID
        {
            help.append(
                "wait for its end; end it only if it is no backup: kill \(processID)")
        } else if let path = facts.socketPath {
            help.append("find the client: \(Mend.listingClients(of: path))")
        }
        return Obstacle(.holder, "\(summary): \(names)", help: help)
    }

    private static func isLibvirt(_ process: NamedProcess) -> Bool {
        process.name == "libvirtd" || process.name == "virtqemud"
    }

    private static func noLine(_ error: AgentError, _ facts: DiagnosisFacts) -> Obstacle {
        guard let socket = facts.clues.socket else {
            // libvirt reconnects when the agent has opened its end again.
            if error.message.contains("not available due to an error") {
                return Obstacle(.agent, error.summary, help: Mend.restartingAgent)
            }
            let isSource = error.message.contains("connection to libvirt")
            return Obstacle(
                isSource ? .source : .process, error.summary,
                help: facts.virsh.map { ["see whether it still runs: \($0) list --all"] } ?? [])
        }
        switch socket.state {
        case .missing, .notASocket, .noAddress:
            return Obstacle(
                .channel, socket.faultOfPath ?? error.message, help: Mend.naming(socket, facts))
        case .denied(let gate):
            return Obstacle(.permission, gate.summary, help: gate.help(user: facts.user))
        case .unknown:
            return Obstacle(
                .channel, "the path cannot be looked at: \(error.message)",
                help: ["see what is there: ls -lL \(socket.path.shellWord)"])
        case .allowed:
            // A line that breaks under the exchange has no path in its message.
            guard error.message.hasPrefix(socket.path) else {
                return Obstacle(
                    .agent, "the line to the agent was closed under the exchange",
                    help: ["run it again: the agent or the guest may just have restarted"])
            }
            return Obstacle(
                .process, "no process listens at \(error.message)",
                help: [
                    "the guest has ended: start it again, and QEMU replaces the socket"
                ])
        }
    }

    private static func denial(_ error: AgentError, _ facts: DiagnosisFacts) -> Obstacle {
        if let socket = facts.clues.socket {
            switch socket.state {
            case .denied(let gate):
                return Obstacle(
                    .permission, "user \(facts.user) may not connect: \(gate.summary)",
                    help: gate.help(user: facts.user))
            case .allowed where error.message.contains("a process other than"):
                return Obstacle(
                    .process, error.message,
                    help: ["if you trust that process: vcputop --agent \(facts.name)=PATH"])
            case .allowed, .missing, .notASocket, .noAddress, .unknown:
                return Obstacle(
                    .permission, error.summary,
                    help: [
                        "the file's mode allows it: look for SELinux or AppArmor in dmesg"
                    ])
            }
        }
        return Obstacle(
            .permission, error.summary,
            help: SourceMend(
                facts.state.id.source, reason: error.message, daemon: facts.daemon,
                user: facts.user
            ).denialHelp)
    }
}
