import Foundation
import GuestVCPU
import QAPI
import Synchronization
import TestSupport
import Testing
import UnixSockets

@testable import QEMUHost

@Suite("A guest over an agent socket")
struct AgentSocketTests {
    private static let info =
        #"{"return": {"version": "7.2.22", "supported_commands": ["#
        + #"{"name": "guest-set-vcpus", "enabled": true}]}}"#
    private static let vcpus =
        #"{"return": [{"logical-id": 5, "online": false, "can-offline": true}, "#
        + #"{"logical-id": 0, "online": true, "can-offline": false}, "#
        + #"{"logical-id": 1, "online": true}]}"#

    private func source(
        _ directory: PrivateDirectory, qmp: Bool = false, patience: Duration = .ample
    ) -> AgentSocketSource {
        AgentSocketSource(
            guestName: "web1", agentPath: directory.agent, qmpPath: qmp ? directory.qmp : nil,
            isReadOnly: false, reader: .system, patienceWithQMP: patience
        ) { .now }
    }

    private func read(
        _ directory: PrivateDirectory, qmp: Bool = false, timeout: Duration = .ample
    ) async throws(AgentError) -> AgentReading {
        try await source(directory, qmp: qmp).guest.reader.read(timeout: timeout)
    }

    @Test("a source has one guest, writable unless it is read-only")
    func listing() async throws {
        try await withDirectory { directory in
            for isReadOnly in [false, true] {
                let source = AgentSocketSource(
                    guestName: "web1", agentPath: directory.agent, isReadOnly: isReadOnly)
                #expect(source.name == "agent:\(directory.agent)")
                var listings: [SourceListing] = []
                for await listing in source.listings() { listings.append(listing) }
                #expect(listings.count == 1)
                #expect(listings.first?.status == .ok)
                let guest = try #require(listings.first?.guests.first)
                #expect(guest.id == GuestID(source: source.id, name: "web1"))
                #expect((guest.writer == nil) == isReadOnly)
            }
        }
    }

