import Foundation
import LabSupport
import Testing

/// What `list` measures, of real threads that use processors.
@Suite(.serialized) actor MeasuredListTests {
    private nonisolated let thread = LabThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// Starts a guest whose vCPUs use these shares of a CPU in percent.
    private func guest(
        _ name: String, in folder: String, load: [Int], offline: Int? = nil
    ) throws -> StandIn {
        let path = "\(folder)/\(name).sock"
        var traits = StandIn.Traits(agent: path)
        traits.load = load
        traits.offline = offline
        return try StandIn(StandIn.arguments(named: name, agent: path), traits)
    }

    private func names(_ finished: Finished) -> [String] {
        finished.output.split(separator: "\n").dropFirst().map { String($0.prefix { $0 != " " }) }
    }

    @Test("load is measured, filtered and ordered; a contradiction is found by one list")
    func measured() throws {
        let folder = try makeLabFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let id = UUID().uuidString.prefix(8)
        let busy = try guest("busy-\(id)", in: folder, load: [20, 20])
        let idle = try guest("idle-\(id)", in: folder, load: [0, 0])
        let liar = try guest("liar-\(id)", in: folder, load: [5, 20], offline: 1)
        let honest = try guest("honest-\(id)", in: folder, load: [5, 0], offline: 1)
        defer { for guest in [busy, idle, liar, honest] { try? guest.stop() } }
        let guests = ["busy", "idle", "liar", "honest"].map { "\($0)-\(id)" }
        func list(_ arguments: [String]) throws -> Finished {
            let finished = try Program.run(["list"] + guests + arguments, within: .seconds(120))
            #expect(finished.status == 0, "\(finished.errors)")
            return finished
        }
        let plain = try list([])
        #expect(!plain.output.contains("USE%"))
        let loaded = try list(["--load"])
        let rows = loaded.output.split(separator: "\n").map { line in
            line.split(separator: " ").map(String.init)
        }
        let heads = try #require(rows.first)
        #expect(Array(heads.suffix(4)) == ["CPUs", "WAIT%", "USE%", "SOURCE"])
        let used = Dictionary(
            rows.dropFirst().map { ($0[0], Double($0[$0.count - 4]) ?? -1) },
            uniquingKeysWith: { first, _ in first })
        // A loaded machine gives a thread less than it wants, and never more.
        #expect(try #require(used[guests[0]]) > (used[guests[1]] ?? 0), "\(loaded.output)")
        #expect(try (0...0.6).contains(#require(used[guests[0]])), "\(loaded.output)")

        #expect(try names(list(["--filter", "cpu<0.1 and use>=0"])).contains(guests[1]))
        #expect(try names(list(["--filter", "use>90"])).isEmpty)
        let ordered = try names(list(["--sort", "cpu:reversed"]))
        #expect(ordered.first == guests[1] && Set(ordered) == Set(guests), "\(ordered)")
        #expect(try names(list(["--filter", "contradicted"])) == [guests[2]])
        #expect(try names(list(["--filter", "problem=contradicted"])) == [guests[2]])
        let json = try list(["--filter", "contradicted", "--json"]).report(ListReport.self)
        #expect(json.guests.map(\.guest?.contradicted) == ["1"])
    }
}
