import Foundation
import LabSupport
import Testing

extension OwnDaemonTests {
    /// Guests that move to another host while they are changed.
    @Suite(.serialized) actor MigrationTests {
        private nonisolated let thread = LabThread()
        nonisolated var unownedExecutor: UnownedSerialExecutor {
            thread.asUnownedSerialExecutor()
        }

        @Test("a guest that moves to another host during a change is said to have, and followed")
        func migrated() throws {
            let (here, there) = (
                try LibvirtDaemon(.networked(name: "here")),
                try LibvirtDaemon(.networked(name: "there"))
            )
            defer {
                try? here.stop()
                try? there.stop()
            }
            let guest = try LibvirtGuest("nomad", of: here, processors: 4)
            try LibvirtGuest.start(guest)
            let state = try makeLabFolder()
            defer { try? FileManager.default.removeItem(atPath: state) }
            let dashboard = try DashboardInTerminal(
                ["-c", here.uri, "-c", there.uri], showing: "4/4", columns: 160,
                environment: ["XDG_STATE_HOME": state])
            defer { try? dashboard.terminal.stop() }
            let change = try StalledChange(of: guest, uri: here.uri)
            defer { change.clean() }
            try migrate(from: here, to: there)
            let (report, status) = try change.finish()
            #expect(report.outcome == "unknown" && status == 3)
            #expect(report.after == nil)
            // The call can fail while the guest still moves, or once it has.
            let message = report.failure?.message ?? ""
            #expect(
                message.contains("is migrating to another host")
                    || message.contains("migrated to another host"), "\(message)")
            #expect(try there.virsh.run("domstate", "--reason", "nomad").contains("migrated"))

            // The dashboard follows it, and what its agent does there is what it shows.
            let moved = try guest.moved(to: there)
            try resumeAgent(of: moved, on: there)
            try waitForOneRow(in: dashboard, online: moved.onlineProcessors().count)
            try moved.bringAllOnline()
            try dashboard.waitFor("4/4", inRowOf: "nomad", within: .seconds(60))
            // A change from the dashboard goes to where the guest is now, which moves back meanwhile.
            try moved.stallAgentAtNextChange()
            try dashboard.press("Right", "Space", "Right", "Space", "c")
            try dashboard.terminal.waitFor("offline 1-2")
            try dashboard.terminal.waitFor("y sends")
            try dashboard.press("y")
            try moved.waitForStalledAgent()
            try migrate(from: there, to: here)
            try dashboard.terminal.waitFor("locked until it is read", within: .seconds(120))
            let sent = try #require(try log(state))
            #expect(sent["source"] as? String == there.uri)
            #expect(sent["planned"] as? [String: String] == ["online": "", "offline": "1-2"])
            #expect(sent["outcome"] as? String == "unknown")
            #expect(sent["after"] is NSNull && sent["found"] is NSNull)

            // The dashboard goes on, and the next reading tells what the change did.
            let back = try moved.moved(to: here)
            try resumeAgent(of: back, on: here)
            // A row without a guest stays: of that one, on that host, it is not known.
            try dashboard.press("Escape")
            try dashboard.terminal.waitFor("outcome unknown")
            try waitForOneRow(in: dashboard, online: back.onlineProcessors().count)
            let reverted = try Program.run(
                ["revert", "--yes", "--timeout", "30", "-c", here.uri],
                environment: ["XDG_STATE_HOME": state], within: .seconds(120))
            #expect(reverted.status == 0, "\(reverted)")
            #expect(reverted.errors.contains("'nomad' is found"), "\(reverted.errors)")
            #expect(try back.onlineProcessors() == [0, 1, 2, 3])
            try waitForOneRow(in: dashboard, online: 4)
        }

        private func migrate(from source: LibvirtDaemon, to target: LibvirtDaemon) throws {
            try source.virsh.run(
                "migrate", "--live", "--p2p", "nomad",
                "qemu+tcp://127.0.0.1:\(target.port)/system", "--migrateuri",
                "tcp://127.0.0.1:\(try FreePort.find())")
        }

        /// Lets the agent go on, and waits until it has done what it was sent before.
        private func resumeAgent(of guest: LibvirtGuest, on daemon: LibvirtDaemon) throws {
            try guest.resumeAgent()
            try guest.waitForAgent()
            try wait(for: "the agent's next answer to be the last", within: .seconds(30)) {
                try daemon.virsh.guestVCPUs(of: "nomad")["online"]
                    == list(try guest.onlineProcessors())
            }
            // Its events have it read at once, however long the back-off of a hung guest is.
            try daemon.virsh.run("suspend", "nomad")
            try daemon.virsh.run("resume", "nomad")
        }

        private func waitForOneRow(in dashboard: DashboardInTerminal, online: Int) throws {
            try dashboard.terminal.waitFor("one row that is read", within: .seconds(180)) { _ in
                let read = try dashboard.rows(of: "nomad").filter { $0.contains(" ok ") }
                return read.count == 1 && read[0].contains("\(online)/4")
            }
        }

        /// The last change in the journal.
        private func log(_ state: String) throws -> [String: Any]? {
            let lines = try Program.run(["log", "--json"], environment: ["XDG_STATE_HOME": state])
                .output.split(separator: "\n")
            guard let last = lines.last else { return nil }
            return try JSONSerialization.jsonObject(with: Data(last.utf8)) as? [String: Any]
        }
    }
}
