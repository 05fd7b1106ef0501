import Foundation
import GuestVCPU
import LabSupport
import Simulation
import Testing

/// `set` and `revert` after programs died in the middle of changes.
@Suite("changes whose programs died", .serialized)
struct DiedChangesTests {
    /// A journal in which programs died that took vCPU 1 offline.
    private struct State {
        let folder = "/tmp/vcputop-\(UUID().uuidString.prefix(8))"
        var environment: [String: String] { ["XDG_STATE_HOME": folder] }

        /// - Parameter guests: The guests and their sockets, one a change.
        /// - Parameter isUnknown: Whether the programs lived, and could not read the guests.
        init(_ guests: [(name: String, path: String)], isUnknown: Bool = false) throws {
            try FileManager.default.createDirectory(
                atPath: "\(folder)/vcputop", withIntermediateDirectories: true)
            let ends = guests.indices.map { number in
                #"{"after":null,"event":"outcome","failure":null,"id":"\#(Self.id(number))","#
                    + #""outcome":"unknown","time":"2026-01-31T12:00:05.000Z"}"# + "\n"
            }
            let lines = guests.enumerated().map { number, guest in
                #"{"before":{"offlinable":"1-5","online":"0-5","vcpus":"0-5"},"boot":null,"#
                    + #""event":"intent","guest":"\#(guest.name)","id":"\#(Self.id(number))","#
                    + #""login":null,"pid":1,"planned":{"offline":"1","online":""},"#
                    + #""requested":{"offline":"1","online":""},"reverts":null,"#
                    + #""source":"agent:\#(guest.path)","time":"2026-01-31T12:00:00.000Z","#
                    + #""user":"root","uuid":null}"# + "\n"
            }
            try Data((lines + (isUnknown ? ends : [])).joined().utf8).write(
                to: URL(filePath: "\(folder)/vcputop/journal.jsonl"))
        }

        static func id(_ number: Int) -> String {
            "0198c1d2-0000-7000-8000-\(String(100_000_000_000 + number))"
        }

        func remove() { try? FileManager.default.removeItem(atPath: folder) }
    }

    private static let guests = ["web": SimulatedGuest(count: 6), "db": SimulatedGuest(count: 6)]

    @Test("a guest is read once, however many changes of it died, and each is settled")
    func once() async throws {
        try await withSimulatedAgents(Self.guests) { agents in
            let state = try State(
                Array(repeating: (name: "db", path: agents.agents["db"]?.path ?? ""), count: 60))
            defer { state.remove() }
            let set = try await Program.finished(
                agents.options + ["set", "web", "--offline", "3", "--timeout", "20"],
                environment: state.environment)
            #expect(set.status == 0, "\(set)")
            #expect(await agents.agents["db"]?.commands.count { $0 == .getVCPUs } == 1)
            // Not 60 lines before the outcome.
            #expect(set.errors.contains("and 40 more: 'vcputop log --open' lists them"), "\(set)")
            let open = try await Program.finished(
                ["log", "--open"], environment: state.environment)
            #expect(open.status == 0, "\(open)")
        }
    }

    @Test("a dry run of set says what died, and writes nothing")
    func dryRun() async throws {
        try await withSimulatedAgents(Self.guests) { agents in
            let state = try State([("db", agents.agents["db"]?.path ?? "")])
            defer { state.remove() }
            let set = try await Program.finished(
                agents.options + ["set", "web", "--offline", "3", "--dry-run"],
                environment: state.environment)
            #expect(set.status == 0, "\(set)")
            #expect(set.errors.contains("'db' is found as before"), "\(set)")
            let open = try await Program.finished(
                ["log", "--open"], environment: state.environment)
            #expect(open.status == 3, "\(open)")
        }
    }

    @Test("guests that hang hold up the change of no other")
    func hung() async throws {
        let silent = try SilentSockets(count: 20)
        try await withSimulatedAgents(Self.guests) { agents in
            let hung = silent.paths.enumerated().map { (name: "hung\($0)", path: $1) }
            let state = try State(hung)
            defer { state.remove() }
            let options = hung.flatMap { ["--agent", "\($0.name)=\($0.path)"] }
            let start = ContinuousClock.now
            let set = try await Program.finished(
                agents.options + options + ["set", "web", "--offline", "3", "--timeout", "25"],
                environment: state.environment)
            #expect(set.status == 0, "\(set)")
            #expect(start.duration(to: .now) < .seconds(20))
            #expect(set.errors.contains("'hung0' cannot be read"), "\(set)")
            #expect(set.errors.contains("'hung19' is not read now"), "\(set)")
        }
    }

    @Test("the last change is taken back although its program died: the guest is read first")
    func revert() async throws {
        try await withSimulatedAgents(Self.guests) { agents in
            let path = agents.agents["web"]?.path ?? ""
            let change = try await Program.finished(
                agents.options + ["set", "web", "--offline", "1,3"])
            #expect(change.status == 0, "\(change)")
            let state = try State([("web", path)])
            defer { state.remove() }
            let revert = try await Program.finished(
                ["revert", "--yes"], environment: state.environment)
            #expect(revert.status == 0, "\(revert)")
            #expect(revert.errors.contains("'web' is found as asked"), "\(revert)")
            #expect(revert.output.hasPrefix("web: committed: online 1;"), "\(revert)")
            #expect(await agents.online("web") == [0, 1, 2, 4, 5])
        }
    }

    @Test("the last change is taken back although its outcome was unknown: the guest is read first")
    func revertUnknown() async throws {
        try await withSimulatedAgents(Self.guests) { agents in
            let path = agents.agents["web"]?.path ?? ""
            let change = try await Program.finished(
                agents.options + ["set", "web", "--offline", "1,3"])
            #expect(change.status == 0, "\(change)")
            let state = try State([("web", path)], isUnknown: true)
            defer { state.remove() }
            let open = try await Program.finished(
                ["log", "--open"], environment: state.environment)
            #expect(open.status == 0, "\(open)")
            let revert = try await Program.finished(
                ["revert", "--yes"], environment: state.environment)
            #expect(revert.status == 0, "\(revert)")
            #expect(
                revert.errors.contains("it is not known what came of a change of 'web': offline 1"),
                "\(revert)")
            #expect(revert.errors.contains("'web' is found as asked"), "\(revert)")
            #expect(await agents.online("web") == [0, 1, 2, 4, 5])
        }
    }

    @Test("revert takes no earlier change back than the last one, of which nothing is known")
    func lastUnknown() async throws {
        let silent = try SilentSockets(count: 1)
        try await withSimulatedAgents(Self.guests) { agents in
            let state = try State([("hung", silent.paths[0])])
            defer { state.remove() }
            // An earlier one, of another guest.
            let file = URL(filePath: "\(state.folder)/vcputop/journal.jsonl")
            let died = try Data(contentsOf: file)
            try Data().write(to: file)
            let change = try await Program.finished(
                agents.options + ["set", "web", "--offline", "3"], environment: state.environment)
            #expect(change.status == 0, "\(change)")
            try (Data(contentsOf: file) + died).write(to: file)
            let revert = try await Program.finished(
                ["revert", "--yes", "--timeout", "1"], environment: state.environment)
            #expect(revert.status == 1, "\(revert)")
            #expect(revert.errors.contains("it is not known what it did"), "\(revert)")
            #expect(await agents.online("web") == [0, 1, 2, 4, 5])
        }
    }
}
