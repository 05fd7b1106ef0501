import Foundation
import LabSupport
import Testing

/// `list` against the real agent on staged trees.
@Suite actor StagedListTests {
    private nonisolated let thread = LabThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    struct Tree: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let processors: [Int: StagedCPU]
        let maps: Maps

        init(
            _ description: String, _ processors: [Int: StagedCPU], vcpus: String, online: String,
            offlinable: String
        ) {
            testDescription = description
            self.processors = processors
            maps = Maps(vcpus: vcpus, online: online, offlinable: offlinable)
        }
    }

    static let trees = [
        Tree(
            "one fixed", [0: .fixed], vcpus: "0", online: "0", offlinable: ""),
        Tree(
            "sparse, fixed, offline and failing",
            [0: .fixed, 1: .online, 4: .offline, 5: .online, 9: .full],
            vcpus: "0-1,4-5,9", online: "0-1,5,9", offlinable: "1,4-5,9"),
        Tree(
            "the highest id", [0: .online, 4095: .offline], vcpus: "0,4095", online: "0",
            offlinable: "0,4095"),
        Tree(
            "1,024 processors, every third offline",
            Dictionary(
                (0..<1024).map { ($0, $0 == 0 ? .fixed : $0 % 3 == 0 ? .offline : .online) },
                uniquingKeysWith: { first, _ in first }),
            vcpus: "0-1023",
            online: list((0..<1024).filter { $0 == 0 || $0 % 3 != 0 }),
            offlinable: "1-1023"),
    ]

    @Test("the listed maps are the tree's", arguments: trees)
    func maps(_ tree: Tree) throws {
        let agent = try StagedAgent(tree.processors)
        defer { try? agent.stop() }
        let finished = try Program.run(["list", "--agent", "staged=\(agent.socket)", "--json"])
        let report = try finished.report(ListReport.self)
        #expect(finished.status == 0)
        let guest = try #require(report.guests.first)
        #expect(report.guests.count == 1)
        #expect(guest.name == "staged")
        #expect(guest.source == "agent:\(agent.socket)")
        #expect(guest.agent.status == "ok")
        #expect(guest.agent.version?.isEmpty == false)
        #expect(guest.guest == tree.maps)
    }

    @Test("an id above 4095 is a malformed answer, and a row all the same")
    func idTooHigh() throws {
        let agent = try StagedAgent([0: .fixed, 4096: .online])
        defer { try? agent.stop() }
        let finished = try Program.run(["list", "--agent", "high=\(agent.socket)", "--json"])
        let guest = try #require(try finished.report(ListReport.self).guests.first)
        #expect(finished.status == 0)
        #expect(guest.agent.status == "malformed")
        #expect(guest.guest == nil)
    }

    @Test("a stopped agent is unresponsive, and does not hold up the row of another")
    func stalled() throws {
        let stalled = try StagedAgent([0: .fixed])
        let sound = try StagedAgent([0: .fixed, 1: .online])
        defer {
            try? stalled.stop()
            try? sound.stop()
        }
        try stalled.stall()
        let finished = try Program.run([
            "list", "--agent", "stalled=\(stalled.socket)", "--agent", "sound=\(sound.socket)",
            "--timeout", "1", "--json",
        ])
        let report = try finished.report(ListReport.self)
        #expect(finished.status == 0)
        #expect(report.guests.map(\.name) == ["stalled", "sound"])
        #expect(report.guests.map(\.agent.status) == ["unresponsive", "ok"])
        #expect(report.guests.last?.guest?.online == "0-1")
    }

    @Test("the text for people names the guest and its maps, with no escape sequence")
    func text() throws {
        let agent = try StagedAgent([0: .fixed, 1: .online, 7: .offline])
        defer { try? agent.stop() }
        let finished = try Program.run(["list", "--agent", "staged=\(agent.socket)"])
        #expect(finished.status == 0)
        #expect(finished.output.contains("staged"))
        #expect(finished.output.contains("0-1"))
        #expect(!(finished.output + finished.errors).contains("\u{1B}"))
    }
}
