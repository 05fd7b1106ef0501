import Glibc
import LabSupport
import Testing

/// A signal in the middle of a commit: the agent has been sent the set, and has not answered.
@Suite actor InterruptedCommitTests {
    private nonisolated let thread = LabThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// The set is under way, and the agent that it went to is stopped.
    private struct UnderWay {
        let agent: StagedAgent
        let relay: Relay
        let dashboard: DashboardInTerminal

        init() throws {
            let agent = try StagedAgent([0: .fixed, 1: .online, 2: .online])
            self.agent = agent
            relay = try Relay(in: agent.folder, to: agent.socket) { try agent.stall() }
            let relay = relay
            dashboard = try DashboardInTerminal(
                ["--agent", "web=\(relay.socket)"], showing: "3/3")
            try dashboard.press("Right", "Space", "c")
            try dashboard.terminal.waitFor("offline 1")
            try dashboard.press("y")
            try wait(for: "the set to be sent") { relay.sets.count == 1 }
        }

        func stop() {
            try? dashboard.terminal.stop()
            try? relay.stop()
            try? agent.stop()
        }

        /// Waits until the shell's screen is back, while the program still works.
        func waitForRestoredTerminal() throws {
            let terminal = dashboard.terminal
            try terminal.waitFor("the shell's screen") { _ in
                try terminal.property("#{alternate_on}") == "0"
            }
        }
    }

    @Test(
        "the terminal is restored at once, the change is finished, and a line says so",
        arguments: [(SIGTERM, 143), (SIGHUP, 129), (SIGINT, 130)] as [(Int32, Int32)])
    func dashboard(_ signal: Int32, _ status: Int32) throws {
        let underWay = try UnderWay()
        defer { underWay.stop() }
        try underWay.dashboard.signal(signal)
        try underWay.waitForRestoredTerminal()
        #expect(kill(underWay.dashboard.pid, 0) == 0)
        #expect(try underWay.agent.onlineFiles() == [1, 2])

        try underWay.agent.resume()
        #expect(try underWay.dashboard.exitStatus() == status)
        #expect(try underWay.dashboard.terminal.screen().contains { $0.contains("committed") })
        #expect(try underWay.agent.onlineFiles() == [2])
        #expect(try underWay.dashboard.damage() == [])
    }

    @Test("a second act, more than a second later, ends it on the spot")
    func secondSignal() throws {
        let underWay = try UnderWay()
        defer { underWay.stop() }
        try underWay.dashboard.signal(SIGTERM)
        try underWay.dashboard.terminal.waitFor("finished or undone first")
        usleep(1_300_000)
        try underWay.dashboard.signal(SIGTERM)
        // The agent is stopped all the while.
        #expect(try underWay.dashboard.exitStatus(within: .seconds(8)) == 143)
        #expect(try underWay.dashboard.damage() == [])
    }

    @Test(
        "the command finishes its change, says so, and exits with 128 and the signal's number",
        arguments: [(SIGTERM, 143), (SIGHUP, 129), (SIGINT, 130)] as [(Int32, Int32)])
    func command(_ signal: Int32, _ status: Int32) throws {
        let agent = try StagedAgent([0: .fixed, 1: .online])
        defer { try? agent.stop() }
        let relay = try Relay(in: agent.folder, to: agent.socket) { try agent.stall() }
        let program = try Program.start(
            ["set", "web", "--agent", "web=\(relay.socket)", "--offline", "1"])
        try wait(for: "the set to be sent") { relay.sets.count == 1 }
        try program.signal(signal)
        // Only now is it known that the signal came in the middle of the change.
        let said = try program.errorLine(within: .seconds(20))
        #expect(said.contains("interrupted: the change of 'web'"), "\(said)")
        try agent.resume()
        let finished = try program.finish(within: .seconds(30))
        try relay.stop()
        #expect(finished.status == status)
        #expect((finished.output + finished.errors).contains("committed"))
        #expect(try agent.onlineFiles() == [])
    }
}
