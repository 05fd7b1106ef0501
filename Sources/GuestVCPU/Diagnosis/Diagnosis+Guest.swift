extension Diagnosis {
    /// Judges what was found out about a guest.
    package init(_ facts: DiagnosisFacts) {
        let obstacle: Obstacle? =
            switch facts.state.agent {
            case .ok: nil
            case .failed(let error): Obstacle(error, facts)
            case .pending: Obstacle(.agent, "the agent was not asked", help: ["run it again"])
            }
        self.init(
            guest: facts.state.id.name, source: facts.state.id.source,
            findings: GuestCheck.allCases.map { check in
                guard let obstacle, check >= obstacle.check else {
                    return Finding(check, before: obstacle, facts)
                }
                if check == obstacle.check {
                    return Finding(check, .fail, obstacle.message, help: obstacle.help)
                }
                // The host's side does not depend on the agent. What it lacks would be noise now.
                let host = Finding(host: facts)
                if check == .host, obstacle.check > .process, host.result == .ok { return host }
                return Finding(check, .skipped, "not checked: \(obstacle.check.rawValue) failed")
            })
    }
}

extension GuestCheck: Comparable {
    /// Whether a check comes before another one.
    package static func < (one: GuestCheck, two: GuestCheck) -> Bool {
        (allCases.firstIndex(of: one) ?? 0) < (allCases.firstIndex(of: two) ?? 0)
    }
}

extension Finding {
    /// The oldest agent that reports every vCPU: earlier ones leave out the highest ids after a
    /// middle one was unplugged.
    private static let soundVersion = 6

    /// A check before which nothing failed.
    ///
    /// - Parameter obstacle: What fails after it; nil where nothing does.
    fileprivate init(_ check: GuestCheck, before obstacle: Obstacle?, _ facts: DiagnosisFacts) {
        let isRead = facts.state.agent == .ok
        switch check {
        case .source: self.init(check, .ok, Self.source(facts))
        case .process: self.init(process: facts)
        case .channel: self.init(channel: facts)
        case .permission:
            self.init(
                check, facts.wasAsked ? .ok : .skipped,
                facts.wasAsked ? "user \(facts.user) may use the channel" : "not known")
        case .holder: self.init(holder: facts)
        case .agent: self.init(agent: facts)
        case .version: self.init(version: facts)
        case .commands: self.init(commands: facts)
        case .frozen:
            // The list of vCPUs is refused while a file system is frozen.
            self.init(check, isRead ? .ok : .skipped, isRead ? check.plainWords : "not known")
        case .guest: self.init(guest: facts)
        case .host: self.init(host: facts)
        case .pairing: self.init(pairing: facts)
        }
    }

    private static func source(_ facts: DiagnosisFacts) -> String {
        switch facts.state.id.source {
        case .libvirt(let uri): "libvirt answers at \(uri)"
        case .agentSocket: "an agent's socket on this host"
        case .qemuProcesses, .simulation, .other: "\(facts.state.id.source.name) answers"
        }
    }

    private init(process facts: DiagnosisFacts) {
        if let process = facts.clues.process {
            self.init(.process, .ok, "\(process.summary) serves the socket")
        } else if facts.socketPath != nil {
            self.init(
                .process, .skipped,
                facts.error?.kind == .busy
                    ? "not known: a connection tells it, and there was no room for one"
                    : "the process that serves the socket is not visible from here")
        } else {
            let state = facts.state.runState
            self.init(
                .process, .ok, state == .unknown ? "the guest is listed" : "the guest is \(state)")
        }
    }

    private init(channel facts: DiagnosisFacts) {
        guard let path = facts.socketPath else {
            // Without the permission to ask, libvirt does not tell.
            let isKnown = facts.wasAsked && facts.error?.kind != .denied
            self.init(
                .channel, isKnown ? .ok : .skipped,
                isKnown ? GuestCheck.channel.plainWords : "not known")
            return
        }
        if case .denied(let gate)? = facts.clues.socket?.state,
            gate.path != facts.clues.socket?.path
        {
            self.init(.channel, .skipped, "not known: a folder on the way is closed")
        } else {
            self.init(.channel, .ok, "the socket is \(path)")
        }
    }

    private init(holder facts: DiagnosisFacts) {
        if facts.virsh != nil {
            self.init(.holder, .ok, "libvirt shares the channel among its clients")
            return
        }
        switch facts.error?.kind {
        case .unresponsive where facts.clues.holders == nil,
            .notRunning where facts.clues.holders == nil:
            self.init(
                .holder, .skipped, "not known: the kernel does not list this socket's clients")
        case .disconnected:
            self.init(.holder, .skipped, "not known: the agent did not answer")
        default:
            // It answered this program, or the kernel lists no other client.
            self.init(.holder, .ok, GuestCheck.holder.plainWords)
        }
    }

