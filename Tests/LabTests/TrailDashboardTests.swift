import Foundation
import Glibc
import LabSupport
import Testing

/// The journal in the dashboard, beside other programs that change the same real agent.
@Suite actor TrailDashboardTests {
    private nonisolated let thread = LabThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    @Test("an open log shows the change of another run, and b reverts it")
    func follow() throws {
        let agent = try StagedAgent([0: .fixed, 1: .online, 2: .online, 3: .online])
        defer { try? agent.stop() }
        let environment = ["XDG_STATE_HOME": "\(agent.folder)/state"]
        let source = ["--agent", "web=\(agent.socket)"]
        let dashboard = try DashboardInTerminal(
            source, showing: "4/4", environment: environment)
        defer { try? dashboard.terminal.stop() }
        try dashboard.press("L")
        try dashboard.terminal.waitFor("nothing was sent yet")
        #expect(
            try Program.run(
                source + ["set", "web", "--offline", "2"], environment: environment
            ).status == 0)
        try dashboard.terminal.waitFor("web: offline 2 -> committed")
        try dashboard.press("Escape")
        try dashboard.terminal.waitFor("3/4")
        // No key has had the journal read since.
        try dashboard.press("b")
        try dashboard.terminal.waitFor("REVIEW")
        try dashboard.commit(expecting: "committed")
        #expect(try agent.onlineFiles() == [1, 2, 3])
    }
}
