import CLibvirt
import GuestVCPU
import Testing

@testable import LibvirtHost

@Suite("The meaning of libvirt's errors")
struct AgentErrorTests {
    private static let notConnected =
        "Guest agent is not responding: QEMU guest agent is not connected"
    private static let failed =
        "guest agent command failed: unable to execute QEMU agent command "
    private static let unable = "internal error: unable to execute QEMU agent command "

    @Test(
        "an error of libvirt maps to a condition of ours, by its code or its text",
        arguments: [
            (VIR_ERR_AGENT_UNRESPONSIVE, notConnected, .notRunning),
            (
                VIR_ERR_AGENT_UNRESPONSIVE,
                "Guest agent is not responding: Guest agent not available for now", .unresponsive
            ),
            (
                VIR_ERR_AGENT_UNRESPONSIVE,
                "Guest agent is not responding: QEMU guest agent is not available due to an error",
                .disconnected
            ),
            (
                VIR_ERR_AGENT_UNRESPONSIVE,
                "Guest agent is not responding: Guest agent disappeared while executing command",
                .disconnected
            ),
            (
                VIR_ERR_AGENT_UNSYNCED, "guest agent replied with wrong id to guest-sync command",
                .malformed
            ),
            (
                VIR_ERR_ARGUMENT_UNSUPPORTED,
                "argument unsupported: QEMU guest agent is not configured", .absent
            ),
            (
                VIR_ERR_OPERATION_INVALID,
                "Requested operation is not valid: domain is not running", .disconnected
            ),
            (
                VIR_ERR_NO_SUPPORT, "this function is not supported by the connection driver",
                .unsupported
            ),
            (VIR_ERR_ACCESS_DENIED, "access denied: 'domain' denied access", .denied),
            (
                VIR_ERR_OPERATION_DENIED,
                "operation virDomainGetGuestVcpus forbidden for read only access", .denied
            ),
            (VIR_ERR_NO_DOMAIN, "Domain not found: no domain with matching uuid", .disconnected),
            (
                VIR_ERR_OPERATION_TIMEOUT,
                "Timed out during operation: cannot acquire state change lock", .busy
            ),
            (VIR_ERR_OPERATION_UNSUPPORTED, "Operation not supported: the function", .unsupported),
            (VIR_ERR_INVALID_ARG, "invalid argument: something", .error),
            (
                VIR_ERR_INTERNAL_ERROR,
                "internal error: 'online' missing in reply of guest-get-vcpus", .malformed
            ),
            (
                VIR_ERR_INTERNAL_ERROR,
                "internal error: vcpu id '5000' reported by guest agent is out of range",
                .malformed
            ),
            (VIR_ERR_INTERNAL_ERROR, "internal error: something else", .error),
            (
                VIR_ERR_INTERNAL_ERROR,
                unable + "'guest-get-vcpus': The command guest-get-vcpus has not been found",
                .unsupported
            ),
            (
                VIR_ERR_INTERNAL_ERROR,
                unable + "'guest-set-vcpus': Command guest-set-vcpus has been disabled", .blocked
            ),
            (
                VIR_ERR_INTERNAL_ERROR,
                unable + "'guest-set-vcpus': Command guest-set-vcpus has been disabled: "
                    + "the agent is in frozen state", .frozen
            ),
            (VIR_ERR_INTERNAL_ERROR, unable + "'guest-set-vcpus': malformed hopes", .error),
            (
                Int(LibvirtError.agentCommandTimeout),
                "guest agent command timed out: command guest-get-vcpus timed out",
                .unresponsive
            ),
            (Int(LibvirtError.agentCommandTimeout), "", .unresponsive),
            (
                Int(LibvirtError.agentCommandFailed),
                failed + "'guest-get-vcpus': The command guest-get-vcpus has not been found",
                .unsupported
            ),
            (
                Int(LibvirtError.agentCommandFailed),
                failed + "'guest-set-vcpus': Command guest-set-vcpus has been disabled",
                .blocked
            ),
            (
                Int(LibvirtError.agentCommandFailed),
                failed + "'guest-set-vcpus': Command guest-set-vcpus has been disabled: "
                    + "the agent is in frozen state", .frozen
            ),
            (
                Int(LibvirtError.agentCommandFailed), failed + "'guest-set-vcpus': malformed hopes",
                .error
            ),
            (Int(LibvirtError.agentCommandFailed), "the agent is in frozen state", .frozen),
            (Int(LibvirtError.agentCommandFailed), "", .error),
            (4_711, "some new error", .error),
        ] as [(Int, String, AgentError.Kind)])
    func table(number: Int, text: String, kind: AgentError.Kind) {
        let error = LibvirtError(number: number, message: text)
        #expect(AgentError(error, asked: .read, isAlive: true).kind == kind)
    }

