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
            try dashboard.press("Right", "Right", "Space")
            try dashboard.waitForCells(of: "micro") { $0.count == 4 && $0[2] == "v" }
            try dashboard.press("c")
            try dashboard.terminal.waitFor("offline 2")
            // Nothing is sent without the y.
            #expect(try guest.onlineProcessors() == [0, 1, 2, 3])
            try dashboard.commit(expecting: "committed")
            #expect(try guest.onlineProcessors() == [0, 1, 3])
            #expect(try reported() == [0, 1, 3])
            try dashboard.press("Escape")
            try dashboard.waitFor("3/4", inRowOf: "micro")
            try dashboard.waitForCells(of: "micro") { $0.count == 4 && $0[2] == "-" }
            try expectOnlyOthersRun(2, in: guest)

            try dashboard.press("Space", "c")
            try dashboard.terminal.waitFor("online 2")
            try dashboard.commit(expecting: "committed")
            #expect(try guest.onlineProcessors() == [0, 1, 2, 3])
            try dashboard.press("Escape")
            try dashboard.waitFor("4/4", inRowOf: "micro")

            // By another's hand, so that the dashboard has to see it by itself.
            #expect(try IndependentClient.set(3, online: false, ofAgentAt: guest.agentSocket) == 1)
            try dashboard.waitFor("3/4", inRowOf: "micro")
            try dashboard.press("Space", "Right", "Space", "c")
            try dashboard.terminal.waitFor("online 3")
            try dashboard.terminal.waitFor("offline 2")
            try dashboard.commit(expecting: "committed")
            #expect(try guest.onlineProcessors() == [0, 1, 3])
            try dashboard.press("Escape")
            try dashboard.waitFor("3/4", inRowOf: "micro")
            try dashboard.press("q")
            #expect(try dashboard.exitStatus() == 0)
            #expect(try dashboard.damage() == [])
        }

        @Test("the detail shows each vCPU's thread, and what the guest says of it")
        func detail() throws {
            let guest = try MicroGuest.shared()
            try guest.bringAllOnline()
            try guest.run("echo 0 >/sys/devices/system/cpu/cpu3/online")
            defer { try? guest.bringAllOnline() }
            let dashboard = try DashboardInTerminal(
                ["--agent", "micro=\(guest.agentSocket)"], showing: "3/4")
            defer { try? dashboard.terminal.stop() }
            try dashboard.press("Enter")
            let threads = try guest.threads()
            try dashboard.terminal.waitFor("the vCPUs with their threads") { screen in
                (0...3).allSatisfy { id in
                    let state = id == 3 ? "offline" : "online"
                    let canGoOffline = id == 0 ? "no" : "yes"
                    return screen.contains { row in
                        let words = row.split(separator: " ").map(String.init)
                        return words.starts(with: ["\(id)", state, canGoOffline])
                            && words.contains("\(threads[id] ?? -1)")
                    }
                }
            }
        }

        @Test("an agent that stops before the set is unknown on the screen, and read again later")
        func stalled() throws {
            let guest = try MicroGuest.shared()
            try guest.bringAllOnline()
            let relay = try Relay(in: guest.folder, to: guest.agentSocket) {
                try guest.stallAgent()
            }
            defer {
                try? guest.resumeAgent()
                try? guest.bringAllOnline()
            }
            let dashboard = try DashboardInTerminal(
                ["--agent", "micro=\(relay.socket)", "--timeout", "1"], showing: "4/4")
            defer { try? dashboard.terminal.stop() }
            try dashboard.press("Right", "Space", "c")
            try dashboard.terminal.waitFor("offline 1")
            try dashboard.commit(expecting: "unknown")
            #expect(try guest.onlineProcessors() == [0, 1, 2, 3])

            try guest.resumeAgent()
            letTenSecondsPass()
            let online = try guest.onlineProcessors()
            try dashboard.press("Escape")
            try dashboard.waitFor("\(online.count)/4", inRowOf: "micro", within: .seconds(90))
            #expect(relay.sets.count == 1)
            try relay.stop()
        }
    }
}
