import Foundation
import LabSupport
import Testing

/// The README's first command, as a user runs it in one terminal while a second program
/// is at the same guests.
@Suite(.serialized)
actor DemoTests {
    private nonisolated let thread = LabThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    private func start() throws -> DashboardInTerminal {
        // The sockets' paths are to fit into a line of the screen, beside all that is measured.
        try DashboardInTerminal(
            ["demo"], showing: "web-01", columns: 220, environment: ["XDG_RUNTIME_DIR": "/tmp"])
    }

    /// The path of a guest's socket, as the detail on the screen says it.
    private func socket(of guest: String, in dashboard: DashboardInTerminal) throws -> String {
        try dashboard.press("Enter")
        try dashboard.terminal.waitFor("> \(guest)")
        try dashboard.terminal.waitFor("agent:")
        let line = try #require(
            try dashboard.terminal.screen().first { $0.contains("agent:/") })
        let start = try #require(line.range(of: "agent:")).upperBound
        try dashboard.press("Escape")
        return String(line[start...].prefix { $0 != " " })
    }

    @Test("a second program reads and changes a guest of the demo, and the dashboard shows it")
    func secondProgram() throws {
        let dashboard = try start()
        defer { try? dashboard.terminal.stop() }
        let path = try socket(of: "web-01", in: dashboard)
        let agent = ["--agent", "web-01=\(path)"]

        let list = try Program.run(["list"] + agent)
        #expect(list.status == 0 && list.output.contains("8/8"), "\(list)")
        let set = try Program.run(["set", "web-01", "--offline", "5-6"] + agent)
        #expect(set.status == 0 && set.output.contains("committed"), "\(set)")
        try dashboard.waitFor("6/8", inRowOf: "web-01")
        try dashboard.waitForCells(of: "web-01") { $0.count == 8 && $0[5] == "-" && $0[6] == "-" }

        try dashboard.press("q")
        #expect(try dashboard.exitStatus() == 0)
        #expect(try dashboard.damage() == [])
        #expect(!FileManager.default.fileExists(atPath: path), "the sockets are gone with it")
    }

    @Test("a dashboard that may only read has no mark, and says why")
    func readOnly() throws {
        let agent = try StagedAgent([0: .fixed, 1: .online, 2: .online])
        defer { try? agent.stop() }
        let dashboard = try DashboardInTerminal(
            ["--read-only", "--agent", "staged=\(agent.socket)"], showing: "3/3")
        defer { try? dashboard.terminal.stop() }
        try dashboard.press("Right", "Space")
        try dashboard.terminal.waitFor("read-only")
        try dashboard.press("c")
        #expect(try !dashboard.terminal.screen().contains { $0.contains("REVIEW") })
        try dashboard.press("q")
        #expect(try dashboard.exitStatus() == 0)
        #expect(try agent.onlineFiles() == [1, 2])
    }
}