    @Test("the message has the guest's own words without libvirt's frame")
    func guestWords() {
        let text = Self.unable + "'guest-set-vcpus': open(\"/sys/x\"): Permission: denied"
        let error = AgentError(
            LibvirtError(number: VIR_ERR_INTERNAL_ERROR, message: text), asked: .set, isAlive: true)
        #expect(error == AgentError(.error, "open(\"/sys/x\"): Permission: denied"))
    }

    /// The frame of an agent's error in some of libvirt's catalogues; %s is the place of the words.
    private static let frames = [
        "внутренняя ошибка: не удалось выполнить команду агента QEMU «guest-set-vcpus»: %s",
        "vnitřní chyba: nedaří se vykonat příkaz QEMU agenta „guest-set-vcpus“: %s",
        "内部エラー: QEMU エージェントコマンド 'guest-set-vcpus' を実行できません: %s",
        "内部错误：无法执行 QEMU 代理命令 'guest-set-vcpus'：%s",
        "erro interno: não foi possível executar o comando de agente QEMU \"guest-set-vcpus\": %s",
        "ಆಂತರಿಕ ದೋಷ: QEMU ಮಧ್ಯವರ್ತಿ ಆದೇಶ 'guest-set-vcpus' ಅನ್ನು ಕಾರ್ಯಗತಗೊಳಿಸಲು ಸಾಧ್ಯವಾಗಿಲ್ಲ: %s",
    ]

