import LabSupport
import Testing

/// The dashboard's diagnosis of a real agent, in a terminal.
@Suite actor DoctorDashboardTests {
    private nonisolated let thread = LabThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    @Test("D diagnoses the guest beside the running dashboard, r again, also in read-only mode")
    func page() throws {
        let agent = try StagedAgent([0: .fixed, 1: .online])
        defer { try? agent.stop() }
        let dashboard = try DashboardInTerminal(
            ["--read-only", "--timeout", "10", "--agent", "web1=\(agent.socket)"],
            showing: "web1", columns: 120, rows: 40)
        defer { try? dashboard.terminal.stop() }
        let terminal = dashboard.terminal
        func waitFor(_ texts: String...) throws {
            try terminal.waitFor("\(texts)", within: .seconds(60)) { screen in
                texts.allSatisfy { text in screen.contains { $0.contains(text) } }
            }
        }
        try dashboard.press("D")
        try waitFor("DOCTOR", "2 of 2 vCPUs are online", "debug-threads=on")
        try agent.stall()
        try dashboard.press("r")
        try waitFor("asking again ...")
        // Keys count while it is asked, and the answer comes to the page that is still there.
        try waitFor("FAIL at agent: the agent does not answer", "restart qemu-guest-agent")
        try agent.resume()
        try dashboard.press("r")
        try waitFor("2 of 2 vCPUs are online")
        try dashboard.press("Escape")
        try terminal.waitFor("the list") { screen in
            !screen.contains { $0.contains("DOCTOR") }
        }
    }
}
