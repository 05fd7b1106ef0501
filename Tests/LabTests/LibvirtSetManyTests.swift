import Foundation
import LabSupport
import Testing

extension LibvirtTests {
    /// `set` of all guests of a libvirt connection, held against virsh.
    @Suite(.serialized) actor SetManyTests {
        private nonisolated let thread = LabThread()
        nonisolated var unownedExecutor: UnownedSerialExecutor {
            thread.asUnownedSerialExecutor()
        }

        @Test("a glob with a number changes each guest, and a second terminal's y brings all back")
        func countAndBack() throws {
            let lab = try LibvirtLab.shared()
            try lab.web.bringAllOnline()
            try lab.db.bringAllOnline()
            defer {
                try? lab.web.bringAllOnline()
                try? lab.db.bringAllOnline()
            }
            try lab.db.run("echo 0 >/sys/devices/system/cpu/cpu1/online")
            let finished = try Program.run([
                "-c", lab.daemon.uri, "set", "\(lab.daemon.uri)/*", "--count", "2", "--yes",
                "--json",
            ])
            let reports = try finished.output.split(separator: "\n").map {
                try JSONDecoder().decode(SetReport.self, from: Data($0.utf8))
            }
            #expect(finished.status == 0, "\(finished)")
            #expect(
                Set(reports.map { "\($0.guest) \($0.outcome)" }) == [
                    "web committed", "db committed",
                ])
            #expect(try lab.daemon.virsh.guestVCPUs(of: "web")["online"] == "0-1")
            #expect(try lab.daemon.virsh.guestVCPUs(of: "db")["online"] == "0,2")

            let terminal = try Tmux(columns: 120)
            defer { try? terminal.stop() }
            let script =
                "clear\n\(Program.path) set web db -c '\(lab.daemon.uri)' --online all\n"
                + "echo status=$?\n"
            let file = "\(terminal.folder)/start"
            try Data(script.utf8).write(to: URL(filePath: file))
            try terminal.run(". \(file)")
            try terminal.waitFor("Change 2 guests? [y/N]", within: .seconds(60))
            #expect(try lab.daemon.virsh.guestVCPUs(of: "web")["online"] == "0-1")
            try terminal.run("y")
            try terminal.waitFor("status=0", within: .seconds(60))
            #expect(try lab.web.onlineProcessors() == [0, 1, 2, 3])
            #expect(try lab.db.onlineProcessors() == [0, 1, 2, 3])
        }

        @Test("a guest that was reset while the question stood is a conflict")
        func reset() throws {
            let lab = try LibvirtLab.shared()
            try lab.web.bringAllOnline()
            try lab.db.bringAllOnline()
            let terminal = try Tmux(columns: 120)
            defer { try? terminal.stop() }
            let script =
                "clear\n\(Program.path) set web db -c '\(lab.daemon.uri)' --offline 3\n"
                + "echo status=$?\n"
            let file = "\(terminal.folder)/start"
            try Data(script.utf8).write(to: URL(filePath: file))
            try terminal.run(". \(file)")
            try terminal.waitFor("Change 2 guests? [y/N]", within: .seconds(60))
            try lab.daemon.virsh.run("reset", "db")
            try lab.db.waitForBoot()
            try terminal.run("y")
            try terminal.waitFor("status=1", within: .seconds(90))
            let screen = try terminal.screen()
            #expect(screen.contains { $0.hasPrefix("db: conflict") }, "\(screen)")
            #expect(screen.contains { $0.hasPrefix("web: committed") }, "\(screen)")
            try lab.web.bringAllOnline()
            // What comes next has a guest that was not reset.
            try lab.db.startAnew()
        }
    }
}
