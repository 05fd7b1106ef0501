import GuestVCPU
import Testing

@testable import LibvirtHost

@Suite("What libvirt's errors mean")
struct AgentErrorTests {
    private static let notConnected =
        "Guest agent is not responding: QEMU guest agent is not connected"
    private static let unable = "internal error: unable to execute QEMU agent command "

    @Test(
        "an error of libvirt is one of our conditions, by its code and where need be its text",
        arguments: [
            (86, notConnected, .notRunning),
            (86, "Guest agent is not responding: Guest agent not available for now", .unresponsive),
            (
                86,
                "Guest agent is not responding: QEMU guest agent is not available due to an error",
                .disconnected
            ),
            (
                86,
                "Guest agent is not responding: Guest agent disappeared while executing command",
                .disconnected
            ),
            (97, "guest agent replied with wrong id to guest-sync command", .malformed),
            (74, "argument unsupported: QEMU guest agent is not configured", .absent),
            (55, "Requested operation is not valid: domain is not running", .disconnected),
            (3, "this function is not supported by the connection driver", .unsupported),
            (88, "access denied: 'domain' denied access", .denied),
            (29, "operation virDomainGetGuestVcpus forbidden for read only access", .denied),
            (42, "Domain not found: no domain with matching uuid", .disconnected),
            (68, "Timed out during operation: cannot acquire state change lock", .busy),
            (84, "Operation not supported: the function", .unsupported),
            (8, "invalid argument: something", .error),
            (1, "internal error: 'online' missing in reply of guest-get-vcpus", .malformed),
            (
                1, "internal error: vcpu id '5000' reported by guest agent is out of range",
                .malformed
            ),
            (1, "internal error: something else", .error),
            (
                1, unable + "'guest-get-vcpus': The command guest-get-vcpus has not been found",
                .unsupported
            ),
            (
                1, unable + "'guest-set-vcpus': Command guest-set-vcpus has been disabled", .blocked
            ),
            (
                1,
                unable + "'guest-set-vcpus': Command guest-set-vcpus has been disabled: "
                    + "the agent is in frozen state", .frozen
            ),
            (1, unable + "'guest-set-vcpus': malformed hopes", .error),
            (4_711, "some new error", .error),
        ] as [(Int32, String, AgentError.Kind)])
    func table(code: Int32, text: String, kind: AgentError.Kind) {
        let error = LibvirtError(code: code, message: text)
        #expect(AgentError(error, asked: .read, isAlive: true).kind == kind)
    }

    @Test("the guest's own words are told without libvirt's frame")
    func guestWords() {
        let text = Self.unable + "'guest-set-vcpus': open(\"/sys/x\"): Permission: denied"
        let error = AgentError(
            LibvirtError(code: 1, message: text), asked: .set, isAlive: true)
        #expect(error == AgentError(.error, "open(\"/sys/x\"): Permission: denied"))
    }

    @Test("a set that libvirt refuses is the guest's refusal", arguments: [84, 8] as [Int32])
    func refusedSet(code: Int32) {
        let error = LibvirtError(code: code, message: "vCPU '0' is not offlinable")
        #expect(AgentError(error, asked: .set, isAlive: true).kind == .error)
    }

    @Test("a domain that does not run is paused, asleep or gone")
    func notRunning() {
        var error = LibvirtError(code: 55, message: "domain is not running")
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

    @Test("the right to write can be refused in many ways")
    func denials() {
        for code: Int32 in [29, 45, 79, 88, 94] {
            #expect(LibvirtError(code: code, message: "").isDenial)
        }
        #expect(LibvirtError(code: 38, systemError: 13, message: "").isDenial)
        #expect(!LibvirtError(code: 38, systemError: 2, message: "").isDenial)
        #expect(!LibvirtError(code: 1, systemError: 13, message: "").isDenial)
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

    @Test("no vCPU may be offlinable, and none online that there is not")
    func emptyMaps() throws {
        let maps = try GuestVCPULists(vcpus: "0", online: "0-1", offlinable: "").maps(readAt: .now)
        #expect(maps.offlinable.isEmpty)
        #expect(maps.online == [0])
    }

    @Test(
        "what is no list, or missing, is malformed",
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
