import Foundation
import LabSupport
import Simulation
import Testing

/// The JSON that other people's scripts read, to the letter, but for times.
@Suite("The contract of --json")
struct JSONContractTests {
    private static let missing = "/nonexistent/agent.sock"

    @Test("a guest without a reading has every member, null where nothing is known")
    func missingGuest() async throws {
        let finished = try await Program.finished([
            "list", "--json", "--agent", "web1=\(Self.missing)",
        ])
        #expect(finished.status == 0)
        #expect(finished.errors == "")
        let expected = """
            {"guests":[{"agent":{"ageMilliseconds":null,"message":"no line to the agent: \
            \(Self.missing): No such file or directory","status":"disconnected","version":null},\
            "guest":null,"host":null,"name":"web1","source":"agent:\(Self.missing)",\
            "state":"unknown","uuid":null}],"sources":[{"message":null,\
            "name":"agent:\(Self.missing)","status":"ok"}],"time":"TIME"}

            """
        #expect(Self.masked(finished.output) == expected)
    }

    @Test("a reading is three lists in canonical form")
    func reading() async throws {
        let finished = try await withAgent { path in
            try await Program.finished(["list", "--json", "--agent", "web1=\(path)"])
        }
        let object = try #require(
            JSONSerialization.jsonObject(with: Data(finished.output.utf8)) as? [String: Any])
        let guest = try #require((object["guests"] as? [[String: Any]])?.first)
        #expect(
            guest["guest"] as? [String: String]
                == ["vcpus": "0-5", "online": "0-5", "offlinable": "1-5"])
        let agent = try #require(guest["agent"] as? [String: Any])
        #expect(agent["status"] as? String == "ok" && agent["message"] is NSNull)
        #expect((agent["ageMilliseconds"] as? Int).map { (0..<20_000).contains($0) } == true)
        #expect(agent["version"] is String)
        #expect(
            Set(guest.keys) == ["name", "uuid", "source", "state", "agent", "guest", "host"])
    }

    @Test("a dry run says what it would send, in canonical form, and sends nothing")
    func dryRun() async throws {
        let finished = try await withAgent { path in
            try await Program.finished([
                "set", "web1", "--json", "--agent", "web1=\(path)", "--dry-run", "--online",
                "1, 3,2", "--offline", "5,4",
            ])
        }
        #expect(finished.status == 0)
        let maps = #"{"offlinable":"1-5","online":"0-5","vcpus":"0-5"}"#
        let expected = """
            {"after":\(maps),"before":\(maps),"failure":null,"guest":"web1",\
            "outcome":"planned","planned":{"offline":"4-5","online":""},"reasons":[],\
            "requested":{"offline":"4-5","online":"1-3"}}

            """
        #expect(finished.output == expected)
    }

    @Test("a refusal names each vCPU with its reason")
    func refusal() async throws {
        let finished = try await withAgent { path in
            try await Program.finished([
                "set", "web1", "--json", "--agent", "web1=\(path)", "--offline", "0,9",
            ])
        }
        #expect(finished.status == 1)
        let maps = #"{"offlinable":"1-5","online":"0-5","vcpus":"0-5"}"#
        let expected = """
            {"after":\(maps),"before":\(maps),"failure":null,"guest":"web1",\
            "outcome":"refused","reasons":[{"code":"missing",\
            "message":"the guest has no such vCPU","vcpu":9},{"code":"notOfflinable",\
            "message":"the guest says it is not offlinable","vcpu":0}],\
            "requested":{"offline":"0,9","online":""}}

            """
        #expect(finished.output == expected)
    }

    @Test("a guest that is not there is unreachable")
    func unknownGuest() async throws {
        let finished = try await Program.finished([
            "set", "web2", "--json", "--agent", "web1=\(Self.missing)", "--online", "1",
        ])
        #expect(finished.status == 2)
        let expected = """
            {"after":null,"before":null,"failure":{"message":"no guest is called 'web2'; \
            there are: web1","vcpu":null},"guest":"web2","outcome":"unreachable",\
            "reasons":[],"requested":{"offline":"","online":"1"}}

            """
        #expect(finished.output == expected)
    }

    private static func masked(_ text: String) -> String {
        text.replacing(
            /"time":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"/, with: #""time":"TIME""#)
    }

    private func withAgent<Value>(_ body: (String) async throws -> Value) async throws -> Value {
        try await withSimulatedAgent(SimulatedGuest(count: 6)) { try await body($0.path) }
    }
}
