import Foundation
import LabSupport
import Testing

private typealias InterruptedLab = (daemon: LibvirtDaemon, db: LibvirtGuest)

private let interruptedLab = SharedLab<InterruptedLab> {
    let daemon = try LibvirtDaemon()
    let db = try LibvirtGuest("db", of: daemon)
    try LibvirtGuest.start(db)
    return (daemon, db)
}

extension OwnDaemonTests {
    /// Guests that are saved, suspended or ended in the middle of a change, while a dashboard
    /// watches them.
    @Suite(.serialized, .ending(interruptedLab)) actor InterruptedGuestTests {
        private nonisolated let thread = LabThread()
        nonisolated var unownedExecutor: UnownedSerialExecutor {
            thread.asUnownedSerialExecutor()
        }

        @Test("a guest saved and restored in the middle of a change is read again, or not claimed")
        func saved() throws {
            let lab = try interruptedLab.get()
            let dashboard = try dashboard(of: lab)
            defer { try? dashboard.terminal.stop() }
            defer { try? lab.db.startAnew() }
            let change = try StalledChange(of: lab.db, uri: lab.daemon.uri)
            defer { change.clean() }
            try lab.db.reconnect(waitsForAgent: false) {
                try lab.daemon.virsh.run("save", "db", "/run/lab/db.saved")
                try dashboard.terminal.waitFor("db to go", within: .seconds(30)) { _ in
                    try dashboard.row(of: "db") == nil
                }
                try lab.daemon.virsh.run("restore", "/run/lab/db.saved")
            }
            // Its agent goes on where it was stopped, and has the rest of the list.
            try lab.db.resumeAgent()
            try lab.db.waitForAgent()
            try change.expectTruth(of: lab.db)
            let online = try lab.db.onlineProcessors().count
            try dashboard.waitFor("\(online)/4", inRowOf: "db", within: .seconds(60))
        }

        @Test("a guest suspended and resumed in the middle of a change has made it in the end")
        func suspended() throws {
            let lab = try interruptedLab.get()
            let dashboard = try dashboard(of: lab)
            defer { try? dashboard.terminal.stop() }
            // Time enough for this test on a slow machine: past it, unknown is right.
            let change = try StalledChange(of: lab.db, uri: lab.daemon.uri, timeout: 60)
            defer { change.clean() }
            try lab.daemon.virsh.run("suspend", "db")
            try dashboard.waitFor("paused", inRowOf: "db", within: .seconds(30))
            try lab.daemon.virsh.run("resume", "db")
            try lab.db.resumeAgent()
            let report = try change.expectTruth(of: lab.db)
            #expect(report.outcome == "committed")
            try dashboard.waitFor("1/4", inRowOf: "db", within: .seconds(60))
            try lab.db.bringAllOnline()
        }

        @Test(
            "a guest destroyed and started in the middle of a change is not taken for the old one")
        func restarted() throws {
            let lab = try interruptedLab.get()
            let dashboard = try dashboard(of: lab)
            defer { try? dashboard.terminal.stop() }
            let change = try StalledChange(of: lab.db, uri: lab.daemon.uri)
            defer { change.clean() }
            try lab.db.startAnew()
            let report = try change.expectTruth(of: lab.db)
            if report.outcome != "unknown" {
                // All are online after a boot; but its ids may mean other vCPUs.
                #expect(report.outcome == "partial")
                #expect(report.failure?.message.hasPrefix("the guest was rebooted") == true)
            }
            try dashboard.waitFor("4/4", inRowOf: "db", within: .seconds(60))
        }

        private func dashboard(of lab: InterruptedLab) throws -> DashboardInTerminal {
            try lab.db.bringAllOnline()
            let dashboard = try DashboardInTerminal(
                ["-c", lab.daemon.uri], showing: "4/4")
            try dashboard.waitFor("4/4", inRowOf: "db")
            return dashboard
        }
    }
}
