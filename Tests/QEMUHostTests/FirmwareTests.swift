import Foundation
import GuestVCPU
import QAPI
import Synchronization
import TestSupport
import Testing
import UnixSockets

@testable import QEMUHost

@Suite("The pairing from a guest's firmware")
struct FirmwareTests {
    @Test(
        "only a path of QEMU's form has an index",
        arguments: [
            (#"\_SB_.CPUS.C005"#, 5), (#"\_SB_.CPUS.C00A"# + "\n", 10), (#"\_SB_.C000"#, 0),
            (#"\_SB_.CPUS.CFFF"#, 4095), (#"\_SB_.CPUS.C00a"#, nil), (#"\_SB_.CPUS.C05"#, nil),
            (#"\_SB_.CPUS.C0005"#, nil), (#"\_SB_.CPUS.D005"#, nil), (#"\_SB_.CPUS.C-05"#, nil),
            (#"\_PR_.CPUS.C005"#, nil), ("C005", nil), ("", nil), ("\n", nil),
            (#"\_SB_.CPUS.C005"# + "\n\n", nil), (#"\_SB_.CPUS."#, nil),
            (#"\_SB_.CPUS.C005."#, nil),
            (#"\_SB_.CPUS.C００５"#, nil),
        ] as [(String, HostIndex?)])
    func path(text: String, index: HostIndex?) {
        #expect(FirmwarePath.index(Array(text.utf8)) == index)
    }

    /// A guest with four vCPUs, whose firmware gives the last two in another order.
    private final class Firmware: Sendable {
        struct State {
            var bootID = "4f1c2f8e-0000-4000-8000-000000000001"
            var indices = [0: 0, 1: 1, 2: 5, 3: 3]
            var isEnabled = true
            /// Answers to the opening of paths that replace the usual ones.
            var answer: ScriptedServer.Answer?
            var openFiles: [Int64: String] = [:]
            var opened: [String] = []
            var nextHandle: Int64 = 1000
            var offline: Set<Int> = []
            /// The number of lists that were sent, and whether the guest reboots in the middle of
            /// the next.
            var sets = 0
            var rebootsOnSet = false
        }

        let state = Mutex(State())

        var opened: [String] { state.withLock { $0.opened } }
        var openFiles: Int { state.withLock { $0.openFiles.count } }

        func answer(_ command: String, _ arguments: JSON?) -> ScriptedServer.Answer {
            state.withLock { state in
                switch command {
                case "guest-info":
                    var commands = ["open", "read", "close"].map {
                        #"{"name": "guest-file-\#($0)", "enabled": \#(state.isEnabled)}"#
                    }
                    commands.append(#"{"name": "guest-set-vcpus", "enabled": true}"#)
                    return .line(
                        #"{"return": {"supported_commands": [\#(commands.joined(separator: ","))]}}"#
                    )
                case "guest-get-vcpus":
                    let vcpus = state.indices.keys.map {
                        #"{"logical-id": \#($0), "online": \#(!state.offline.contains($0)), "#
                            + #""can-offline": true}"#
                    }
                    return .line(#"{"return": [\#(vcpus.joined(separator: ","))]}"#)
                case "guest-file-open":
                    let path = arguments?["path"]?.stringValue ?? ""
                    state.opened.append(path)
                    if let answer = state.answer { return answer }
                    state.nextHandle += 1
                    state.openFiles[state.nextHandle] = path
                    return .line(#"{"return": \#(state.nextHandle)}"#)
                case "guest-file-read":
                    let handle = arguments?["handle"]?.integerValue ?? 0
                    let text = Self.contents(of: state.openFiles[handle] ?? "", state)
                    let data = Data(text.utf8)
                    return .line(
                        #"{"return": {"count": \#(data.count), "eof": true, "#
                            + #""buf-b64": "\#(data.base64EncodedString())"}}"#)
                case "guest-file-close":
                    state.openFiles[arguments?["handle"]?.integerValue ?? 0] = nil
                    return .line(#"{"return": {}}"#)
                case "guest-set-vcpus":
                    state.sets += 1
                    state.offline = [1]
                    if state.rebootsOnSet { state.bootID.replace("4f1c", with: "5e2d") }
                    return .hangUp
                default:
                    return .line(#"{"error": {"class": "CommandNotFound", "desc": "?"}}"#)
                }
            }
        }

        private static func contents(of path: String, _ state: State) -> String {
            if path.hasSuffix("boot_id") { return state.bootID + "\n" }
            let id = path.split(separator: "/").lazy.compactMap {
                $0.hasPrefix("cpu") ? Int($0.dropFirst(3)) : nil
            }.first
            guard let index = id.flatMap({ state.indices[$0] }) else { return "" }
            return #"\_SB_.CPUS.C00\#(index)"# + "\n"
        }
    }

    private func withGuest(
        _ body: (AgentSocketSource, Firmware, ProcessTree, VirtualClock) async throws -> Void
    ) async throws {
        try await withDirectory { directory in
            let tree = try ProcessTree(in: directory.path)
            defer { try? FileManager.default.removeItem(atPath: tree.root) }
            try tree.write(process: getpid(), arguments: ["kvm", "-smp", "2,maxcpus=6"])
            for (index, start) in [(0, 1000), (1, 1000), (5, 2000), (3, 3000)] {
                try tree.write(
                    thread: Int32(30 + index), of: getpid(), name: "CPU \(index)/KVM",
                    start: UInt64(start), schedule: "9 9 9")
            }
            let firmware = Firmware()
            let agent = try ScriptedServer.agent(at: directory.agent) {
                firmware.answer($0, $1)
            }
            let clock = VirtualClock()
            let source = AgentSocketSource(
                guestName: "web1", agentPath: directory.agent, qmpPath: nil, isReadOnly: false,
                reader: tree.reader, patienceWithQMP: .ample,
                patienceWithFirmware: .ample
            ) { clock.now }
            try await body(source, firmware, tree, clock)
            await agent.close()
        }
    }

    private func read(_ source: AgentSocketSource) async throws -> (AgentReading, Pairing) {
        let reading = try await source.guest.reader.read(timeout: .ample)
        let observation = try #require(
            await source.readHost(timeout: .ample)[source.guest.id])
        return (
            reading, Pairing(guest: reading, host: try #require(observation.reading))
        )
    }

    @Test("slots 5 and 3, plugged in that order, are confirmed as vCPUs 2 and 3")
    func confirmed() async throws {
        try await withGuest { source, firmware, _, _ in
            let (reading, pairing) = try await read(source)
            #expect(reading.firmwareIndices == [0: 0, 1: 1, 2: 5, 3: 3])
            #expect(pairing.confidence == .confirmed)
            #expect([0, 1, 5, 3].map(pairing.guestID) == [0, 1, 2, 3])
            #expect(firmware.openFiles == 0)
            #expect(firmware.opened.count == 5)
            // Only the boot id is read again.
            let (_, again) = try await read(source)
            #expect(again == pairing)
            #expect(firmware.opened.count == 6)
            #expect(firmware.opened.last?.hasSuffix("boot_id") == true)
            let host = await source.readHost(timeout: .ample)[source.guest.id]
            #expect(host?.reading?.maximum == 6)
        }
    }

    @Test("a reboot begins another incarnation, and the firmware is read again")
    func rebooted() async throws {
        try await withGuest { source, firmware, _, _ in
            let (before, _) = try await read(source)
            firmware.state.withLock {
                $0.bootID = "4f1c2f8e-0000-4000-8000-000000000002"
                $0.indices = [0: 0, 1: 1, 2: 3, 3: 5]
            }
            let (after, pairing) = try await read(source)
            #expect(after.incarnation != before.incarnation)
            #expect([0, 1, 5, 3].map(pairing.guestID) == [0, 1, 3, 2])
            // The pairing from before the reboot is not used.
            let host = await source.readHost(timeout: .ample)[source.guest.id]?.reading
            #expect(Pairing(guest: before, host: try #require(host)) == .unknown)
            #expect(firmware.openFiles == 0)
        }
    }

    @Test("another thread for a vCPU begins another incarnation, and the firmware is read again")
    func replugged() async throws {
        try await withGuest { source, firmware, tree, _ in
            let (before, _) = try await read(source)
            try tree.remove("\(getpid())/task/35")
            try tree.write(
                thread: 77, of: getpid(), name: "CPU 5/KVM", start: 4000, schedule: "9 9 9")
            firmware.state.withLock { $0.indices = [0: 0, 1: 1, 2: 3, 3: 5] }
            let host = await source.readHost(timeout: .ample)[source.guest.id]?.reading
            #expect(Pairing(guest: before, host: try #require(host)) == .unknown)
            let (_, pairing) = try await read(source)
            #expect([0, 1, 5, 3].map(pairing.guestID) == [0, 1, 3, 2])
        }
    }

    @Test("where a reboot cannot change the numbers, the boot id is not read again")
    func identity() async throws {
        try await withGuest { source, firmware, tree, _ in
            firmware.state.withLock { $0.indices = [0: 0, 1: 1] }
            for index in [5, 3] { try tree.remove("\(getpid())/task/\(30 + index)") }
            for _ in 0..<3 {
                let (_, pairing) = try await read(source)
                #expect(pairing.confidence == .confirmed)
            }
            #expect(firmware.opened.count == 3)
        }
    }

    @Test(
        "a guest whose files cannot be read is asked once, and its vCPUs are read nevertheless",
        arguments: [
            #"{"error": {"class": "GenericError", "desc": "No such file or directory"}}"#,
            #"{"error": {"class": "CommandNotFound", "desc": "x has been disabled"}}"#,
            #"{"return": "no handle"}"#,
        ])
    func refused(answer: String) async throws {
        try await withGuest { source, firmware, _, clock in
            firmware.state.withLock { $0.answer = .line(answer) }
            for _ in 0..<3 {
                let (reading, pairing) = try await read(source)
                #expect(reading.vcpus.vcpus == [0, 1, 2, 3])
                #expect(reading.firmwareIndices == [:])
                // Only the vCPUs of the machine's start are paired.
                #expect(pairing.confidence == .inferred)
                #expect([0, 1, 5, 3].map(pairing.guestID) == [0, 1, nil, nil])
                clock.advance(by: .seconds(120))
            }
            #expect(firmware.opened.count == 1)
        }
    }

    @Test("a guest whose file commands are disabled is not asked for files")
    func disabled() async throws {
        try await withGuest { source, firmware, _, _ in
            firmware.state.withLock { $0.isEnabled = false }
            let (reading, _) = try await read(source)
            #expect(reading.firmwareIndices == [:])
            #expect(firmware.opened == [])
        }
    }

    @Test("a connection lost at a file fails no reading, and files are not read again for a while")
    func lost() async throws {
        try await withGuest { source, firmware, _, clock in
            firmware.state.withLock { $0.answer = .hangUp }
            for _ in 0..<2 {
                let reading = try await source.guest.reader.read(timeout: .ample)
                #expect(reading.vcpus.vcpus == [0, 1, 2, 3])
            }
            #expect(firmware.opened.count == 1)
            firmware.state.withLock { $0.answer = nil }
            clock.advance(by: .seconds(61))
            let (_, pairing) = try await read(source)
            #expect(pairing.confidence == .confirmed)
        }
    }

    @Test("where threads have no names, QMP lists them in time for the first reading")
    func unnamedThreads() async throws {
        try await withDirectory { directory in
            let tree = try ProcessTree(in: directory.path)
            defer { try? FileManager.default.removeItem(atPath: tree.root) }
            try tree.write(process: getpid())
            for thread: Int32 in 30...33 {
                try tree.write(thread: thread, of: getpid(), name: "qemu", schedule: "9 9 9")
            }
            let firmware = Firmware()
            let agent = try ScriptedServer.agent(at: directory.agent) {
                firmware.answer($0, $1)
            }
            let cpus = [0, 1, 5, 3].enumerated().map {
                #"{"cpu-index": \#($0.element), "thread-id": \#(30 + $0.offset)}"#
            }
            let monitor = try ScriptedServer.qmp(
                at: directory.qmp, cpus: "[\(cpus.joined(separator: ","))]")
            let clock = VirtualClock()
            let source = AgentSocketSource(
                guestName: "web1", agentPath: directory.agent, qmpPath: directory.qmp,
                isReadOnly: true, reader: tree.reader, patienceWithQMP: .ample,
                patienceWithFirmware: .ample
            ) { clock.now }
            let (_, pairing) = try await read(source)
            #expect([0, 1, 5, 3].map(pairing.guestID) == [0, 1, 2, 3])
            #expect(monitor.connections == 1)
            await agent.close()
            await monitor.close()
        }
    }

    @Test("a path of another form confirms no pairing, and its file is closed")
    func otherForm() async throws {
        try await withGuest { source, firmware, _, _ in
            firmware.state.withLock { $0.indices[3] = 10 }
            let (reading, _) = try await read(source)
            #expect(reading.firmwareIndices == [:])
            #expect(firmware.openFiles == 0)
        }
    }

    @Test("a transaction reads the boot id, but not the firmware")
    func transaction() async throws {
        try await withGuest { source, firmware, _, _ in
            let channel = try #require(try await source.guest.writer?.open(timeout: .ample))
            let reading = try await channel.readWithBoot(timeout: .ample)
            await channel.close()
            #expect(reading.firmwareIndices == [:] && reading.vcpus.boot.id != nil)
            #expect(firmware.opened == [BootID.file] && firmware.openFiles == 0)
            // An ordinary reading reads no boot id.
            firmware.state.withLock { $0.opened = [] }
            let other = try await source.guest.reader.read(timeout: .ample)
            #expect(other.vcpus.boot.id == nil)
            let careful = try await source.guest.reader.readWithBoot(timeout: .ample)
            #expect(careful.vcpus.boot.id == reading.vcpus.boot.id)
        }
    }

    @Test("where files cannot be read, a transaction compares the host's incarnation")
    func noFiles() async throws {
        try await withGuest { source, firmware, _, _ in
            firmware.state.withLock { $0.isEnabled = false }
            let channel = try #require(try await source.guest.writer?.open(timeout: .ample))
            let boot = try await channel.readWithBoot(timeout: .ample).vcpus.boot
            await channel.close()
            #expect(boot.id == nil && boot.incarnation != nil)
            firmware.state.withLock { state in
                state.isEnabled = true
                state.answer = .line(#"{"error": {"class": "GenericError", "desc": "denied"}}"#)
            }
            let other = try #require(try await source.guest.writer?.open(timeout: .ample))
            #expect(try await other.readWithBoot(timeout: .ample).vcpus.boot.id == nil)
            await other.close()
        }
    }

    @Test(
        "nothing is undone in a guest that was rebooted during the change",
        arguments: [true, false])
    func rebootDuringChange(rebootsOnSet: Bool) async throws {
        try await withGuest { source, firmware, _, _ in
            firmware.state.withLock { $0.rebootsOnSet = rebootsOnSet }
            let writer = try #require(source.guest.writer)
            let result = try await TransactionRunner(writer: writer, timeout: .ample)
                .set([1, 2], online: false)
            // In the same boot the state is undone, which fails with this agent.
            #expect(result.outcome == .partial)
            #expect((result.failure?.cause == .rebooted) == rebootsOnSet)
            #expect(firmware.state.withLock(\.sets) == (rebootsOnSet ? 1 : 2))
        }
    }

    @Test("marks conflict in a guest that was rebooted since it was reviewed")
    func rebootSinceReview() async throws {
        try await withGuest { source, firmware, _, _ in
            let reviewed = try await source.guest.reader.readWithBoot(timeout: .ample)
            firmware.state.withLock { $0.bootID.replace("4f1c", with: "5e2d") }
            let writer = try #require(source.guest.writer)
            let result = await TransactionRunner(writer: writer, timeout: .ample)
                .run(try ChangeRequest([1], online: false), reviewed: reviewed.vcpus)
            #expect(result.outcome == .conflict)
            #expect(result.reasons == [Refusal(vcpu: nil, code: .rebooted)])
            #expect(firmware.state.withLock(\.sets) == 0)
            // From then on the host's side is another incarnation.
            let later = try await source.guest.reader.read(timeout: .ample)
            #expect(later.incarnation != reviewed.incarnation)
        }
    }
}