    private init(agent facts: DiagnosisFacts) {
        guard facts.state.agent == .ok, let time = facts.state.exchange else {
            self.init(.agent, .ok, "the agent answers")
            return
        }
        self.init(.agent, .ok, "the agent answers, in \(Int(time / .milliseconds(1))) ms")
    }

    private init(version facts: DiagnosisFacts) {
        guard let version = facts.version else {
            self.init(
                .version, .skipped,
                facts.virsh == nil
                    ? "the agent does not tell its version" : "libvirt does not tell the version")
            return
        }
        let major = Int(version.prefix { $0.isASCII && $0.isNumber })
        guard let major, major < Self.soundVersion else {
            self.init(.version, .ok, "version \(version)")
            return
        }
        self.init(
            .version, .warn,
            "version \(version): before \(Self.soundVersion).0 an agent leaves out the highest "
                + "vCPUs after one below them was unplugged",
            help: ["in the guest: apt install --only-upgrade qemu-guest-agent"])
    }

    private init(commands facts: DiagnosisFacts) {
        let support = facts.state.reading?.setSupport
        switch support {
        case .absent:
            self.init(
                .commands, .warn,
                "the agent has no guest-set-vcpus: the guest is read and cannot be changed",
                help: ["agents on Windows have none; elsewhere upgrade qemu-guest-agent"])
        case .disabled:
            self.init(
                .commands, .warn,
                "guest-set-vcpus is disabled in the guest: it is read and cannot be changed",
                help: Mend.unblocking("guest-set-vcpus", version: facts.version))
        case .available:
            self.init(.commands, .ok, "guest-get-vcpus and guest-set-vcpus are enabled")
        case .readOnly:
            self.init(.commands, .ok, "guest-get-vcpus is enabled; the connection only reads")
        case .unknown:
            self.init(
                .commands, .ok,
                "guest-get-vcpus is enabled; only a change tells whether guest-set-vcpus is")
        case nil: self.init(.commands, .ok, "guest-get-vcpus is enabled")
        }
    }

    private init(guest facts: DiagnosisFacts) {
        guard let vcpus = facts.state.vcpus, facts.state.agent == .ok else {
            self.init(.guest, .skipped, "not known")
            return
        }
        var text = "\(vcpus.online.count) of \(vcpus.vcpus.count) vCPUs are online"
        if !vcpus.offline.isEmpty { text += "; offline: \(vcpus.offline.list)" }
        if let contradicted = facts.state.judgement.contradicted, !contradicted.isEmpty {
            self.init(
                .guest, .warn,
                "the guest calls vCPU \(contradicted.list) offline, but its thread runs",
                help: ["read the guest again; where it stays so, the agent does not tell the truth"]
            )
            return
        }
        if let plugged = facts.state.host?.reading.current, plugged > vcpus.vcpus.count {
            self.init(
                .guest, .warn, "\(text); \(plugged) are plugged, so the guest does not report all",
                help: ["in the guest: dmesg | grep -i cpu"])
            return
        }
        self.init(.guest, .ok, text)
    }

    fileprivate init(host facts: DiagnosisFacts) {
        let monitor = facts.clues.monitor
        guard let host = facts.state.host, !host.reading.vcpus.isEmpty else {
            let trouble = monitor?.trouble(user: facts.user).map { ": \($0)" } ?? " here"
            self.init(
                .host, .warn, "the CPU time of the vCPUs is not known\(trouble)",
                help: Mend.hostTime(facts))
            return
        }
        let timed = host.reading.vcpus.count { $0.timeNanoseconds != nil }
        guard timed > 0 else {
            self.init(
                .host, .warn,
                "the vCPUs share one thread (TCG without thread=multi): no time of their own",
                help: ["start QEMU with -accel tcg,thread=multi, or with -accel kvm"])
            return
        }
        let words = "the CPU time of \(timed) vCPUs is read"
        // The threads' names tell enough, but QMP will be missed when the agent is silent.
        if let monitor, monitor.socket.faultOfPath != nil,
            let trouble = monitor.trouble(user: facts.user)
        {
            self.init(.host, .warn, "\(words); \(trouble)", help: monitor.help(user: facts.user))
            return
        }
        self.init(.host, .ok, words)
    }

    private init(pairing facts: DiagnosisFacts) {
        guard let host = facts.state.host else {
            self.init(.pairing, .skipped, "nothing to pair: host time is not known")
            return
        }
        switch host.pairing.confidence {
        case .confirmed: self.init(.pairing, .ok, "confirmed by the guest's firmware")
        case .inferred: self.init(.pairing, .ok, "inferred from the order of the vCPUs")
        case .unknown:
            self.init(
                .pairing, .warn,
                "it is not known which vCPU of the guest is which of the host's",
                help: Mend.pairing(facts))
        }
    }
}
