import Glibc
import LabSupport
import Testing

extension LibvirtTests {
    /// A real sshd, real ssh clients and libvirt's own program at the other end.
    @Suite(.serialized) actor SSHTests {
        private nonisolated let thread = LabThread()
        nonisolated var unownedExecutor: UnownedSerialExecutor {
            thread.asUnownedSerialExecutor()
        }

        /// A server that drops every further connection while one has not logged in yet.
        private func server(_ lab: LibvirtLab) throws -> SSHServer {
            try SSHServer(to: lab.daemon, settings: ["MaxStartups 1:100:1"])
        }

        @Test("list and set log in once, in a session of their own, with the whole host's guests")
        func commands() throws {
            let lab = try LibvirtLab.shared()
            try lab.web.bringAllOnline()
            defer { try? lab.web.bringAllOnline() }
            let server = try server(lab)
            defer { try? server.stop() }

            let listed = try Program.run(["list", "--json", "-c", server.uri])
            #expect(listed.status == 0, "\(listed.errors)")
            let report = try listed.report(ListReport.self)
            #expect(report.guests.map(\.agent.status) == ["ok", "ok"])
            #expect(report.guests.allSatisfy { $0.host != nil })
            #expect(server.logins == 1, "\(server.log)")

            let set = try Program.run(["set", "web", "--offline", "2", "-c", server.uri])
            #expect(set.status == 0, "\(set.errors)")
            #expect(try lab.web.onlineProcessors() == [0, 1, 3])
            #expect(server.logins == 2, "\(server.log)")
            // The process, its group and its session: one number each time.
            for ids in try server.clients() { #expect(Set(ids).count == 1, "\(ids)") }
        }

        @Test("Ctrl-C in the middle of a change leaves the connection alone, and the change ends")
        func interrupted() throws {
            let lab = try LibvirtLab.shared()
            try lab.web.bringAllOnline()
            defer { try? lab.web.bringAllOnline() }
            let server = try server(lab)
            defer { try? server.stop() }
            let terminal = try Tmux()
            defer { try? terminal.stop() }

            try lab.web.stallAgentAtNextChange()
            defer { try? lab.web.resumeAgent() }
            // Time enough for this test on a slow machine: past it, another connection is right.
            let set = "set web --offline 2-3 --timeout 30 -c '\(server.uri)'"
            try terminal.run("clear; \(Program.path) \(set); echo status=$?")
            try lab.web.waitForStalledAgent()
            // The terminal signals all of its foreground process group.
            try terminal.press("C-c")
            try terminal.waitFor("interrupted: the change of 'web'")
            try lab.web.resumeAgent()
            let screen = try terminal.waitFor("status=130", within: .seconds(30))
            #expect(screen.contains { $0.contains("committed") }, "\(screen)")
            #expect(try lab.web.onlineProcessors() == [0, 1])
            #expect(server.logins == 1, "\(server.log)")
        }

        @Test("a session that sshd loses in the middle of a change is replaced, and the guest read")
        func lostSession() throws {
            let lab = try LibvirtLab.shared()
            try lab.web.bringAllOnline()
            defer { try? lab.web.bringAllOnline() }
            let server = try server(lab)
            defer { try? server.stop() }

            try lab.web.stallAgentAtNextChange()
            defer { try? lab.web.resumeAgent() }
            let set = try Program.start(
                ["set", "web", "--offline", "2-3", "--json", "-c", server.uri])
            try lab.web.waitForStalledAgent()
            try server.endSessions()
            try lab.web.resumeAgent()
            let finished = try set.finish(within: .seconds(60))
            let report = try finished.report(SetReport.self)
            #expect(finished.status == 0, "\(finished)")
            #expect(report.outcome == "committed")
            #expect(report.after?.online == "0-1")
            #expect(try lab.web.onlineProcessors() == [0, 1])
            #expect(server.logins == 2, "\(server.log)")
        }

        @Test(
            "the dashboard reads all guests over one connection, and a stopped agent costs no other"
        )
        func dashboard() throws {
            let lab = try LibvirtLab.shared()
            try lab.web.bringAllOnline()
            let server = try server(lab)
            defer { try? server.stop() }
            let dashboard = try DashboardInTerminal(
                ["-c", "'\(server.uri)'", "--timeout", "2"], showing: "4/4")
            defer { try? dashboard.terminal.stop() }
            for guest in ["web", "db"] { try dashboard.waitFor("4/4", inRowOf: guest) }
            #expect(server.logins == 1, "\(server.log)")

            try lab.web.stallAgent()
            defer {
                try? lab.web.resumeAgent()
                try? lab.web.waitForAgent()
                try? lab.db.bringAllOnline()
            }
            try dashboard.waitFor("silent", inRowOf: "web", within: .seconds(60))
            try lab.db.run("echo 0 >/sys/devices/system/cpu/cpu3/online")
            try dashboard.waitFor("3/4", inRowOf: "db")
            // Two that carry calls, and the one with the call that hangs.
            #expect(server.logins <= 3, "\(server.log)")
            try lab.web.resumeAgent()
            try dashboard.waitFor("ok", inRowOf: "web", within: .seconds(90))
        }
    }
}
