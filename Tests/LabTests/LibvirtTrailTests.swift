import Foundation
import Glibc
import LabSupport
import Testing

extension LibvirtTests {
    /// The journal of changes through libvirt, with other clients at work.
    @Suite(.serialized) actor TrailTests {
        private nonisolated let thread = LabThread()
        nonisolated var unownedExecutor: UnownedSerialExecutor {
            thread.asUnownedSerialExecutor()
        }

        @Test("two dashboards and a virsh on one guest see each other, and the trail is true")
        func together() throws {
            let lab = try LibvirtLab.shared()
            try lab.web.bringAllOnline()
            defer { try? lab.web.bringAllOnline() }
            let state = try makeLabFolder()
            defer { try? FileManager.default.removeItem(atPath: state) }
            let first = try dashboard(of: lab, state)
            defer { try? first.terminal.stop() }
            let second = try dashboard(of: lab, state)
            defer { try? second.terminal.stop() }

            // Both review a change of one vCPU; the second comes too late.
            for dashboard in [first, second] {
                try dashboard.select("web")
                try dashboard.press("Right", "Space", "c")
                try dashboard.terminal.waitFor("offline 1")
            }
            try first.commit(expecting: "committed")
            try second.terminal.waitFor("NOT SENT: vCPU 1 changed")
            try second.press("y")
            #expect(try lab.web.onlineProcessors() == [0, 2, 3])
            try second.press("Escape")
            try second.waitFor("3/4", inRowOf: "web")

            // The second changes another vCPU, and virsh one more.
            try second.press("u", "Right", "Space", "c")
            try second.terminal.waitFor("offline 2")
            try second.commit(expecting: "committed")
            try lab.daemon.virsh.run("guestvcpus", "web", "--cpulist", "3", "--disable")
            try first.press("Escape")
            try first.waitFor("1/4", inRowOf: "web")

            // The first sees what the second did, and virsh left no trace.
            try first.press("L")
            try first.terminal.waitFor("sent by other runs")
            let screen = try first.terminal.screen()
            #expect(screen.contains { $0.contains("web: offline 2 -> committed") })
            let changes = try log(state)
            #expect(changes.map(\.planned) == ["1", "2"])
            #expect(changes.map(\.outcome) == ["committed", "committed"])

            // What virsh brings back cannot be taken back any more.
            try lab.daemon.virsh.run("guestvcpus", "web", "--cpulist", "2", "--enable")
            let conflict = try revert(lab, state)
            #expect(conflict.status == 1)
            #expect(conflict.output.hasPrefix("web: conflict:"))
            try lab.daemon.virsh.run("guestvcpus", "web", "--cpulist", "2", "--disable")
            let reverted = try revert(lab, state)
            #expect(reverted.status == 0)
            #expect(try lab.web.onlineProcessors() == [0, 2])
            #expect(try log(state).map(\.outcome) == ["committed", "committed", "committed"])
        }

        private func dashboard(of lab: LibvirtLab, _ state: String) throws -> DashboardInTerminal {
            try DashboardInTerminal(
                ["--connect", lab.daemon.uri], showing: "4/4",
                environment: ["XDG_STATE_HOME": state])
        }

        private func revert(_ lab: LibvirtLab, _ state: String) throws -> Finished {
            try Program.run(
                ["revert", "--yes", "--connect", lab.daemon.uri],
                environment: ["XDG_STATE_HOME": state])
        }

        private struct Change {
            let planned: String
            let outcome: String
        }

        private func log(_ state: String) throws -> [Change] {
            try Program.run(["log", "--json"], environment: ["XDG_STATE_HOME": state]).output
                .split(separator: "\n").map { line in
                    let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
                    let members = object as? [String: Any] ?? [:]
                    let planned = members["planned"] as? [String: String] ?? [:]
                    return Change(
                        planned: planned["offline"] ?? "",
                        outcome: members["outcome"] as? String ?? "")
                }
        }
    }
}