    @Test(
        "an agent's words are understood in a daemon's message of any language", arguments: frames)
    func languages(frame: String) {
        for (words, kind) in [
            ("The command guest-set-vcpus has not been found", AgentError.Kind.unsupported),
            ("Command guest-set-vcpus has been disabled", .blocked),
            ("Command x has been disabled: the agent is in frozen state", .frozen),
            ("open(\"/sys/x\"): out of range", .error),
        ] {
            for number in [VIR_ERR_INTERNAL_ERROR, Int(LibvirtError.agentCommandFailed)] {
                let error = LibvirtError(
                    number: number, message: frame.replacing("%s", with: words))
                #expect(
                    AgentError(error, asked: .set, isAlive: true) == AgentError(kind, words),
                    "\(error.message)")
            }
        }
    }

    @Test("the channel's state explains a silent agent in every language")
    func channel() {
        var error = LibvirtError(
            number: VIR_ERR_AGENT_UNRESPONSIVE, message: "Агент гостевой системы QEMU не подключён")
        #expect(AgentError(error, asked: .read, isAlive: true).kind == .unresponsive)
        error.agentChannel = .connected
        #expect(AgentError(error, asked: .read, isAlive: true).kind == .unresponsive)
        error.agentChannel = .disconnected
        #expect(AgentError(error, asked: .read, isAlive: true).kind == .notRunning)
        // The channel's state was read later than the agent.
        var gone = LibvirtError(
            number: VIR_ERR_AGENT_UNRESPONSIVE,
            message: "Guest agent disappeared while executing command")
        gone.agentChannel = .disconnected
        #expect(AgentError(gone, asked: .set, isAlive: true).kind == .disconnected)
    }

    @Test(
        "a failed call to a guest that migrates away reports the migration",
        arguments: [55, 86, 68, 9, 1] as [Int32])
    func migration(code: Int32) {
        var error = LibvirtError(code: code, message: "domain is not running")
        error.departure = .done
        let done = AgentError(error, asked: .set, isAlive: true)
        #expect(done.kind == .disconnected)
        #expect(done.message.hasPrefix("the guest has migrated to another host"))
        error.departure = .underWay
        let underWay = AgentError(error, asked: .set, isAlive: true)
        #expect(underWay.kind == .paused)
        #expect(underWay.message.hasPrefix("the guest is migrating to another host"))
    }

    @Test("the state of the domain left behind shows that a migration has ended")
    func departures() {
        #expect(LibvirtError.Departure(state: 5, reason: 4) == .done)
        #expect(LibvirtError.Departure(state: 3, reason: 2) == .underWay)
        for (state, reason) in [(5, 1), (5, 2), (3, 1), (1, 2), (1, 4), (0, 0)] as [(Int32, Int32)]
        {
            #expect(LibvirtError.Departure(state: state, reason: reason) == nil)
        }
    }

    @Test("a set that libvirt refuses is the guest's refusal", arguments: [84, 8] as [Int32])
    func refusedSet(code: Int32) {
        let error = LibvirtError(code: code, message: "vCPU '0' is not offlinable")
        #expect(AgentError(error, asked: .set, isAlive: true).kind == .error)
    }

    @Test("the state of a domain that does not run decides the error")
    func notRunning() {
        var error = LibvirtError(
            number: VIR_ERR_OPERATION_INVALID, message: "domain is not running")
        for (state, kind) in [
            (RunState.paused, AgentError.Kind.paused), (.suspended, .paused),
            (.shutdown, .disconnected),
        ] {
            error.domainState = state
            #expect(AgentError(error, asked: .read, isAlive: true).kind == kind)
        }
    }

    @Test("whatever fails on a line that was lost is a lost line", arguments: [1, 38, 86, 9])
    func lostLine(code: Int32) {
        let error = LibvirtError(code: code, message: "End of file while reading data")
        #expect(AgentError(error, asked: .set, isAlive: false).kind == .disconnected)
    }

    @Test("all errors that refuse write access are recognized")
    func denials() {
        for code: Int32 in [29, 45, 79, 88, 94] {
            #expect(LibvirtError(code: code, message: "").isDenial)
        }
        #expect(LibvirtError(number: VIR_ERR_SYSTEM_ERROR, systemError: 13, message: "").isDenial)
        #expect(!LibvirtError(number: VIR_ERR_SYSTEM_ERROR, systemError: 2, message: "").isDenial)
        #expect(
            !LibvirtError(number: VIR_ERR_INTERNAL_ERROR, systemError: 13, message: "").isDenial)
    }

    @Test(
        "a message that names the remote socket is a refusal there",
        arguments: [
            (
                38, 104,
                "Cannot recv data: cannot connect to '/var/run/libvirt/libvirt-sock': Failed to "
                    + "connect socket to '/var/run/libvirt/libvirt-sock': Permission denied", true
            ),
            (
                38, 5, "End of file while reading data: nc: /run/libvirt/virtqemud-sock: Отказано",
                true
            ),
            (38, 104, "Cannot recv data: user@host: Permission denied (publickey).", false),
            (38, 104, "Cannot recv data: ssh: connect to host h port 22: No route to host", false),
            (38, 2, "Failed to connect socket to '/run/libvirt/libvirt-sock': No such file", false),
            (1, 104, "/run/libvirt/libvirt-sock", false),
        ] as [(Int32, Int32, String, Bool)])
    func remoteSocket(code: Int32, systemError: Int32, message: String, isRefusal: Bool) {
        let error = LibvirtError(code: code, systemError: systemError, message: message)
        #expect(error.isFromRemoteSocket == isRefusal)
    }
}

@Suite("The lists that libvirt returns")
struct GuestVCPUListsTests {
    @Test("three lists make three maps")
    func maps() throws {
        let lists = GuestVCPULists(vcpus: "0-4", online: "0,3", offlinable: "1-4")
        let maps = try lists.maps(readAt: .now)
        #expect(maps.vcpus == [0, 1, 2, 3, 4])
        #expect(maps.online == [0, 3])
        #expect(maps.offlinable == [1, 2, 3, 4])
    }

    @Test("lists without offlinable vCPUs parse, and an online vCPU must be present")
    func emptyMaps() throws {
        let maps = try GuestVCPULists(vcpus: "0", online: "0-1", offlinable: "").maps(readAt: .now)
        #expect(maps.offlinable.isEmpty)
        #expect(maps.online == [0])
    }

    @Test(
        "a missing list and a list with a syntax error are malformed",
        arguments: [
            GuestVCPULists(vcpus: nil, online: "0", offlinable: "0"),
            GuestVCPULists(vcpus: "0", online: nil, offlinable: "0"),
            GuestVCPULists(vcpus: "", online: "", offlinable: ""),
            GuestVCPULists(vcpus: "0-3:2", online: "0", offlinable: "0"),
            GuestVCPULists(vcpus: "4096", online: "0", offlinable: "0"),
            GuestVCPULists(vcpus: "0", online: "0", offlinable: "\u{1b}[2J"),
        ])
    func malformed(lists: GuestVCPULists) {
        let error = #expect(throws: AgentError.self) { try lists.maps(readAt: .now) }
        #expect(error?.kind == .malformed)
        #expect(error?.message.contains("\u{1b}") == false)
    }
}
