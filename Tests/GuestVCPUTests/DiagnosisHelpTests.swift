import Testing

@testable import GuestVCPU

/// Whole findings: their results, their words and their help.
@Suite("The diagnosis of a guest that is not read, word by word")
struct DiagnosisHelpTests {
    private typealias Facts = DiagnosisTests

    private static func text(_ findings: some Sequence<Finding>) -> String {
        DiagnosisTextTests.text(findings)
    }

    private static func failed(
        _ kind: AgentError.Kind, _ message: String = "", source: SourceID = Facts.socket,
        plugged: Int? = nil
    ) -> GuestState {
        Facts.state(.failed(AgentError(kind, message)), source: source, plugged: plugged)
    }

    @Test("a guest whose agent is silent: what is before the failed check, and what is after it")
    func silent() {
        let diagnosis = Facts.diagnosis(Self.failed(.unresponsive, plugged: 4)) {
            $0.monitor = nil
        }
        #expect(
            Self.text(diagnosis.findings) == """
                ok source: an agent's socket on this host
                ok process: qemu-system-x86 (process 4711 of root) serves the socket
                ok channel: the socket is /run/web1.sock
                ok permission: user ada may use the channel
                skipped holder: not known: the kernel does not list this socket's clients
                fail agent: the agent does not answer
                    in the guest: systemctl restart qemu-guest-agent
                    another client may hold the channel: sudo ss -xp | grep -w \
                "$(ss -Hx | grep -F /run/web1.sock | awk '{print $NF} END {print "none"}')"
                    with --agent=web1=/run/web1.sock --qmp=web1=PATH, QEMU tells whether an agent \
                runs and the guest is paused
                skipped version: not checked: agent failed
                skipped commands: not checked: agent failed
                skipped frozen: not checked: agent failed
                skipped guest: not checked: agent failed
                ok host: the CPU time of 4 vCPUs is read
                skipped pairing: not checked: agent failed
                """)
        // Host time does not help a guest that is paused, and its lack is no news.
        let paused = Facts.diagnosis(Self.failed(.paused, plugged: 4))
        #expect(Self.text([paused[.host]]) == "skipped host: not checked: process failed")
        let untimed = Facts.diagnosis(Self.failed(.unresponsive))
        #expect(Self.text([untimed[.host]]) == "skipped host: not checked: agent failed")
    }

    @Test("a guest that was not asked, or that this user may not ask")
    func unasked() {
        let pending = Facts.diagnosis(Facts.state(.pending))
        #expect(
            Self.text([pending[.permission], pending[.agent]]) == """
                skipped permission: not known
                fail agent: the agent was not asked
                    run it again
                """)
        let folder = Facts.diagnosis(Self.failed(.denied, "no")) { $0.socket = Facts.gate("/run") }
        #expect(
            Self.text([folder[.channel], folder[.permission]]) == """
                skipped channel: not known: a folder on the way is closed
                fail permission: user ada may not connect: /run belongs to root:kvm, mode 0660
                    sudo usermod -aG kvm ada
                    then log in again
                """)
        let listed = Facts.diagnosis(Self.failed(.denied)) { $0.socket = Facts.gate(lists: true) }
        #expect(
            Self.text([listed[.channel]]) == "ok channel: the socket is /run/web1.sock")
        #expect(listed[.permission].help.last == "until then: sg kvm vcputop")
        let denied = Facts.diagnosis(Self.failed(.denied, source: Facts.libvirt))
        #expect(Self.text([denied[.channel]]) == "skipped channel: not known")
        #expect(
            denied[.permission].help == [
                "as root, or in group libvirt: sudo usermod -aG libvirt ada",
                "then log in again",
                "where polkit decides: allow org.libvirt.unix.manage, and "
                    + "org.libvirt.api.domain.write with access drivers",
                "not with a read-only connection (+ro, libvirt-sock-ro): it asks no agent",
            ])
    }

    @Test("a guest without a channel, one that waits, and one that is frozen")
    func helps() {
        let rows: [(GuestState, GuestCheck, [String])] = [
            (
                Self.failed(.absent), .channel,
                [
                    "start QEMU with -chardev socket,id=qga0,path=PATH,server=on,wait=off "
                        + "-device virtio-serial "
                        + "-device virtserialport,chardev=qga0,name=org.qemu.guest_agent.0"
                ]
            ),
            (
                Self.failed(.absent, source: Facts.libvirt), .channel,
                [
                    "echo \"<channel type='unix'><target type='virtio' "
                        + "name='org.qemu.guest_agent.0'/></channel>\" | virsh -c qemu:///system "
                        + "attach-device web1 /dev/stdin --live --config",
                    "in the guest, with apt, dnf or zypper: apt install qemu-guest-agent",
                ]
            ),
            (
                Self.failed(.waiting, source: Facts.libvirt), .holder,
                [
                    "find the guests whose agents hang: vcputop list --filter agent=unresponsive",
                    "so that libvirt's later calls end: virsh -c qemu:///system "
                        + "guest-agent-timeout web1 --timeout 5",
                ]
            ),
            (
                Self.failed(.frozen), .frozen,
                [
                    "a backup may be at work: wait for its end",
                    "if none is, with socat: echo '{\"execute\":\"guest-fsfreeze-thaw\"}' "
                        + "| socat -t10 - UNIX-CONNECT:/run/web1.sock",
                ]
            ),
            (
                Self.failed(.blocked), .commands,
                Mend.unblocking("guest-get-vcpus", version: nil)
            ),
            (
                Self.failed(.malformed), .guest,
                [
                    "look at what the agent sends: vcputop list --debug-log FILE",
                    "in the guest: reinstall qemu-guest-agent",
                ]
            ),
            (
                Self.failed(.busy, source: Facts.libvirt), .holder,
                [
                    "another job of libvirt runs on the guest: virsh -c qemu:///system domjobinfo "
                        + "web1", "wait for its end, or restart what asked for it",
                ]
            ),
            (
                Self.failed(.busy), .holder,
                [
                    "find the client: sudo ss -xp | grep -w "
                        + "\"$(ss -Hx | grep -F /run/web1.sock | awk '{print $NF} END {print \"none\"}')\""
                ]
            ),
        ]
        for (state, check, help) in rows {
            let finding = Facts.diagnosis(state)[check]
            #expect(finding.result == .fail)
            #expect(finding.help == help)
        }
    }

    @Test("an agent that answers nonsense has answered")
    func malformed() {
        let diagnosis = Facts.diagnosis(Self.failed(.malformed))
        let checks: [GuestCheck] = [.holder, .agent, .commands, .frozen]
        #expect(
            Self.text(checks.map { diagnosis[$0] }) == """
                ok holder: no other client holds the channel
                ok agent: the agent answers
                ok commands: guest-get-vcpus is enabled
                skipped frozen: not known
                """)
    }

    @Test("where no agent answers, its clients are known from the kernel alone")
    func unknownHolder() {
        let unknown = Facts.diagnosis(Self.failed(.notRunning))
        let broken = Facts.diagnosis(Self.failed(.disconnected))
        let none = Facts.diagnosis(Self.failed(.notRunning)) { $0.holders = [] }
        #expect(
            Self.text([unknown, broken, none].map { $0[.holder] }) == """
                skipped holder: not known: the kernel does not list this socket's clients
                skipped holder: not known: the agent did not answer
                ok holder: no other client holds the channel
                """)
    }

    @Test("clients that hold the channel: three are named, and one that can be ended")
    func holders() {
        let diagnosis = Facts.diagnosis(Self.failed(.busy)) {
            $0.holders = [
                NamedProcess(processID: nil, name: nil), NamedProcess(processID: 8, name: nil),
                NamedProcess(processID: 9, name: "c", user: "u"),
                NamedProcess(processID: 10, name: "d"),
            ]
        }
        #expect(
            Self.text([diagnosis[.holder]]) == """
                fail holder: another client holds the agent's channel: a process that this user \
                may not see, process 8, c (process 9 of u)
                    wait for its end; end it only if it is no backup: kill 8
                """)
        let daemon = Facts.diagnosis(Self.failed(.busy)) {
            $0.holders = [NamedProcess(processID: 7, name: "virtqemud", user: "root")]
        }
        #expect(daemon[.holder].help == ["vcputop -c qemu:///system asks through libvirt"])
        let roomless = Facts.diagnosis(Self.failed(.busy)) { $0.process = nil }
        #expect(
            Self.text([roomless[.process]])
                == "skipped process: not known: a connection tells it, and there was no room for one"
        )
    }

    @Test("a socket that is missing, or that cannot be looked at")
    func sockets() {
        let missing = Facts.diagnosis(Self.failed(.disconnected)) {
            $0.socket = SocketAccess(path: Facts.path, state: .missing(Facts.path))
        }
        #expect(
            Self.text([missing[.channel]]) == """
                fail channel: there is no socket at /run/web1.sock
                    see whether the guest runs: pgrep -af qemu
                    the path is that of QEMU's -chardev socket,path=...; without it: \
                \(Mend.channelOptions)
                """)
        let unknown = Facts.diagnosis(Self.failed(.disconnected, "why")) {
            $0.socket = SocketAccess(path: Facts.path, state: .unknown)
        }
        #expect(
            Self.text([unknown[.channel]]) == """
                fail channel: the path cannot be looked at: why
                    see what is there: ls -lL /run/web1.sock
                """)
    }

    @Test("a command is enabled by the options that the agent's version has")
    func unblocking() {
        let restart = "in the guest: systemctl restart qemu-guest-agent"
        let files = [
            "in the guest: qemu-ga.conf is in /etc/qemu; options are in /etc/sysconfig/qemu-ga or "
                + "/etc/default/qemu-guest-agent where its unit names that file",
            "in the guest: see its unit: systemctl cat qemu-guest-agent",
        ]
        let block =
            "in the guest: take it out of qemu-ga's --block-rpcs (-b), or block-rpcs in qemu-ga.conf"
        let old =
            "in the guest: take it out of qemu-ga's --blacklist (-b), or blacklist in qemu-ga.conf"
        let both = block + "; both can have their old name, blacklist"
        let allow =
            "in the guest: where qemu-ga has --allow-rpcs (-a), or allow-rpcs in qemu-ga.conf, add "
            + "guest-exec to it"
        let either = [both, allow]
        // 7.2.22 takes the old name and has no --allow-rpcs; 10.0.13 is the other way round.
        let rows: [(String?, [String])] = [
            ("7.1.9", [old]), ("7.2.22", [both]), ("8.0.5", [both]), ("8.1.0", either),
            ("8.1rc1.2", either), ("9.0.9", either), ("9.1.0", [block, allow]),
            ("10.0.13", [block, allow]), ("8", either), ("x.1", either),
            ("8.x", either), (nil, either),
        ]
        for (version, help) in rows {
            #expect(
                Mend.unblocking("guest-exec", version: version) == help + files + [restart],
                "\(version ?? "none")")
        }
    }

    @Test("a source that does not answer")
    func source() {
        let rows: [(String, String, SocketAccess?, [String])] = [
            (
                "qemu:///system", "no", nil,
                [
                    "see what virsh says: virsh -c qemu:///system list",
                    "systemctl status libvirtd virtqemud",
                ]
            ),
            (
                "qemu+ssh://kvm9/system", "no", nil,
                ["see whether virsh gets there: virsh -c qemu+ssh://kvm9/system list"]
            ),
            ("qemu:///system", "libvirt.so.0: cannot open", nil, ["sudo apt install libvirt0"]),
            (
                "qemu:///system", "no", SocketAccess(path: "/run/l", state: .missing("/run/l")),
                [
                    "sudo systemctl start libvirtd",
                    "where each driver has its own daemon: sudo systemctl start virtqemud.socket",
                    "without libvirt on this host: sudo apt install libvirt-daemon-system",
                ]
            ),
            (
                "x y", "cannot parse URI", nil,
                ["in a URI a blank is %20: see 'man vcputop', EXAMPLES"]
            ),
        ]
        for (uri, reason, daemon, help) in rows {
            let diagnosis = Diagnosis(
                guest: nil, failed: .libvirt(uri: uri), reason: reason, daemon: daemon, user: "ada")
            #expect(diagnosis[.source].message == "cannot reach '\(uri)': \(reason)")
            #expect(diagnosis[.source].help == help)
            #expect(diagnosis[.process].message == "not checked")
        }
    }

    @Test("what is before the obstacle of a guest that is left out is well")
    func leftOut() {
        let guest = LeftOutGuest(name: "web1", obstacle: .pairing, reason: "why")
        #expect(
            Self.text(Diagnosis(guest, source: .qemuProcesses).findings) == """
                ok source: the source answers
                ok process: it runs
                ok channel: it has a channel for an agent
                ok permission: this user may use the channel
                ok holder: no other client holds the channel
                ok agent: the agent answers
                ok version: the agent's version is known
                ok commands: the commands are enabled
                ok frozen: no file system is frozen
                ok guest: the guest's vCPUs are read
                ok host: host time is read
                fail pairing: why
                """)
    }
}
