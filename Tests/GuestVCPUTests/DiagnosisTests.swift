import Testing

@testable import GuestVCPU

/// The judgement of `doctor`, by table: which check fails for which facts, and its mend.
@Suite("The diagnosis of a guest")
struct DiagnosisTests {
    static let path = "/run/web1.sock"
    static let socket = SourceID.agentSocket(path: path)
    static let libvirt = SourceID.libvirt(uri: "qemu:///system")

    static func state(
        _ agent: AgentStatus, source: SourceID = socket, runState: RunState = .running,
        name: String = "web1", support: SetSupport = .available, version: String? = "7.2.22",
        plugged: Int? = nil, pairing: Pairing? = nil
    ) -> GuestState {
        let vcpus = GuestVCPUs(
            vcpus: [0, 1, 2, 3], online: [0, 1, 2], offlinable: [1, 2, 3], readAt: .now)
        let host = plugged.map { count in
            let reading = HostReading(
                vcpus: (0..<count).compactMap { number in
                    HostIndex(validating: number).map {
                        HostVCPU(index: $0, timeNanoseconds: 5)
                    }
                }, current: count, maximum: count, readAt: .now)
            return HostState(
                reading: reading,
                pairing: pairing ?? .infer(guest: vcpus.vcpus, host: reading), shares: [:])
        }
        return GuestState(
            id: GuestID(source: source, name: name), runState: runState, agent: agent,
            reading: agent == .ok
                ? AgentReading(vcpus: vcpus, version: version, setSupport: support) : nil,
            exchange: agent == .ok ? .milliseconds(43) : nil, host: host, isWritable: false)
    }

    static func diagnosis(
        _ state: GuestState, daemon: SocketAccess? = nil,
        _ edit: (inout GuestClues) -> Void = { _ in }
    ) -> Diagnosis {
        var clues = GuestClues()
        if case .agentSocket = state.id.source {
            clues.socket = SocketAccess(path: path, state: .allowed)
            clues.process = NamedProcess(processID: 4711, name: "qemu-system-x86", user: "root")
            clues.monitor = MonitorClueTests.monitor()
        }
        edit(&clues)
        return Diagnosis(DiagnosisFacts(state: state, clues: clues, daemon: daemon, user: "ada"))
    }

    static func gate(
        _ path: String = path, group: String = "kvm", isOpen: Bool = true, lists: Bool = false
    ) -> SocketAccess {
        SocketAccess(
            path: Self.path,
            state: .denied(
                SocketAccess.Gate(
                    path: path, owner: "root", group: group, mode: 0o660, isOpenToGroup: isOpen,
                    listsUser: lists)))
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let error: AgentError
        var source = DiagnosisTests.socket
        var clues: @Sendable (inout GuestClues) -> Void = { _ in }
        var daemon: SocketAccess?
        let check: GuestCheck
        /// A part of the message, and one of the help.
        let message: String
        let help: String
    }

