import LabSupport
import Testing

@Suite actor SilentHostTests {
    private nonisolated let thread = LabThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    @Test("list and set do not wait for ever for a daemon that never says a word, and say so")
    func silent() throws {
        let socket = try SilentSocket()
        let agent = try StagedAgent([0: .fixed, 1: .online])
        let sources = [
            "-c", "qemu+unix:///system?socket=\(socket.path)", "--agent", "web=\(agent.socket)",
        ]
        let set = try Program.start(["set", "web", "--offline", "1", "--json"] + sources)
        let listed = try Program.run(["list", "--json"] + sources, within: .seconds(60))
        #expect(listed.status == 2)
        #expect(listed.errors.contains("no answer within 10 s"))
        let report = try listed.report(ListReport.self)
        #expect(report.sources.map(\.status) == ["failed", "ok"])
        #expect(report.guests.map(\.agent.status) == ["ok"])

        // The guest that is meant might be the silent daemon's.
        let change = try set.finish(within: .seconds(60))
        #expect(change.status == 2)
        #expect(try change.report(SetReport.self).outcome == "unreachable")
        #expect(
            change.errors.contains(socket.path) && change.errors.contains("no answer within 10 s"))
    }
}
