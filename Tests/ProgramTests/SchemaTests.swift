import Foundation
import GuestVCPU
import JSONForms
import LabSupport
import Testing

@testable import vcputop

/// Each document that a test reads from the program is held against these schemas as well: see
/// `DocumentSchema`.
@Suite("The schemas of the JSON")
struct SchemaTests {
    private func schema(_ name: String) throws -> [String: Any] {
        let data = try Data(contentsOf: URL(filePath: DocumentSchema.path(of: name)))
        return try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    /// The value of the schema at a path of members.
    private func words(_ schema: [String: Any], _ path: String) throws -> [String] {
        let end = path.split(separator: ".").reduce(schema as Any?) { value, member in
            (value as? [String: Any])?[String(member)]
        }
        return try #require(end as? [String], "\(path)")
    }

    @Test("each word that the program can write is in the schema, and no other")
    func enumerations() throws {
        let list = try schema("list")
        let set = try schema("set")
        let doctor = try schema("doctor")
        let cases: [([String: Any], String, [String])] = [
            (
                list, "$defs.agent.properties.status.enum",
                ["pending", "ok"] + AgentError.Kind.allCases.map(\.rawValue)
            ),
            (list, "$defs.guest.properties.state.enum", RunState.allCases.map(\.rawValue)),
            (
                list, "$defs.host.properties.pairing.enum",
                Pairing.Confidence.allCases.map(\.rawValue)
            ),
            (
                list, "$defs.hostVCPU.properties.state.enum",
                HostVCPUState.allCases.map(\.rawValue)
            ),
            (set, "properties.outcome.enum", Outcome.allCases.map(\.rawValue)),
            (set, "$defs.reason.properties.code.enum", Refusal.Code.allCases.map(\.rawValue)),
            (
                doctor, "$defs.check.properties.check.enum", GuestCheck.allCases.map(\.rawValue)
            ),
            (
                doctor, "$defs.check.properties.result.enum", CheckResult.allCases.map(\.rawValue)
            ),
        ]
        for (schema, path, expected) in cases {
            #expect(try Set(words(schema, path)) == Set(expected), "\(path)")
        }
    }

    @Test(
        "no object may have a member that the schema does not know",
        arguments: ["list", "set", "doctor"])
    func closed(name: String) throws {
        func check(_ value: Any, _ path: String) {
            if let object = value as? [String: Any] {
                if object["properties"] != nil {
                    #expect(object["additionalProperties"] as? Bool == false, "\(path)")
                }
                for (key, part) in object { check(part, "\(path).\(key)") }
            } else if let list = value as? [Any] {
                for part in list { check(part, path) }
            }
        }
        check(try schema(name), name)
    }

    @Test("a document that differs in a member, a type or a word is refused")
    func refused() throws {
        let list = try #require(DocumentSchema(named: "list"))
        let set = try #require(DocumentSchema(named: "set"))
        #expect(DocumentSchema(named: "manual") == nil)
        let good = try JSONText.line(
            FleetJSON(
                FleetSamples.snapshot([FleetSamples.guest("web1", host: FleetSamples.host)]),
                time: Date()))
        let count = DocumentSchema.count(of: "list")
        try list.check(good)
        #expect(DocumentSchema.count(of: "list") > count)
        for (old, new) in [
            (#""status":"ok""#, #""status":"fine""#), (#""online":"0,2""#, #""online":"0 2""#),
            (#","uuid":null"#, ""), (#""uuid":null"#, #""uuid":null,"more":1"#),
            (#""current":3"#, #""current":-3"#), (#""guestID":0"#, #""guestID":"0""#),
        ] {
            let bad = good.replacing(old, with: new)
            #expect(bad != good, "\(old)")
            #expect(throws: LabError.self, "\(new)") { try list.check(bad) }
        }
        #expect(throws: LabError.self) { try set.check(good) }
        #expect(throws: LabError.self) { try set.check("{no JSON}") }
    }

    @Test("every member that can be written, and each null, is in the schema")
    func members() throws {
        let list = try #require(DocumentSchema(named: "list"))
        let set = try #require(DocumentSchema(named: "set"))
        let guests = [
            FleetSamples.guest("web1", uuid: "u", host: FleetSamples.host),
            FleetSamples.guest("old", agent: .failed(AgentError(.error, "why"))),
            FleetSamples.unread("new", .pending), FleetSamples.unread("\u{1b}\n\"", .ok),
        ]
        let sources = [
            SourceState(id: FleetSamples.source, status: .ok, note: "a note"),
            SourceState(id: .simulation, status: .pending),
            SourceState(id: .qemuProcesses, status: .failed("no")),
        ]
        try list.check(
            JSONText.line(
                FleetJSON(FleetSamples.snapshot(guests, sources: sources), time: Date())))
        let request = try ChangeRequest(online: [2], offline: [1])
        let reading = try #require(guests[0].vcpus)
        // What is asked for without a list, of a guest that was not read.
        for open in [.allOnline, ChangeRequest(onlineCount: 4_096)] {
            let result = TransactionResult(request: open, outcome: .unreachable)
            try set.check(
                JSONText.line(TransactionJSON(guest: "web1", result: result, isDryRun: false)))
        }
        for outcome in Outcome.allCases {
            for before in [nil, reading] {
                let result = TransactionResult(
                    request: request, outcome: outcome, before: before, after: before,
                    reasons: Refusal.Code.allCases.flatMap { code in
                        [nil, 4_095].map { Refusal(vcpu: $0, code: code) }
                    },
                    failures: [TransactionFailure(vcpu: before == nil ? nil : 1, cause: .notDone)])
                for isDryRun in [true, false] {
                    try set.check(
                        JSONText.line(
                            TransactionJSON(guest: "web1", result: result, isDryRun: isDryRun)))
                }
            }
        }
    }
}
