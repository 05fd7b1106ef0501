import Foundation
import Glibc
import GuestVCPU
import LabSupport
import Simulation
import Testing

/// `set` of many guests, through the program.
@Suite("set for many guests", .serialized)
struct SetManyTests {
    private static let busy = SimulatedGuest(
        vcpus: (0..<6).map { id in
            SimulatedVCPU(
                id: id, isOfflinable: id > 0, offlineFailure: id == 4 ? SetFailure(.busy) : nil)
        })

    private static let three = [
        "web1": SimulatedGuest(count: 6), "web2": busy, "db1": SimulatedGuest(count: 4),
    ]

    private func outcomes(_ finished: Finished) throws -> [String: String] {
        var outcomes: [String: String] = [:]
        for line in finished.output.split(separator: "\n") {
            let object = try #require(
                JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            let guest = try #require(object["guest"] as? String)
            #expect(outcomes.updateValue(object["outcome"] as? String ?? "", forKey: guest) == nil)
        }
        return outcomes
    }

    @Test("a guest that fails stops no other, and the status is the worst of all")
    func worst() async throws {
        try await withSimulatedAgents(Self.three) { agents in
            let finished = try await Program.finished(
                agents.options + ["set", "*", "--offline", "3-4", "--yes", "--json"])
            #expect(
                try outcomes(finished) == [
                    "web1": "committed", "web2": "rolledBack", "db1": "refused",
                ])
            #expect(finished.status == 1)
            #expect(await agents.online("web1") == [0, 1, 2, 5])
            #expect(await agents.online("web2") == CPUMap(0..<6))
            // With one that is not there.
            let more = try await Program.finished(
                agents.options
                    + ["set", "web1", "web8", "web9", "--online", "all", "--yes", "--json"])
            #expect(
                try outcomes(more) == [
                    "web1": "committed", "web8": "unreachable", "web9": "unreachable",
                ])
            #expect(more.status == 2)
            let partial = try await Program.finished(
                agents.options
                    + ["set", "web?", "web9", "--offline", "3-4", "--keep-going", "--yes"])
            #expect(partial.status == 3, "\(partial)")
            #expect(partial.errors.hasSuffix("vcputop: 1 of 3 guests as asked\n"), "\(partial)")
            #expect(partial.errors.contains("note: 'web2': offline now: 3; as before: 4"))
        }
    }

    @Test("a number of vCPUs is each guest's own, and one that it cannot have is refused")
    func count() async throws {
        let guests = [
            "a": SimulatedGuest(count: 8), "b": SimulatedGuest(count: 2),
            "c": SimulatedGuest(
                vcpus: (0..<5).map {
                    SimulatedVCPU(id: $0, isOnline: $0 != 1 && $0 != 2, isOfflinable: $0 > 0)
                }),
        ]
        try await withSimulatedAgents(guests) { agents in
            let finished = try await Program.finished(
                agents.options + ["set", "a", "b", "c", "--count", "4", "--yes"])
            #expect(finished.status == 1)
            #expect(await agents.online("a") == [0, 1, 2, 3])
            #expect(await agents.online("b") == [0, 1])
            #expect(await agents.online("c") == [0, 1, 3, 4])
            #expect(
                finished.errors.contains(
                    "cannot change 'b': it can have 1 to 2 vCPUs online, not 4\n"), "\(finished)")
            #expect(finished.errors.hasSuffix("vcputop: 2 of 3 guests as asked\n"))
            // One named guest is changed without a question, by a number as by lists.
            let one = try await Program.finished(agents.options + ["set", "a", "--count", "2"])
            #expect(one.status == 0)
            #expect(one.output == "a: committed: offline 2-3; online now: 0-1 of 0-7\n")
            #expect(one.errors == "")
            let all = try await Program.finished(
                agents.options + ["set", "a", "--online", "all", "--json"])
            #expect(all.output.contains(#""requested":{"offline":"","online":"0-7"}"#), "\(all)")
            let again = try await Program.finished(
                agents.options + ["set", "a", "--count", "8", "--json"])
            #expect(
                again.output.contains(#""requested":{"count":8,"offline":"","online":"0-7"}"#))
            #expect(again.output.contains("unchanged"))
        }
    }

    @Test(
        "without a terminal many guests take --yes: status 64, and nothing is asked or sent",
        arguments: [
            ["set", "web1", "web2", "--offline", "1"], ["set", "web*", "--offline", "1"],
            ["set", "[w]eb1", "--offline", "1"], ["set", "web1", "web1", "--offline", "1"],
            ["set", "--filter", "vcpus>1", "--offline", "1"],
            ["set", "web1", "--filter", "vcpus>1", "--offline", "1"],
            ["set", "--from", "LIST"],
        ])
    func noTerminal(_ arguments: [String]) async throws {
        try await withSimulatedAgents(Self.three) { agents in
            let list = agents.file("list")
            try Data(#"{"guest":"web1","offline":"1"}"#.utf8).write(to: URL(filePath: list))
            let finished = try await Program.finished(
                agents.options + arguments.map { $0 == "LIST" ? list : $0 })
            #expect(finished.status == 64, "\(finished)")
            #expect(finished.output == "")
            #expect(finished.errors.contains("--yes"))
            #expect(await agents.commands == 0)
        }
    }

    @Test("a dry run says what would be sent to each, asks nothing, and sends nothing")
    func dryRun() async throws {
        try await withSimulatedAgents(Self.three) { agents in
            let finished = try await Program.finished(
                agents.options + ["set", "*", "--count", "5", "--dry-run"])
            #expect(finished.status == 1)
            #expect(
                finished.output.split(separator: "\n").sorted() == [
                    "db1: refused: as before; nothing was sent; online now: 0-3 of 0-3",
                    "web1: planned: would offline 5", "web2: planned: would offline 5",
                ])
            #expect(await agents.sets == 0)
        }
    }

    @Test("a guest that two patterns mean gets one change")
    func once() async throws {
        try await withSimulatedAgents(["web1": SimulatedGuest(count: 4)]) { agents in
            let finished = try await Program.finished(
                agents.options + ["set", "web*", "*1", "web1", "--offline", "1", "--yes"])
            #expect(finished.output == "web1: committed: offline 1; online now: 0,2-3 of 0-3\n")
            #expect(finished.errors == "")
            #expect(await agents.sets == 1)
        }
    }

    @Test("a filter picks the guests by what they say, and none is nothing to do")
    func filter() async throws {
        let guests = [
            "a": SimulatedGuest(count: 8), "b": SimulatedGuest(count: 2),
            "c": SimulatedGuest(
                vcpus: (0..<3).map {
                    SimulatedVCPU(id: $0, isOnline: $0 == 0, isOfflinable: $0 > 0)
                }),
        ]
        try await withSimulatedAgents(guests) { agents in
            func set(_ arguments: String...) async throws -> Finished {
                try await Program.finished(agents.options + ["set"] + arguments)
            }
            let offline = try await set(
                "--filter", "offline>0", "--online", "all", "--yes", "--json")
            #expect(try outcomes(offline) == ["c": "committed"])
            let none = try await set("--filter", "offline>0", "--online", "all", "--yes")
            #expect(none.status == 0 && none.output == "")
            #expect(none.errors == "vcputop: no guest matches the filter\n")
            let both = try await set(
                "a", "b", "--filter", "vcpus>4", "--count", "1", "--yes", "--json")
            #expect(try outcomes(both) == ["a": "committed"])
            let wrong = try await set("--filter", "vcpu>4", "--count", "1", "--yes")
            #expect(wrong.status == 64)
            #expect(wrong.errors.contains("did you mean 'vcpus' or 'cpu'?"), "\(wrong)")
            #expect(await agents.sets == 2)
        }
    }

    // MARK: - A list

    @Test("a list names guests and what is asked of each, from a file and from standard input")
    func list() async throws {
        try await withSimulatedAgents(Self.three) { agents in
            let lines = """
                {"guest": "web1", "offline": "4-5"}

                {"guest": "db1", "count": 2}
                """
            let file = agents.file("list")
            try Data(lines.utf8).write(to: URL(filePath: file))
            let finished = try await Program.finished(
                agents.options + ["set", "--from", file, "--yes", "--json"])
            #expect(try outcomes(finished) == ["web1": "committed", "db1": "committed"])
            #expect(finished.status == 0)
            #expect(await agents.online("web1") == [0, 1, 2, 3])
            #expect(await agents.online("db1") == [0, 1])
            let back = #"{"guest":"web1","online":"all"}"#
            let shell = try Child(
                [
                    "sh", "-c", "printf '%s' '\(back)' | \"$0\" \"$@\"", Program.path, "set",
                    "--from",
                    "-", "--yes",
                ] + agents.options)
            let piped = try shell.finish(within: .seconds(30))
            #expect(piped.status == 0)
            #expect(piped.output == "web1: committed: online 4-5; online now: 0-5 of 0-5\n")
        }
    }

    @Test(
        "a line that is wrong is an error with its number, and no guest is changed",
        arguments: [
            (#"{"guest":"db1"}"#, "list:2: no vCPU is named"),
            (#"{"guest":"web1","offline":"2"}"#, "list:2: guest 'web1' is on line 1 already"),
            (
                #"{"guest":"agent:FOLDER/web1.sock/web1","offline":"2"}"#,
                "is the guest of line 1"
            ),
            ("{", "list:2: it is no JSON at byte 2"),
        ])
    func wrongLine(_ line: String, _ message: String) async throws {
        try await withSimulatedAgents(Self.three) { agents in
            let file = agents.file("list")
            let text = #"{"guest":"web1","offline":"1"}"# + "\n" + line
            let folder = String(agents.file("").dropLast())
            try Data(text.replacing("FOLDER", with: folder).utf8).write(to: URL(filePath: file))
            let finished = try await Program.finished(
                agents.options + ["set", "--from", file, "--yes"])
            #expect(finished.status == 64, "\(finished)")
            #expect(finished.errors.contains(message), "\(finished)")
            #expect(finished.output == "")
            #expect(await agents.commands == 0)
        }
    }

    @Test(
        "options that do not go together are an error",
        arguments: [
            (["set", "--offline", "1"], "no guest is named"),
            (["set", "web1", "--count", "2", "--online", "1"], "--count cannot stand beside"),
            (["set", "web1", "--online", "all", "--offline", "1"], "--online all cannot stand"),
            (["set", "web1", "--count", "0"], "--count is 1 to 4096, not 0"),
            (["set", "web1", "--count", "4097"], "--count is 1 to 4096, not 4097"),
            (["set", "web1", "--count", "2", "--count", "3"], "'--count' is given twice"),
            (["set", "--from", "x", "web1"], "--from names the guests"),
            (["set", "--from", "x", "--offline", "1"], "--from names the guests"),
            (["set", "--from", "/nonexistent", "--yes"], "cannot read '/nonexistent': No such"),
            (["set", "--from", "/", "--yes"], "cannot read '/': Is a directory"),
            (["set", "web1", "--filter", "", "--count", "1", "--yes"], "it is empty"),
        ])
    func usage(_ arguments: [String], _ message: String) async throws {
        let finished = try await Program.finished(["--agent", "web1=/nonexistent"] + arguments)
        #expect(finished.status == 64, "\(finished)")
        #expect(finished.errors.contains(message), "\(finished)")
    }
}