    static let rows: [Row] = [
        Row(
            testDescription: "an agent that does not answer", error: AgentError(.unresponsive),
            clues: { $0.holders = [] }, check: .agent, message: "does not answer",
            help: "systemctl restart qemu-guest-agent"),
        Row(
            testDescription: "no answer, and the clients are not known",
            error: AgentError(.unresponsive), check: .agent, message: "does not answer",
            help: "grep -F /run/web1.sock"),
        Row(
            testDescription: "no answer, and QMP was not named", error: AgentError(.unresponsive),
            clues: { $0.monitor = nil }, check: .agent, message: "does not answer",
            help: "--qmp=web1=PATH"),
        Row(
            testDescription: "no answer, since another client holds the channel",
            error: AgentError(.unresponsive),
            clues: { $0.holders = [NamedProcess(processID: 7, name: "socat", user: "bob")] },
            check: .holder, message: "socat (process 7 of bob)", help: "kill 7"),
        Row(
            testDescription: "libvirt holds the channel", error: AgentError(.busy),
            clues: { $0.holders = [NamedProcess(processID: 7, name: "libvirtd", user: "root")] },
            check: .holder, message: "libvirt, whose guest it is",
            help: "vcputop -c qemu:///system"),
        Row(
            testDescription: "no answer of a guest of libvirt, whose clients are not known",
            error: AgentError(.unresponsive), clues: { $0.isOfLibvirt = true }, check: .holder,
            message: "libvirt, whose guest it is", help: "vcputop -c qemu:///system"),
        Row(
            testDescription: "a hidden client holds the channel", error: AgentError(.busy),
            clues: { $0.holders = [NamedProcess(processID: nil, name: nil)] },
            check: .holder, message: "may not see", help: "sudo ss -xp"),
        Row(
            testDescription: "libvirt's agent does not answer", error: AgentError(.unresponsive),
            source: libvirt, check: .agent, message: "does not answer",
            help: "virsh -c qemu:///system guest-agent-timeout web1 --timeout 5"),
        Row(
            testDescription: "another job of libvirt", error: AgentError(.busy), source: libvirt,
            check: .holder, message: "holds", help: "virsh -c qemu:///system domjobinfo web1"),
        Row(
            testDescription: "no socket",
            error: AgentError(.disconnected, "\(path): No such file or directory"),
            clues: { $0.socket = SocketAccess(path: path, state: .missing(path)) },
            check: .channel, message: "there is no socket at /run/web1.sock",
            help: "name=org.qemu.guest_agent.0"),
        Row(
            testDescription: "no folder of the socket",
            error: AgentError(.disconnected, "\(path): No such file or directory"),
            clues: { $0.socket = SocketAccess(path: path, state: .missing("/run")) },
            check: .channel, message: "/run is missing", help: "pgrep -af qemu"),
        Row(
            testDescription: "a file that is no socket",
            error: AgentError(.disconnected, "\(path): not a socket"),
            clues: { $0.socket = SocketAccess(path: path, state: .notASocket) },
            check: .channel, message: "is not a socket", help: "-chardev socket,path="),
        Row(
            testDescription: "a path that is too long for a socket",
            error: AgentError(.disconnected, "/long/a.sock: a path of 120 bytes"),
            clues: {
                $0.socket = SocketAccess(
                    path: "/long/a.sock", state: .noAddress("/long/a.sock: a path of 120 bytes"))
            },
            check: .channel, message: "/long/a.sock: a path of 120 bytes",
            help: "sudo ln -s /long /run/short\nthen: vcputop --agent web1=/run/short/a.sock"),
        Row(
            testDescription: "no answer of the agent, and a wrong path of QMP",
            error: AgentError(.unresponsive),
            clues: {
                $0.holders = []
                $0.monitor = MonitorClueTests.monitor(.missing("/run/web1.qmp"))
            },
            check: .agent,
            message: "does not answer; QMP cannot be asked: there is no socket at /run/web1.qmp",
            help: "give --qmp"),
        Row(
            testDescription: "no listener",
            error: AgentError(.disconnected, "\(path): Connection refused"),
            check: .process, message: "no process listens at /run/web1.sock", help: "start it"),
        Row(
            testDescription: "the line broke", error: AgentError(.disconnected), check: .agent,
            message: "closed", help: "run it again"),
        Row(
            testDescription: "a domain that has ended",
            error: AgentError(.disconnected, "the guest has ended"), source: libvirt,
            check: .process, message: "has ended", help: "virsh -c qemu:///system list --all"),
        Row(
            testDescription: "no connection to libvirt",
            error: AgentError(.disconnected, "the connection to libvirt was lost: why"),
            source: libvirt, check: .source, message: "lost", help: "virsh"),
        Row(
            testDescription: "a socket of another group",
            error: AgentError(.denied, "\(path): Permission denied"),
            clues: { $0.socket = gate() }, check: .permission,
            message: "user ada may not connect: /run/web1.sock belongs to root:kvm, mode 0660",
            help: "sudo usermod -aG kvm ada"),
        Row(
            testDescription: "a folder of another group",
            error: AgentError(.denied, "\(path): Permission denied"),
            clues: { $0.socket = gate("/run", group: "adm") }, check: .permission,
            message: "/run belongs to root:adm", help: "sudo usermod -aG adm ada"),
        Row(
            testDescription: "a group joined after this login began",
            error: AgentError(.denied, "\(path): Permission denied"),
            clues: { $0.socket = gate(lists: true) }, check: .permission, message: "root:kvm",
            help: "log in again"),
        Row(
            testDescription: "a socket that its group may not use",
            error: AgentError(.denied, "\(path): Permission denied"),
            clues: { $0.socket = gate(isOpen: false) }, check: .permission, message: "root:kvm",
            help: "as root, with sudo"),
        Row(
            testDescription: "a denial that the file's mode does not explain",
            error: AgentError(.denied, "\(path): Permission denied"), check: .permission,
            message: "Permission denied", help: "AppArmor"),
        Row(
            testDescription: "a stranger serves the socket",
            error: AgentError(
                .denied, "\(path): a process other than the guest's QEMU serves it"),
            check: .process, message: "a process other than", help: "--agent web1=PATH"),
        Row(
            testDescription: "libvirt denies",
            error: AgentError(.denied, "libvirt asks no agent over a read-only connection"),
            source: libvirt, daemon: gate("/run/libvirt/libvirt-sock", group: "libvirt"),
            check: .permission, message: "read-only", help: "sudo usermod -aG libvirt ada"),
        Row(
            testDescription: "libvirt's access control denies",
            error: AgentError(.denied, "access denied"), source: libvirt,
            daemon: SocketAccess(path: "/run/libvirt/libvirt-sock", state: .allowed),
            check: .permission, message: "access denied", help: "polkit"),
        Row(
            testDescription: "no agent", error: AgentError(.notRunning), check: .agent,
            message: "no agent runs", help: "apt install qemu-guest-agent"),
        Row(
            testDescription: "no agent of a libvirt guest", error: AgentError(.notRunning),
            source: libvirt, check: .agent, message: "no agent runs",
            help: "systemctl start qemu-guest-agent"),
        Row(
            testDescription: "no channel", error: AgentError(.absent), source: libvirt,
            check: .channel, message: "no agent channel", help: "<target type='virtio'"),
        Row(
            testDescription: "a paused domain", error: AgentError(.paused), source: libvirt,
            check: .process, message: "paused", help: "virsh -c qemu:///system resume web1"),
        Row(
            testDescription: "a paused QEMU", error: AgentError(.paused), check: .process,
            message: "paused", help: "cont"),
        Row(
            testDescription: "a driver without agents",
            error: AgentError(.unsupported, "not supported by the connection driver"),
            source: .libvirt(uri: "test:///default"), check: .source,
            message: "not supported by the connection driver", help: "QEMU"),
        Row(
            testDescription: "an agent of a libvirt guest without the command",
            error: AgentError(.unsupported, "guest-get-vcpus has not been found"),
            source: libvirt, check: .commands, message: "no such command",
            help: "upgrade qemu-guest-agent"),
        Row(
            testDescription: "an agent without the command", error: AgentError(.unsupported),
            check: .commands, message: "no such command", help: "upgrade qemu-guest-agent"),
        Row(
            testDescription: "a blocked command", error: AgentError(.blocked, "guest-get-vcpus"),
            clues: { $0.version = "7.2.22" }, check: .commands,
            message: "guest-get-vcpus is disabled", help: "--block-rpcs"),
        Row(
            testDescription: "a blocked command of an old agent", error: AgentError(.blocked),
            clues: { $0.version = "5.2.0" }, check: .commands, message: "disabled",
            help: "--blacklist"),
        Row(
            testDescription: "a blocked command of a new agent", error: AgentError(.blocked),
            clues: { $0.version = "10.0.2" }, check: .commands, message: "disabled",
            help: "--allow-rpcs"),
        Row(
            testDescription: "frozen", error: AgentError(.frozen), check: .frozen,
            message: "frozen", help: "guest-fsfreeze-thaw"),
        Row(
            testDescription: "a frozen guest of libvirt", error: AgentError(.frozen),
            source: libvirt, check: .frozen, message: "frozen",
            help: "virsh -c qemu:///system domfsthaw web1"),
        Row(
            testDescription: "nonsense", error: AgentError(.malformed, "an id is out of range"),
            check: .guest, message: "an id is out of range", help: "--debug-log"),
        Row(
            testDescription: "the guest's own error", error: AgentError(.error, "no /sys"),
            check: .guest, message: "no /sys", help: "journalctl -u qemu-guest-agent"),
        Row(
            testDescription: "hung guests hold the lines", error: AgentError(.waiting),
            source: libvirt, check: .holder, message: "hung guests",
            help: "guest-agent-timeout"),
    ]

