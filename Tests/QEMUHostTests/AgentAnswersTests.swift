import GuestVCPU
import QAPI
import Synchronization
import TestSupport
import Testing
import UnixSockets

@testable import QEMUHost

@Suite("An agent's answers, each with its own deadline")
struct AgentAnswersTests {
    private static let info =
        #"{"return": {"version": "7.2.22", "supported_commands": ["#
        + #"{"name": "guest-set-vcpus", "enabled": true}]}}"#
    private static let vcpus =
        #"{"return": [{"logical-id": 0, "online": true, "can-offline": true}, "#
        + #"{"logical-id": 1, "online": true, "can-offline": true}]}"#

    private func source(
        _ directory: PrivateDirectory, questions: AgentQuestions = .all,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) -> AgentSocketSource {
        AgentSocketSource(
            guestName: "web1", agentPath: directory.agent, qmpPath: nil, isReadOnly: false,
            questions: questions, reader: .system, patienceWithQMP: .ample, now: now)
    }

    @Test("a reading may take longer than the timeout, if each answer is in time")
    func slow() async throws {
        try await withDirectory { directory in
            let agent = try ScriptedServer.agent(at: directory.agent) { command, _ in
                .late(.seconds(2.6), command == "guest-info" ? Self.info : Self.vcpus)
            }
            let reading = try await source(directory).guest.reader.read(timeout: .seconds(5))
            #expect(reading.vcpus.vcpus.count == 2)
            #expect(reading.version == "7.2.22")
            await agent.close()
        }
    }

    /// Answers to `guest-info` after which replies no longer match commands.
    static let spoilers: [ScriptedServer.Answer] = [
        .silence, .hangUp, .line("{\"return\": {"), .line("login: "), .line("{}"),
        .bytes([UInt8](repeating: UInt8(ascii: "x"), count: 300_000)),
    ]

    @Test(
        "a failed guest-info does not fail the reading, and is not asked again for a while",
        arguments: spoilers)
    func spoiledInfo(answer: ScriptedServer.Answer) async throws {
        try await withDirectory { directory in
            let agent = try ScriptedServer.agent(at: directory.agent) { command, _ in
                command == "guest-info" ? answer : .line(Self.vcpus)
            }
            let clock = VirtualClock()
            let reader = source(directory) { clock.now }.guest.reader
            for _ in 0..<2 {
                let reading = try await reader.read(timeout: .seconds(1))
                #expect(reading.vcpus.online == [0, 1])
                #expect(reading.version == nil)
                #expect(reading.setSupport == .unknown)
            }
            #expect(agent.commands.count { $0 == "guest-info" } == 1)
            clock.advance(by: .seconds(61))
            _ = try await reader.read(timeout: .seconds(1))
            #expect(agent.commands.count { $0 == "guest-info" } == 2)
            await agent.close()
        }
    }

    @Test("a change continues on a new connection after a failed guest-info", arguments: spoilers)
    func spoiledChange(answer: ScriptedServer.Answer) async throws {
        try await withDirectory { directory in
            let isOnline = Mutex(true)
            let agent = try ScriptedServer.agent(at: directory.agent) { command, _ in
                switch command {
                case "guest-info": return answer
                case "guest-set-vcpus":
                    isOnline.withLock { $0 = false }
                    return .line(#"{"return": 1}"#)
                default:
                    let online = isOnline.withLock { $0 }
                    return .line(
                        #"{"return": [{"logical-id": 0, "online": true}, "#
                            + #"{"logical-id": 1, "online": \#(online), "can-offline": true}]}"#)
                }
            }
            let writer = try #require(source(directory).guest.writer)
            let runner = TransactionRunner(writer: writer, timeout: .seconds(1))
            let result = try await runner.set(1, online: false)
            #expect(result.outcome == .committed)
            #expect(agent.connections == 2)
            #expect(agent.commands.count { $0 == "guest-set-vcpus" } == 1)
            await agent.close()
        }
    }

    @Test("a reading of the vCPUs alone sends two messages")
    func vcpusAlone() async throws {
        try await withDirectory { directory in
            let agent = try ScriptedServer.agent(at: directory.agent) { _, _ in
                .line(Self.vcpus)
            }
            let source = source(directory, questions: .vcpus)
            let reading = try await source.guest.reader.read(timeout: .ample)
            #expect(reading.vcpus.vcpus == [0, 1])
            #expect(agent.commands == ["guest-sync-delimited", "guest-get-vcpus"])
            await agent.close()
        }
    }
}
