import Foundation
import GuestVCPU
import JSONForms
import LabSupport
import Simulation
import Testing

@testable import vcputop

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
        var maps = try #require(guest["guest"] as? [String: Any])
        // A contradiction needs more than one reading.
        #expect(maps.removeValue(forKey: "contradicted") is NSNull)
        #expect(
            maps as? [String: String] == ["vcpus": "0-5", "online": "0-5", "offlinable": "1-5"])
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
            {"after":\(maps),"before":\(maps),"changedElsewhere":"","failure":null,"guest":"web1",\
            "id":null,"outcome":"planned","planned":{"offline":"4-5","online":""},"reasons":[],\
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
            {"after":\(maps),"before":\(maps),"changedElsewhere":"","failure":null,"guest":"web1",\
            "id":null,"outcome":"refused","reasons":[{"code":"missing",\
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
            {"after":null,"before":null,"changedElsewhere":"","failure":{"message":"no guest is called 'web2'; did you mean 'web1'? \
            there are: web1","vcpu":null},"guest":"web2","id":null,"outcome":"unreachable",\
            "reasons":[],"requested":{"offline":"","online":"1"}}

            """
        #expect(finished.output == expected)
    }

    @Test("each of the host's vCPUs has the guest's number, where the pairing tells it")
    func host() throws {
        let start = ContinuousClock.now
        let guest = GuestVCPUs(
            vcpus: [0, 1, 2], online: [0], offlinable: [1, 2], readAt: start)
        func guestJSON(claims: [Int: HostIndex]) throws -> [String: Any] {
            let reading = AgentReading(
                vcpus: guest, version: "7.2.22", setSupport: .available, firmwareIndices: claims)
            let host = HostReading(
                vcpus: [
                    HostVCPU(
                        index: 0, timeNanoseconds: 5, waitNanoseconds: 6, thread: 7, threadStart: 8,
                        physicalCPU: 1, state: .running, plugOrder: 0),
                    HostVCPU(index: 3, timeNanoseconds: nil, plugOrder: 2),
                    HostVCPU(
                        index: 5, timeNanoseconds: 9, thread: 8, state: .blocked, plugOrder: 1),
                ], current: 3, maximum: 6, readAt: start)
            let state = GuestState(
                id: GuestID(source: .agentSocket(path: "/a"), name: "web1", uuid: "u"),
                runState: .running,
                agent: .ok, reading: reading,
                host: HostState(
                    reading: host, pairing: Pairing(guest: reading, host: host), shares: [:]),
                isWritable: true)
            let line = try JSONText.line(
                FleetJSON(
                    FleetSnapshot(
                        takenAt: start,
                        sources: [SourceState(id: .qemuProcesses, status: .ok, note: "a note")],
                        guests: [state]), time: Date()))
            let object = try #require(
                JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            let source = try #require((object["sources"] as? [[String: Any]])?.first)
            #expect(source["message"] as? String == "a note" && source["status"] as? String == "ok")
            return try #require((object["guests"] as? [[String: Any]])?.first)
        }
        func vcpus(_ guest: [String: Any]) throws -> [[String: Any]] {
            try #require((guest["host"] as? [String: Any])?["vcpus"] as? [[String: Any]])
        }

        let confirmed = try guestJSON(claims: [0: 0, 1: 5, 2: 3])
        let host = try #require(confirmed["host"] as? [String: Any])
        #expect(host["pairing"] as? String == "confirmed")
        #expect(host["current"] as? Int == 3 && host["maximum"] as? Int == 6)
        #expect(Set(host.keys) == ["current", "maximum", "pairing", "vcpus"])
        let paired = try vcpus(confirmed)
        #expect(paired.map { $0["id"] as? Int } == [0, 3, 5])
        #expect(paired.map { $0["guestID"] as? Int } == [0, 2, 1])
        for vcpu in paired {
            #expect(
                Set(vcpu.keys) == [
                    "id", "guestID", "timeNanoseconds", "waitNanoseconds", "thread", "state",
                ])
        }
        #expect(paired[1]["timeNanoseconds"] is NSNull && paired[1]["thread"] is NSNull)
        #expect(paired[2]["waitNanoseconds"] is NSNull)

        // Slots 5 and 3 were plugged later: the numbers alone tell one vCPU.
        let inferred = try guestJSON(claims: [:])
        #expect((inferred["host"] as? [String: Any])?["pairing"] as? String == "inferred")
        #expect(try vcpus(inferred).map { $0["guestID"] as? Int } == [0, nil, nil])
        #expect(try vcpus(inferred)[1]["guestID"] is NSNull)

        let unknown = try guestJSON(claims: [0: 0, 1: 5, 2: 5])
        #expect((unknown["host"] as? [String: Any])?["pairing"] as? String == "unknown")
        #expect(try vcpus(unknown).allSatisfy { $0["guestID"] is NSNull })
    }

    private static func masked(_ text: String) -> String {
        text.replacing(
            /"time":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"/, with: #""time":"TIME""#)
    }

    private func withAgent<Value>(_ body: (String) async throws -> Value) async throws -> Value {
        try await withSimulatedAgent(SimulatedGuest(count: 6)) { try await body($0.path) }
    }
}