    @Test(
        "a connection that QEMU does not serve leaves no request behind", arguments: [0, 1, 2])
    func noRequestInQueue(earlierReadings: Int) async throws {
        try await withDirectory { directory in
            // As libvirt's are: its agent may be answering here while libvirt is away.
            let folder = directory.path(of: "libvirt")
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: false)
            let path = "\(folder)/a"
            let reader = AgentSocketReader(path: path)
            if earlierReadings > 0 {
                let agent = try ScriptedServer.agent(at: path) { command, _ in
                    .line(command == "guest-info" ? Self.info : Self.vcpus)
                }
                for _ in 0..<earlierReadings { _ = try await reader.read(timeout: .ample) }
                await agent.close()
            }
            let listener = try UnixListener(path: path)
            await #expect(throws: AgentError(.unresponsive)) {
                try await reader.read(timeout: .milliseconds(50))
            }
            var connections = listener.connections.makeAsyncIterator()
            let connection = try #require(await connections.next())
            var left: [UInt8] = []
            await #expect(throws: ByteStreamError.closed) {
                while true { left += try await connection.receive(until: .soon) }
            }
            // Nothing at all, where the deadline passed before that.
            #expect(left.isEmpty || left == Array("\n".utf8))
            await connection.close()
            await listener.close()
            try FileManager.default.removeItem(atPath: folder)
        }
    }

    @Test("a guest is read in one exchange, and the connection is closed after it")
    func reading() async throws {
        try await withDirectory { directory in
            let agent = try ScriptedServer.agent(at: directory.agent) { command, _ in
                .line(command == "guest-info" ? Self.info : Self.vcpus)
            }
            for exchange in 1...2 {
                let reading = try await read(directory)
                #expect(reading.version == "7.2.22")
                #expect(reading.setSupport == .available)
                #expect(reading.vcpus.vcpus == CPUMap([0, 1, 5]))
                #expect(reading.vcpus.online == CPUMap([0, 1]))
                #expect(reading.vcpus.offlinable == CPUMap([5]))
                #expect(agent.connections == exchange)
                try #require(await eventually { agent.ended == exchange })
            }
            #expect(
                agent.commands
                    == Array(
                        repeating: ["guest-sync-delimited", "guest-get-vcpus", "guest-info"],
                        count: 2
                    ).flatMap { $0 })
            await agent.close()
        }
    }

    @Test(
        "guest-info says whether the guest can be changed",
        arguments: [
            (#"{"return": {"supported_commands": []}}"#, SetSupport.absent),
            (
                #"{"return": {"supported_commands": [{"name": "guest-set-vcpus", "enabled": false}]}}"#,
                .disabled
            ),
            (#"{"error": {"class": "CommandNotFound", "desc": "x has not been found"}}"#, .unknown),
            (#"{"error": {"class": "GenericError", "desc": "x has been disabled"}}"#, .unknown),
            (#"{"return": {}}"#, .unknown),
        ])
    func setSupport(info: String, support: SetSupport) async throws {
        try await withDirectory { directory in
            let agent = try ScriptedServer.agent(at: directory.agent) { command, _ in
                .line(command == "guest-info" ? info : Self.vcpus)
            }
            let reading = try await read(directory)
            #expect(reading.setSupport == support)
            #expect(reading.version == nil)
            await agent.close()
        }
    }

    static let failures: [(ScriptedServer.Answer, AgentError)] = [
        (.hangUp, AgentError(.disconnected)),
        (
            .line(
                #"{"error": {"class": "CommandNotFound", "desc": "The command guest-get-vcpus has not been found"}}"#
            ),
            AgentError(.unsupported, "guest-get-vcpus")
        ),
        (
            .line(
                #"{"error": {"class": "CommandNotFound", "desc": "Command guest-get-vcpus has been disabled"}}"#
            ),
            AgentError(.blocked, "guest-get-vcpus")
        ),
        (
            .line(
                #"{"error": {"class": "CommandNotFound", "desc": "Command guest-get-vcpus has been disabled: the agent is in frozen state"}}"#
            ),
            AgentError(.frozen)
        ),
        (
            .line(
                #"{"error": {"class": "GenericError", "desc": "open(\"/sys/\"): Permission denied"}}"#
            ),
            AgentError(.error, #"open("/sys/"): Permission denied"#)
        ),
        (
            .line(#"{"error": {"class": "GenericError", "desc": ""}}"#),
            AgentError(.error, "GenericError")
        ),
        (.line(#"{"return": []}"#), AgentError(.malformed, "return is empty: []")),
        (
            .line(#"{"return": [{"online": true}]}"#),
            AgentError(.malformed, #"return[0].logical-id is missing: {"online":true}"#)
        ),
        (
            .line("{\"return\": [}"),
            AgentError(
                .malformed, "the reply is not valid JSON at byte 12: {\"return\": [}")
        ),
        (
            .line("{\"returned\": 3}"),
            AgentError(.malformed, "the reply is neither a return nor an error: {\"returned\":3}")
        ),
    ]

    @Test("each failure has its own status", arguments: failures)
    func failsAs(answer: ScriptedServer.Answer, error: AgentError) async throws {
        try await withDirectory { directory in
            let agent = try ScriptedServer.agent(at: directory.agent) { command, _ in
                command == "guest-info" ? .line(Self.info) : answer
            }
            await #expect(throws: error) { try await read(directory) }
            try #require(await eventually { agent.ended == 1 })
            await agent.close()
        }
    }

    @Test("an agent that is silent after the sync is unresponsive, and the connection is closed")
    func silence() async throws {
        try await withDirectory { directory in
            let agent = try ScriptedServer.agent(at: directory.agent) { _, _ in .silence }
            await #expect(throws: AgentError(.unresponsive)) {
                try await read(directory, timeout: .milliseconds(50))
            }
            try #require(await eventually { agent.ended == 1 })
            await agent.close()
        }
    }

    @Test("a failed connection names the path and the reason")
    func unreachable() async throws {
        try await withDirectory { directory in
            let path = directory.agent
            await #expect(
                throws: AgentError(.disconnected, "\(path): No such file or directory")
            ) { try await read(directory) }
            #expect(FileManager.default.createFile(atPath: path, contents: nil))
            await #expect(throws: AgentError(.disconnected, "\(path): not a socket")) {
                try await read(directory)
            }
            let long = "/tmp/" + String(repeating: "x", count: 200)
            let source = AgentSocketSource(guestName: "web1", agentPath: long)
            let tooLong = AgentError(
                .disconnected, "\(long): a path of 205 bytes; a socket's may have 107")
            await #expect(throws: tooLong) {
                try await source.guest.reader.read(timeout: .ample)
            }
        }
    }

    @Test(
        "each reason for a failed connection has a status",
        arguments: [
            (UnixSocketError.denied(errno: EACCES), AgentError(.denied, "/s: Permission denied")),
            (.refused(errno: ECONNREFUSED), AgentError(.disconnected, "/s: Connection refused")),
            (.missing(errno: ENOTDIR), AgentError(.disconnected, "/s: Not a directory")),
            (.pathHangs, AgentError(.disconnected, "/s: its file system does not answer")),
            (
                .queueFull(errno: EAGAIN),
                AgentError(.busy, "/s: its queue is full of other clients")
            ),
            (.notAStream(errno: EPROTOTYPE), AgentError(.disconnected, "/s: not a stream socket")),
            (.pathEmpty, AgentError(.disconnected, "the socket's path is empty")),
            (
                .pathContainsNUL(offset: 1),
                AgentError(.disconnected, "the socket's path holds a NUL")
            ),
            (
                .failed(errno: ELOOP),
                AgentError(.disconnected, "/s: Too many levels of symbolic links")
            ),
            (
                .shortage(.descriptorsOfProcess),
                AgentError(
                    .error,
                    "/s was not tried: this program has no file descriptors left; raise their limit "
                        + "with 'ulimit -n'", isOurs: true)
            ),
            (.cancelled, AgentError(.disconnected, "Operation canceled")),
        ])
    func connectErrors(error: UnixSocketError, status: AgentError) {
        #expect(AgentError(connect: error, path: "/s") == status)
    }

    @Test("a failed connection counts as disconnected, with the system's text")
    func lineErrors() {
        #expect(
            AgentError(wire: .failed(errno: ECONNRESET))
                == AgentError(.disconnected, "Connection reset by peer"))
        #expect(AgentError(wire: .notReady) == AgentError(.disconnected))
        #expect(AgentError(wire: .tooLarge).kind == .malformed)
    }

    static let silences: [(String, String, AgentError.Kind)] = [
        ("paused", "", .paused), ("io-error", "", .paused), ("suspended", "", .paused),
        ("running", "", .unresponsive),
        ("running", "disconnected:unix:AGENT,server=on,false", .notRunning),
        ("running", "unix:AGENT,server=on,false", .notRunning),
        ("running", "unix:AGENT,server=on,true", .busy),
        ("running", "unix:AGENT,true", .busy),
        ("running", "disconnected:unix:AGENT,server=on,true", .unresponsive),
        ("running", "unix:AGENT2,server=on,false", .unresponsive),
        ("running", "unix:/other,server=on,true", .unresponsive),
    ]

    @Test("QMP tells why an agent is silent", arguments: silences)
    func silenceExplained(status: String, chardev: String, kind: AgentError.Kind) async throws {
        try await withDirectory { directory in
            let agent = try ScriptedServer(at: directory.agent) { _, _ in .silence }
            let parts = chardev.split(separator: ",")
            let filename = parts.dropLast().joined(separator: ",")
                .replacing("AGENT", with: directory.agent)
            let chardevs =
                parts.last.map {
                    #"[{"label": "a", "filename": "\#(filename)", "frontend-open": \#($0)}]"#
                } ?? "[]"
            let monitor = try ScriptedServer.qmp(
                at: directory.qmp, status: status, chardevs: chardevs)
            await #expect(throws: AgentError(kind)) {
                try await read(directory, qmp: true, timeout: .milliseconds(100))
            }
            #expect(monitor.connections == 1)
            await agent.close()
            await monitor.close()
        }
    }

    @Test("without an answer of QMP, the agent is unresponsive")
    func silentQMP() async throws {
        try await withDirectory { directory in
            let agent = try ScriptedServer(at: directory.agent) { _, _ in .silence }
            let monitor = try ScriptedServer(at: directory.qmp) { _, _ in .silence }
            let source = source(directory, qmp: true, patience: .milliseconds(50))
            await #expect(throws: AgentError(.unresponsive)) {
                try await source.guest.reader.read(timeout: .milliseconds(50))
            }
            await agent.close()
            await monitor.close()
        }
    }

    @Test("a mixed change is one call on one connection, and a reading on it decides the outcome")
    func transaction() async throws {
        try await withDirectory { directory in
            let online = Mutex<Set<Int64>>([0, 1])
            let agent = try ScriptedServer.agent(at: directory.agent) { command, arguments in
                online.withLock { Self.answer(command, arguments, &$0) }
            }
            let writer = try #require(source(directory).guest.writer)
            let runner = TransactionRunner(writer: writer, timeout: .ample)
            let result = try await runner.set(online: CPUMap([2, 3]), offline: CPUMap([1]))
            #expect(result.outcome == .committed)
            #expect(result.after?.online == CPUMap([0, 2, 3]))
            #expect(agent.connections == 1)
            #expect(
                agent.commands == [
                    "guest-sync-delimited", "guest-info", "guest-get-vcpus", "guest-set-vcpus",
                    "guest-get-vcpus",
                ])
            try #require(await eventually { agent.ended == 1 })
            await agent.close()
        }
    }

    @Test(
        "after a connection is lost during a change, a new one is opened, and its reading decides")
    func lostLine() async throws {
        try await withDirectory { directory in
            let online = Mutex<Set<Int64>>([0, 1])
            let agent = try ScriptedServer.agent(at: directory.agent) { command, arguments in
                let answer = online.withLock { Self.answer(command, arguments, &$0) }
                return command == "guest-set-vcpus" ? .hangUp : answer
            }
            let writer = try #require(source(directory).guest.writer)
            let runner = TransactionRunner(writer: writer, timeout: .ample)
            let result = try await runner.set(1, online: false)
            #expect(result.outcome == .committed)
            #expect(agent.connections == 2)
            #expect(agent.commands.count { $0 == "guest-set-vcpus" } == 1)
            await agent.close()
        }
    }

    /// A guest with four vCPUs that makes all changes.
    private static func answer(
        _ command: String, _ arguments: JSON?, _ online: inout Set<Int64>
    ) -> ScriptedServer.Answer {
        switch command {
        case "guest-info": return .line(info)
        case "guest-set-vcpus":
            let changes = arguments?["vcpus"]?.arrayValue ?? []
            for change in changes {
                guard let id = change["logical-id"]?.integerValue else { return .hangUp }
                if change["online"]?.boolValue == true {
                    online.insert(id)
                } else {
                    online.remove(id)
                }
            }
            return .line("{\"return\": \(changes.count)}")
        default:
            let list = (Int64(0)..<4).map {
                #"{"logical-id": \#($0), "online": \#(online.contains($0)), "can-offline": true}"#
            }
            return .line("{\"return\": [\(list.joined(separator: ", "))]}")
        }
    }
}
