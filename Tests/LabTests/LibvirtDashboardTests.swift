import Foundation
import Glibc
import LabSupport
import Testing

extension LibvirtTests {
    /// The dashboard in a real terminal, on a real libvirt.
    @Suite(.serialized) actor DashboardTests {
        private nonisolated let thread = LabThread()
        nonisolated var unownedExecutor: UnownedSerialExecutor {
            thread.asUnownedSerialExecutor()
        }

        @Test("a vCPU is marked and taken offline, and what others do is seen")
        func mainJob() throws {
            let lab = try LibvirtLab.shared()
            try lab.web.bringAllOnline()
            defer { try? lab.web.bringAllOnline() }
            let dashboard = try dashboard(of: lab)
            defer { try? dashboard.terminal.stop() }
            try dashboard.select("web")
            try dashboard.press("Right", "Right", "Space")
            try dashboard.waitForCells(of: "web") { $0.count >= 4 && $0[2] == "v" }
            try dashboard.press("c")
            try dashboard.terminal.waitFor("offline 2")
            #expect(try lab.web.onlineProcessors() == [0, 1, 2, 3])
            try dashboard.commit(expecting: "committed")
            #expect(try lab.daemon.virsh.guestVCPUs(of: "web")["online"] == "0-1,3")
            try dashboard.terminal.waitFor("host confirms: vCPU 2 idle", within: .seconds(30))
            try dashboard.press("Escape")
            try dashboard.waitFor("3/4", inRowOf: "web")
            try dashboard.waitForCells(of: "web") { $0.count >= 4 && $0[2] == "-" }

            try lab.daemon.virsh.run("guestvcpus", "web", "--cpulist", "2", "--enable")
            try dashboard.waitFor("4/4", inRowOf: "web")
        }

        @Test("a vCPU plugged by virsh stands out, and is marked and brought online")
        func plugged() throws {
            let lab = try LibvirtLab.shared()
            let dashboard = try dashboard(of: lab)
            defer { try? dashboard.terminal.stop() }
            try lab.db.plug(slots: [4])
            defer { try? lab.db.startAnew() }
            try dashboard.waitFor("4/5", inRowOf: "db")
            try dashboard.waitFor("1 plugged", inRowOf: "db")

            try dashboard.select("db")
            try dashboard.press("End", "Space", "c")
            try dashboard.terminal.waitFor("online 4")
            try dashboard.commit(expecting: "committed")
            #expect(try lab.db.processors()[4] == .online)
            #expect(try lab.daemon.virsh.guestVCPUs(of: "db")["online"] == "0-4")
            try dashboard.press("Escape")
            try dashboard.waitFor("5/5", inRowOf: "db")
        }

        @Test("guests that pause, go on, end and start are followed by libvirt's events")
        func followed() throws {
            let lab = try LibvirtLab.shared()
            let virsh = lab.daemon.virsh
            // The host is not asked within this test, so it is the events that tell.
            let dashboard = try dashboard(of: lab, ["--interval", "3600"])
            defer { try? dashboard.terminal.stop() }
            try virsh.run("suspend", "db")
            try dashboard.waitFor("paused", inRowOf: "db")
            try virsh.run("resume", "db")
            try dashboard.waitFor("ok", inRowOf: "db")

            let brief = try LibvirtGuest("brief", of: lab.daemon, processors: 1)
            defer { try? brief.undefine() }
            try brief.start()
            try dashboard.terminal.waitFor("its row") { _ in
                try dashboard.row(of: "brief") != nil
            }
            try brief.destroy()
            try dashboard.terminal.waitFor("the row to go") { _ in
                try dashboard.row(of: "brief") == nil
            }
            #expect(try dashboard.rows(of: "db").count == 1)
        }

        @Test("a stopped agent costs the others nothing, and is asked again once it goes on")
        func stalled() throws {
            let lab = try LibvirtLab.shared()
            try lab.db.bringAllOnline()
            let dashboard = try dashboard(of: lab, ["--timeout", "2"])
            defer { try? dashboard.terminal.stop() }
            try lab.web.stallAgent()
            defer {
                try? lab.web.resumeAgent()
                try? lab.web.waitForAgent()
                try? lab.db.bringAllOnline()
                try? lab.web.rest()
            }
            try dashboard.waitFor("silent", inRowOf: "web", within: .seconds(60))

            // The other guest's agent is read, and the statistics of both go on.
            try lab.db.run("echo 0 >/sys/devices/system/cpu/cpu3/online")
            try dashboard.waitFor("3/4", inRowOf: "db")
            try lab.web.burn(1)
            try dashboard.waitForCells(of: "web", within: .seconds(60)) {
                $0.count >= 4 && isBusy($0[1])
            }

            try lab.web.resumeAgent()
            try dashboard.waitFor("ok", inRowOf: "web", within: .seconds(90))
        }

        @Test("a daemon that is killed leaves its rows, and they go on when it is back")
        func restarted() throws {
            let lab = try LibvirtLab.shared()
            try lab.web.bringAllOnline()
            defer { try? lab.web.bringAllOnline() }
            let dashboard = try dashboard(of: lab)
            defer { try? dashboard.terminal.stop() }
            try lab.daemon.kill()
            defer { try? lab.daemon.restart() }
            try dashboard.waitFor("down", inRowOf: "web")
            #expect(try dashboard.rows(of: "web").count == 1)
            #expect(try dashboard.rows(of: "db").count == 1)

            try lab.daemon.restart()
            try dashboard.waitFor("ok", inRowOf: "web", within: .seconds(90))
            #expect(try dashboard.rows(of: "web").count == 1)
            #expect(try dashboard.rows(of: "db").count == 1)
            // Events are there again as well.
            try lab.daemon.virsh.run("suspend", "db")
            try dashboard.waitFor("paused", inRowOf: "db")
            try lab.daemon.virsh.run("resume", "db")
            try dashboard.waitFor("ok", inRowOf: "db")
            try lab.web.run("echo 0 >/sys/devices/system/cpu/cpu1/online")
            try dashboard.waitFor("3/4", inRowOf: "web")
        }

        @Test("a guest destroyed under a commit is an unknown outcome, and the program goes on")
        func destroyed() throws {
            let lab = try LibvirtLab.shared()
            try lab.db.bringAllOnline()
            let dashboard = try dashboard(of: lab)
            defer { try? dashboard.terminal.stop() }
            try dashboard.select("db")
            try dashboard.press("Right", "v", "Right", "-", "c")
            try dashboard.terminal.waitFor("offline 1-2")
            try lab.db.stallAgentAtNextChange()
            try dashboard.press("y")
            try lab.db.waitForStalledAgent()
            try lab.db.destroy()
            defer { try? lab.db.startAnew() }
            try dashboard.terminal.waitFor("unknown", within: .seconds(60))
            try dashboard.press("Escape")
            try dashboard.waitFor("ok", inRowOf: "web")
            try dashboard.press("q")
            #expect(try dashboard.exitStatus() == 0)
            #expect(try dashboard.damage() == [])
        }

        @Test("a vCPU that burns while its agent calls it offline is contradicted")
        func contradicted() throws {
            let lab = try LibvirtLab.shared()
            try lab.web.bringAllOnline()
            let dashboard = try dashboard(of: lab)
            defer { try? dashboard.terminal.stop() }
            // What the agent reads is not what the kernel does.
            let file = "/sys/devices/system/cpu/cpu2/online"
            try lab.web.run("echo 0 >/tmp/lie; mount -o bind /tmp/lie \(file)")
            defer {
                _ = try? lab.web.run("umount \(file)")
                try? lab.web.rest()
            }
            try lab.web.burn(2)
            try dashboard.waitForCells(of: "web", within: .seconds(60)) { cells in
                cells.count == 4 && cells[2] == "*"
            }
            try dashboard.waitFor("yet busy", inRowOf: "web")

            let watch = try Program.start(
                ["list", "web", "-c", lab.daemon.uri, "--json", "--watch"])
            defer { try? watch.signal(SIGKILL) }
            var contradicted: [String?] = []
            while contradicted.count < 40, contradicted.last != "2" {
                let line = try watch.line(within: .seconds(30))
                let report = try JSONDecoder().decode(ListReport.self, from: Data(line.utf8))
                contradicted.append(try #require(report.guests.first?.guest).contradicted)
            }
            #expect(contradicted.first == .some(nil), "a contradiction needs more than one reading")
            #expect(contradicted.last == "2", "\(contradicted)")
        }

        @Test("who may only read sees the host's side and a reason, and can mark nothing")
        func readOnly() throws {
            let lab = try LibvirtLab.shared()
            let dashboard = try DashboardInTerminal(
                ["--read-only", "-c", lab.daemon.readOnlyURI], showing: "web")
            defer { try? dashboard.terminal.stop() }
            try dashboard.waitFor("denied", inRowOf: "web")
            try dashboard.waitFor("?/4", inRowOf: "web")
            try dashboard.press("Right", "Space")
            try dashboard.terminal.waitFor("read-only")
        }

        private func dashboard(of lab: LibvirtLab, _ options: [String] = []) throws
            -> DashboardInTerminal
        {
            let dashboard = try DashboardInTerminal(
                ["-c", lab.daemon.uri] + options, showing: "4/4")
            for guest in ["web", "db"] { try dashboard.waitFor("4/4", inRowOf: guest) }
            return dashboard
        }
    }
}

/// Whether a cell shows that its vCPU uses much of a physical CPU.
func isBusy(_ cell: Character) -> Bool { "56789▄▅▆▇█".contains(cell) }
