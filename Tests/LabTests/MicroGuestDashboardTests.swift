import Glibc
import LabSupport
import Testing

extension MicroGuestTests {
    /// The main job: the dashboard in a real terminal, on the real guest.
    @Suite(.serialized) actor DashboardTests {
        private nonisolated let thread = LabThread()
        nonisolated var unownedExecutor: UnownedSerialExecutor {
            thread.asUnownedSerialExecutor()
        }

        @Test("vCPU 2 is marked and taken offline, and brought back; then both in one change")
        func mainJob() throws {
            let guest = try MicroGuest.shared()
            try guest.bringAllOnline()
            defer { try? guest.bringAllOnline() }
            let dashboard = try DashboardInTerminal(
                ["--agent", "micro=\(guest.agentSocket)"], showing: "4/4")
            defer { try? dashboard.terminal.stop() }
            func reported() throws -> [Int] {
                try IndependentClient.processors(ofAgentAt: guest.agentSocket)
                    .filter(\.online).map(\.id)
            }

            // The cursor starts on vCPU 0.
            try dashboard.press("Right", "Right", "Space", "c")
            try dashboard.terminal.waitFor("offline 2")
            // Nothing is sent without the y.
            #expect(try guest.onlineProcessors() == [0, 1, 2, 3])
            try dashboard.press("y")
            try dashboard.terminal.waitFor("committed")
            #expect(try guest.onlineProcessors() == [0, 1, 3])
            #expect(try reported() == [0, 1, 3])
            try dashboard.press("Escape")
            try dashboard.waitFor("3/4", inRowOf: "micro")
            try expectOnlyOthersRun(2, in: guest)

            try dashboard.press("Space", "c")
            try dashboard.terminal.waitFor("online 2")
            try dashboard.press("y")
            try dashboard.terminal.waitFor("committed")
            #expect(try guest.onlineProcessors() == [0, 1, 2, 3])
            try dashboard.press("Escape")
            try dashboard.waitFor("4/4", inRowOf: "micro")

            // By another's hand, so that the dashboard has to see it by itself.
            #expect(try IndependentClient.set(3, online: false, ofAgentAt: guest.agentSocket) == 1)
            try dashboard.waitFor("3/4", inRowOf: "micro")
            try dashboard.press("Space", "Right", "Space", "c")
            try dashboard.terminal.waitFor("online 3")
            try dashboard.terminal.waitFor("offline 2")
            try dashboard.press("y")
            try dashboard.terminal.waitFor("committed")
            #expect(try guest.onlineProcessors() == [0, 1, 3])
            try dashboard.press("Escape", "q")
            #expect(try dashboard.exitStatus() == 0)
            #expect(try dashboard.damage() == [])
        }
    }
}
