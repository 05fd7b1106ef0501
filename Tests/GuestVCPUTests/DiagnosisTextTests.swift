import Testing

@testable import GuestVCPU

/// Whole findings: their results, their words and their help.
@Suite("The diagnosis of a guest that is read, word by word")
struct DiagnosisTextTests {
    private typealias Facts = DiagnosisTests

    /// A line for each finding, and one for each help.
    static func text(_ findings: some Sequence<Finding>) -> String {
        findings.flatMap { finding in
            ["\(finding.result.rawValue) \(finding.check.rawValue): \(finding.message)"]
                + finding.help.map { "    \($0)" }
        }.joined(separator: "\n")
    }

    @Test("a sound guest of a socket")
    func socket() {
        let diagnosis = Facts.diagnosis(Facts.state(.ok, plugged: 4))
        #expect(
            Self.text(diagnosis.findings) == """
                ok source: an agent's socket on this host
                ok process: qemu-system-x86 (process 4711 of root) serves the socket
                ok channel: the socket is /run/web1.sock
                ok permission: user ada may use the channel
                ok holder: no other client holds the channel
                ok agent: the agent answers, in 43 ms
                ok version: version 7.2.22
                ok commands: guest-get-vcpus and guest-set-vcpus are enabled
                ok frozen: no file system is frozen
                ok guest: 3 of 4 vCPUs are online; offline: 3
                ok host: the CPU time of 4 vCPUs is read
                ok pairing: inferred from the order of the vCPUs
                """)
    }

    @Test("a sound guest of libvirt, and one of a QEMU process")
    func others() {
        let domain = Facts.diagnosis(
            Facts.state(.ok, source: Facts.libvirt, support: .unknown, version: nil, plugged: 4))
        #expect(
            Self.text(domain.findings.prefix(8)) == """
                ok source: libvirt answers at qemu:///system
                ok process: the guest is running
                ok channel: it has a channel for an agent
                ok permission: user ada may use the channel
                ok holder: libvirt shares the channel among its clients
                ok agent: the agent answers, in 43 ms
                skipped version: libvirt does not tell the version
                ok commands: guest-get-vcpus is enabled; only a change tells whether \
                guest-set-vcpus is
                """)
        let process = Facts.diagnosis(
            Facts.state(
                .ok, source: .qemuProcesses, runState: .unknown, support: .readOnly, version: nil,
                plugged: 4))
        #expect(
            Self.text([.source, .process, .version, .commands].map { process[$0] }) == """
                ok source: host answers
                ok process: the guest is listed
                skipped version: the agent does not tell its version
                ok commands: guest-get-vcpus is enabled; the connection only reads
                """)
    }

    @Test("a guest of which much is not known")
    func limited() {
        let diagnosis = Facts.diagnosis(Facts.state(.ok, support: .absent, version: "5.2.0")) {
            $0.process = nil
            $0.monitor = nil
        }
        let checks: [GuestCheck] = [.process, .version, .commands, .host, .pairing]
        #expect(
            Self.text(checks.map { diagnosis[$0] }) == """
                skipped process: the process that serves the socket is not visible from here
                warn version: version 5.2.0: before 6.0 an agent leaves out the highest vCPUs \
                after one below them was unplugged
                    in the guest: apt install --only-upgrade qemu-guest-agent
                warn commands: the agent has no guest-set-vcpus: the guest is read and cannot be \
                changed
                    agents on Windows have none; elsewhere upgrade qemu-guest-agent
                warn host: the CPU time of the vCPUs is not known here
                    start QEMU with -name web1,debug-threads=on
                    or name its QMP socket: --agent=web1=/run/web1.sock --qmp=web1=PATH
                skipped pairing: nothing to pair: host time is not known
                """)
        // QEMU reads two commas as one. A QMP socket without trouble needs no advice.
        let comma = Facts.diagnosis(Facts.state(.ok, name: ",a,"))
        #expect(comma[.host].help == ["start QEMU with -name ,,a,,,debug-threads=on"])
    }

    @Test(
        "only agents before 6.0 leave vCPUs out",
        arguments: [("5.9.9", .warn), ("6.0.0", .ok), ("10.0", .ok), ("x", .ok)]
            as [(String, CheckResult)])
    func version(_ version: String, _ result: CheckResult) {
        #expect(Facts.diagnosis(Facts.state(.ok, version: version))[.version].result == result)
    }

    @Test("a guest that does not agree with its host")
    func disagreement() {
        let more = Facts.diagnosis(Facts.state(.ok, plugged: 5, pairing: .unknown))
        #expect(
            Self.text([more[.guest]]) == """
                warn guest: 3 of 4 vCPUs are online; offline: 3; 5 are plugged, so the guest does \
                not report all
                    in the guest: dmesg | grep -i cpu
                """)
        #expect(
            Self.text([Facts.diagnosis(Self.contradicted())[.guest]]) == """
                warn guest: the guest calls vCPU 3 offline, but its thread runs
                    read the guest again; where it stays so, the agent does not tell the truth
                """)
    }

    /// A guest whose vCPU 3 is offline, and runs.
    private static func contradicted() -> GuestState {
        let start = ContinuousClock.now
        func vcpus(at seconds: Int) -> GuestVCPUs {
            GuestVCPUs(
                vcpus: [0, 1, 2, 3], online: [0, 1, 2], offlinable: [1, 2, 3],
                readAt: start + .seconds(seconds))
        }
        let reading = HostReading(
            vcpus: ([0, 1, 2, 3] as [HostIndex]).map { HostVCPU(index: $0, timeNanoseconds: 5) },
            current: 4, maximum: 4,
            readAt: start + .seconds(2))
        let host = HostState(
            reading: reading, pairing: .infer(guest: [0, 1, 2, 3], host: reading),
            shares: [3: 0.5], measuredFrom: start + .seconds(1))
        var judgement = GuestJudgement()
        for second in [0, 2] {
            judgement.update(runState: .running, guest: vcpus(at: second), host: host)
        }
        judgement.update(runState: .running, guest: vcpus(at: 3), host: host)
        return GuestState(
            id: GuestID(source: Facts.socket, name: "web1"), runState: .running, agent: .ok,
            reading: AgentReading(
                vcpus: vcpus(at: 3), version: "7.2.22", setSupport: .available), host: host,
            isWritable: false, judgement: judgement)
    }

    @Test("the vCPUs of a guest under TCG can share one thread")
    func sharedThread() {
        var state = Facts.state(.ok, plugged: 4)
        let reading = HostReading(
            vcpus: ([0, 1, 2, 3] as [HostIndex]).map { HostVCPU(index: $0, timeNanoseconds: nil) },
            current: 4,
            maximum: 4, readAt: .now)
        state.host = HostState(reading: reading, pairing: .unknown, shares: [:])
        #expect(
            Self.text([Facts.diagnosis(state)[.host]]) == """
                warn host: the vCPUs share one thread (TCG without thread=multi): no time of their own
                    start QEMU with -accel tcg,thread=multi, or with -accel kvm
                """)
    }

    @Test("a command that is disabled, and a pairing that the firmware confirms")
    func disabled() {
        let diagnosis = Facts.diagnosis(
            Facts.state(
                .ok, support: .disabled, version: "8.0.0", plugged: 4,
                pairing: Pairing(.confirmed, [0: 0])))
        #expect(
            Self.text([diagnosis[.commands], diagnosis[.pairing]]) == """
                warn commands: guest-set-vcpus is disabled in the guest: it is read and cannot be \
                changed
                    in the guest: take it out of qemu-ga's --block-rpcs (-b), or block-rpcs in \
                qemu-ga.conf; both can have their old name, blacklist
                    in the guest: qemu-ga.conf is in /etc/qemu; options are in \
                /etc/sysconfig/qemu-ga or /etc/default/qemu-guest-agent where its unit names that \
                file
                    in the guest: see its unit: systemctl cat qemu-guest-agent
                    in the guest: systemctl restart qemu-guest-agent
                ok pairing: confirmed by the guest's firmware
                """)
    }

    @Test("an unknown pairing names a command that is disabled, or when libvirt will know")
    func pairing() {
        let state = Facts.state(.ok, plugged: 4, pairing: .unknown)
        for command in ["guest-file-open", "guest-file-read", "guest-file-close"] {
            let diagnosis = Facts.diagnosis(state) { $0.commands = [command: false] }
            #expect(
                diagnosis[.pairing].help == Mend.unblocking(command, version: "7.2.22"))
            let enabled = Facts.diagnosis(state) { $0.commands = [command: true] }
            #expect(
                Self.text([enabled[.pairing]])
                    == "warn pairing: it is not known which vCPU of the guest is which of the host's"
            )
        }
        let domain = Facts.state(.ok, source: Facts.libvirt, plugged: 4, pairing: .unknown)
        #expect(
            Facts.diagnosis(domain)[.pairing].help == [
                "it is known after the guest's next start: its vCPUs were plugged unwatched"
            ])
    }
}
