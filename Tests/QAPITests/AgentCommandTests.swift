import TestSupport
import Testing

@testable import QAPI

@Suite("Commands of the agent")
struct AgentCommandTests {
    typealias Exchange = ScriptedStream.Exchange

    /// A session in step with an agent that answers the next command with this.
    private func session(answering reply: String) async throws -> (AgentSession, ScriptedStream) {
        let stream = ScriptedStream([
            Exchange("guest-sync-delimited", Transcripts.delimitedSync(delimitedID)),
            Exchange("execute", reply),
        ])
        let session = agentSession(over: stream)
        try await session.open(until: stream.clock.after(.seconds(5)))
        return (session, stream)
    }

    private func returning(_ value: String) -> String { "{\"return\": \(value)}\n" }

    @Test("processors are read in the agent's order")
    func vcpus() async throws {
        let (session, stream) = try await session(answering: Transcripts.vcpus)
        let vcpus = try await session.vcpus(until: stream.clock.after(.seconds(10)))
        #expect(
            vcpus == [
                AgentVCPU(logicalID: 1, isOnline: true, canOffline: true),
                AgentVCPU(logicalID: 0, isOnline: true, canOffline: false),
                AgentVCPU(logicalID: 3, isOnline: true, canOffline: true),
            ])
        #expect(await stream.commands.last == #"{"execute":"guest-get-vcpus"}"#)
    }

    @Test("a processor may lack can-offline, and have members that we do not know")
    func optionalMembers() async throws {
        let (session, stream) = try await session(
            answering: returning(#"[{"logical-id":4095,"online":false,"die-id":[1.5]}]"#))
        let vcpus = try await session.vcpus(until: stream.clock.after(.seconds(10)))
        #expect(vcpus == [AgentVCPU(logicalID: 4095, isOnline: false)])
    }

    static let malformed: [(String, String, Malformation.Problem)] = [
        ("{}", "return", .wrongType), ("null", "return", .wrongType), ("3", "return", .wrongType),
        ("\"[]\"", "return", .wrongType), ("[]", "return", .empty),
        ("[3]", "return[0]", .wrongType), ("[[]]", "return[0]", .wrongType),
        ("[{}]", "return[0].logical-id", .missing),
        (#"[{"logical-id":1}]"#, "return[0].online", .missing),
        (#"[{"online":true}]"#, "return[0].logical-id", .missing),
        (
            #"[{"logical-id":0,"online":true},{"logical-id":"1","online":true}]"#,
            "return[1].logical-id", .wrongType
        ),
        (#"[{"logical-id":true,"online":true}]"#, "return[0].logical-id", .wrongType),
        (#"[{"logical-id":1.0,"online":true}]"#, "return[0].logical-id", .wrongType),
        (#"[{"logical-id":1e0,"online":true}]"#, "return[0].logical-id", .wrongType),
        (#"[{"logical-id":null,"online":true}]"#, "return[0].logical-id", .wrongType),
        (
            #"[{"logical-id":99999999999999999999,"online":true}]"#, "return[0].logical-id",
            .wrongType
        ),
        (#"[{"logical-id":-1,"online":true}]"#, "return[0].logical-id", .outOfRange),
        (#"[{"logical-id":4096,"online":true}]"#, "return[0].logical-id", .outOfRange),
        (
            #"[{"logical-id":9223372036854775807,"online":true}]"#,
            "return[0].logical-id", .outOfRange
        ),
        (#"[{"logical-id":0,"online":1}]"#, "return[0].online", .wrongType),
        (#"[{"logical-id":0,"online":"true"}]"#, "return[0].online", .wrongType),
        (#"[{"logical-id":0,"online":null}]"#, "return[0].online", .wrongType),
        (
            #"[{"logical-id":0,"online":true,"can-offline":1}]"#,
            "return[0].can-offline", .wrongType
        ),
        (
            #"[{"logical-id":0,"online":true,"can-offline":null}]"#,
            "return[0].can-offline", .wrongType
        ),
        (
            #"[{"logical-id":2,"online":true},{"logical-id":2,"online":true}]"#,
            "return[1].logical-id", .duplicate
        ),
        ("[" + Array(repeating: "0", count: 4097).joined(separator: ",") + "]", "return", .tooMany),
    ]

    @Test("a list of processors that is not what the schema says is refused", arguments: malformed)
    func refusesVCPUs(value: String, path: String, problem: Malformation.Problem) async throws {
        let (session, stream) = try await session(answering: returning(value))
        let error = await #expect(throws: QAPIError.self) {
            try await session.vcpus(until: stream.clock.after(.seconds(10)))
        }
        guard case .malformed(.schema(path, problem), let excerpt) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(!excerpt.isEmpty && excerpt.count <= 200)
    }

    @Test(
        "changes are sent in the order given, and the number comes back as it is",
        arguments: [
            ("2", 2), ("0", 0), ("-5", -5), ("9223372036854775807", Int64.max),
        ])
    func set(value: String, count: Int64) async throws {
        let (session, stream) = try await session(answering: returning(value))
        let returned = try await session.setVCPUs(
            [
                AgentVCPU(logicalID: 7, isOnline: true, canOffline: true),
                AgentVCPU(logicalID: 2, isOnline: false),
            ], until: stream.clock.after(.seconds(10)))
        #expect(returned == count)
        #expect(
            await stream.commands.last
                == #"{"execute":"guest-set-vcpus","arguments":{"vcpus":["#
                + #"{"logical-id":7,"online":true},{"logical-id":2,"online":false}]}}"#)
    }

    @Test(
        "a set that returns no integer is malformed",
        arguments: [
            "{}", "[]", "null", "true", "\"1\"", "1.0", "1e0", "9223372036854775808",
        ])
    func setMalformed(value: String) async throws {
        let (session, stream) = try await session(answering: returning(value))
        let error = await #expect(throws: QAPIError.self) {
            try await session.setVCPUs(
                [AgentVCPU(logicalID: 1, isOnline: true)],
                until: stream.clock.after(.seconds(10)))
        }
        guard case .malformed(.schema("return", .wrongType), _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("guest-info gives the version and which commands are enabled")
    func info() async throws {
        let (session, stream) = try await session(answering: Transcripts.info)
        let info = try await session.info(until: stream.clock.after(.seconds(10)))
        #expect(info.version == "7.2.22")
        #expect(
            info.commands == [
                "guest-set-vcpus": true, "guest-get-devices": false, "guest-sync-delimited": true,
            ])
    }

    static let infos: [(String, AgentInfo)] = [
        (#"{"supported_commands":[]}"#, AgentInfo(version: nil, commands: [:])),
        (
            #"{"version":"a\u001b[2J","supported_commands":[]}"#,
            AgentInfo(version: "a\u{FFFD}[2J", commands: [:])
        ),
        (
            #"{"version":"\#(String(repeating: "9", count: 900))","supported_commands":[]}"#,
            AgentInfo(version: String(repeating: "9", count: 63) + "…", commands: [:])
        ),
        (
            #"{"supported_commands":[{"name":"a","enabled":true},{"name":"a","enabled":false},{"name":"a","enabled":true}]}"#,
            AgentInfo(version: nil, commands: ["a": false])
        ),
    ]

    @Test("guest-info is bounded, and a command given twice counts as its worse", arguments: infos)
    func boundsInfo(value: String, expected: AgentInfo) async throws {
        let (session, stream) = try await session(answering: returning(value))
        let info = try await session.info(until: stream.clock.after(.seconds(10)))
        #expect(info == expected)
    }

    @Test(
        "a guest-info that is not what the schema says is refused",
        arguments: [
            ("[]", "return", Malformation.Problem.wrongType),
            ("{}", "return.supported_commands", .missing),
            (#"{"version":7,"supported_commands":[]}"#, "return.version", .wrongType),
            (#"{"supported_commands":{}}"#, "return.supported_commands", .wrongType),
            (
                #"{"supported_commands":[{"enabled":true}]}"#,
                "return.supported_commands[0].name", .missing
            ),
            (
                #"{"supported_commands":[{"name":"a","enabled":1}]}"#,
                "return.supported_commands[0].enabled", .wrongType
            ),
            (
                #"{"supported_commands":[{"name":"\#(String(repeating: "x", count: 129))","enabled":true}]}"#,
                "return.supported_commands[0].name", .outOfRange
            ),
            (
                #"{"supported_commands":[\#(Array(repeating: "0", count: 1025).joined(separator: ","))]}"#,
                "return.supported_commands", .tooMany
            ),
        ])
    func infoMalformed(value: String, path: String, problem: Malformation.Problem) async throws {
        let (session, stream) = try await session(answering: returning(value))
        let error = await #expect(throws: QAPIError.self) {
            try await session.info(until: stream.clock.after(.seconds(10)))
        }
        guard case .malformed(.schema(path, problem), _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}