    @Test("each cause fails the check where it is, with its mend", arguments: rows)
    func causes(_ row: Row) throws {
        let diagnosis = Self.diagnosis(
            Self.state(.failed(row.error), source: row.source, plugged: 4), daemon: row.daemon,
            row.clues)
        let cause = try #require(diagnosis.cause)
        #expect(diagnosis.verdict == .fail)
        #expect(cause.check == row.check)
        #expect(cause.message.contains(row.message), "\(cause.message)")
        #expect(
            cause.help.joined(separator: "\n").contains(row.help), "\(cause.help)")
        // What comes before it is not said to fail, and what comes after is not said to be well.
        for finding in diagnosis.findings where finding.check != row.check {
            #expect(finding.result != .fail)
            if finding.check > row.check, finding.check != .host {
                #expect(finding.result == .skipped, "\(finding.check)")
            }
        }
        #expect(diagnosis.findings.map(\.check) == GuestCheck.allCases)
    }

    @Test("what nothing tells is not called ok")
    func unknown() {
        let silent = Self.diagnosis(Self.state(.failed(AgentError(.unresponsive))))
        #expect(silent[.holder].result == .skipped)
        let denied = Self.diagnosis(
            Self.state(.failed(AgentError(.denied)), source: Self.libvirt))
        #expect(denied[.channel].result == .skipped)
        let waiting = Self.diagnosis(
            Self.state(.failed(AgentError(.waiting)), source: Self.libvirt))
        #expect(waiting[.channel].result == .skipped)
        #expect(waiting[.permission].result == .skipped)
        let closed = Self.diagnosis(Self.state(.failed(AgentError(.denied)))) {
            $0.socket = Self.gate("/run")
        }
        #expect(closed[.channel].result == .skipped)
    }

    @Test("the table has every condition")
    func complete() {
        #expect(Set(Self.rows.map(\.error.kind)) == Set(AgentError.Kind.allCases))
    }

    @Test("a shortage of this program is not the guest's fault")
    func shortage() {
        let diagnosis = Self.diagnosis(
            Self.state(.failed(AgentError(.error, "no descriptors", isOurs: true))))
        #expect(diagnosis.cause?.check == .source)
    }

    @Test("a sound guest is ok in each check")
    func sound() {
        let diagnosis = Self.diagnosis(Self.state(.ok, plugged: 4))
        #expect(diagnosis.verdict == .ok)
        #expect(diagnosis.cause == nil)
        #expect(diagnosis.findings.allSatisfy { $0.result == .ok }, "\(diagnosis.findings)")
        #expect(diagnosis[.guest].message == "3 of 4 vCPUs are online; offline: 3")
    }

    @Test("what limits a guest that is read is a warning, at its check, with its mend")
    func warnings() throws {
        let rows: [(GuestState, GuestCheck, String)] = [
            (Self.state(.ok, version: "5.2.0", plugged: 4), .version, "--only-upgrade"),
            (Self.state(.ok, support: .absent, plugged: 4), .commands, "Windows"),
            (Self.state(.ok, support: .disabled, plugged: 4), .commands, "--block-rpcs"),
            (Self.state(.ok, plugged: 5, pairing: .unknown), .guest, "dmesg"),
            (Self.state(.ok), .host, "debug-threads=on"),
        ]
        for (state, check, help) in rows {
            let cause = try #require(Self.diagnosis(state).cause)
            #expect(cause.check == check)
            #expect(cause.result == .warn)
            #expect(cause.help.joined(separator: "\n").contains(help), "\(cause.help)")
        }
    }

    @Test("an unknown pairing names the command that is disabled")
    func pairing() throws {
        let state = Self.state(.ok, plugged: 4, pairing: .unknown)
        let diagnosis = Self.diagnosis(state) { $0.commands = ["guest-file-open": false] }
        #expect(diagnosis[.pairing].result == .warn)
        #expect(diagnosis[.pairing].help.contains { $0.contains("--block-rpcs") })
    }

    @Test("a name with blanks, quotes and escapes is one word of the shell in each help")
    func quoting() throws {
        let name = "web 1'; rm -rf /\u{1b}[2J"
        let state = Self.state(
            .failed(AgentError(.unresponsive)), source: Self.libvirt, name: name)
        let help = Self.diagnosis(state)[.agent].help.joined(separator: "\n")
        #expect(help.contains(#"'web 1'\''; rm -rf /"#), "\(help)")
        #expect(!help.contains("\u{1b}"))
    }

    @Test("a source that does not answer fails alone, with the group of its daemon's socket")
    func source() throws {
        let diagnosis = Diagnosis(
            guest: nil, failed: Self.libvirt, reason: "Permission denied",
            daemon: Self.gate("/run/libvirt/libvirt-sock", group: "libvirt"), user: "ada")
        #expect(diagnosis.guest == nil)
        #expect(diagnosis[.source].result == .fail)
        #expect(diagnosis[.source].help.first == "sudo usermod -aG libvirt ada")
        #expect(diagnosis.findings.dropFirst().allSatisfy { $0.result == .skipped })
    }

    @Test("a guest that is left out fails at the check that its reason names")
    func leftOut() {
        for check in [GuestCheck.source, .process, .channel] {
            let guest = LeftOutGuest(
                name: "web1", obstacle: check, reason: "why", help: "type this")
            let diagnosis = Diagnosis(guest, source: .qemuProcesses)
            #expect(diagnosis.cause?.check == check)
            #expect(diagnosis.cause?.help == ["type this"])
        }
    }
}
