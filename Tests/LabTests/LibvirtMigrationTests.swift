import LabSupport
import Testing

extension LibvirtTests {
    /// Guests that were saved and restored, and guests that move to another host.
    @Suite(.serialized) actor MigrationTests {
        private nonisolated let thread = LabThread()
        nonisolated var unownedExecutor: UnownedSerialExecutor {
            thread.asUnownedSerialExecutor()
        }

        @Test("after a restore slots 3 and 2 are paired with nothing, and vCPUs of the boot are")
        func restored() throws {
            let lab = try LibvirtLab.shared()
            let guest = try LibvirtGuest("saved", of: lab.daemon, processors: 2)
            defer { try? guest.undefine() }
            try LibvirtGuest.start(guest)
            try restore(guest)
            let before = try host(of: "saved", lab.daemon)
            #expect(before.pairing == "inferred")
            #expect(before.vcpus.map(\.guestID) == [0, 1])

            try guest.plug(slots: [3, 2])
            try restore(guest)
            for isPaused in [false, true] {
                if isPaused {
                    // libvirt's state tells nothing of the restore any more; the process does.
                    try lab.daemon.virsh.run("suspend", "saved")
                    try lab.daemon.virsh.run("resume", "saved")
                    guard
                        try lab.daemon.virsh.run("domstate", "--reason", "saved")
                            .contains("unpaused")
                    else { throw LabError.unexpected("the reason is not a pause") }
                }
                let host = try host(
                    of: "saved", lab.daemon, isInside: isPaused)
                #expect(host.vcpus.map(\.id) == [0, 1, 2, 3])
                #expect(host.pairing == "unknown", "paused: \(isPaused)")
                #expect(host.vcpus.allSatisfy { $0.guestID == nil })
            }
        }

        @Test("a guest that moves to another host during a change is said to have")
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
            let dashboard = try DashboardInTerminal(
                ["-c", here.uri, "-c", there.uri], showing: "4/4",
                columns: 160)
            defer { try? dashboard.terminal.stop() }
            let change = try StalledChange(of: guest, uri: here.uri)
            defer { change.clean() }
            try here.virsh.run(
                "migrate", "--live", "--p2p", "nomad", "qemu+tcp://127.0.0.1:\(there.port)/system",
                "--migrateuri", "tcp://127.0.0.1:\(try FreePort.find())")
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
            try moved.resumeAgent()
            try moved.waitForAgent()
            try wait(for: "the agent's next answer to be the last", within: .seconds(30)) {
                try there.virsh.guestVCPUs(of: "nomad")["online"]
                    == list(try moved.onlineProcessors())
            }
            let online = try moved.onlineProcessors().count
            try dashboard.terminal.waitFor("its row over there", within: .seconds(90)) { _ in
                let rows = try dashboard.rows(of: "nomad")
                return rows.count == 1 && rows[0].contains(" ok ")
                    && rows[0].contains("\(online)/4")
            }
            try moved.bringAllOnline()
            try dashboard.waitFor("4/4", inRowOf: "nomad", within: .seconds(60))
            // A change from the dashboard goes to where the guest is now.
            try dashboard.press("Right", "Space", "c")
            try dashboard.terminal.waitFor("offline 1")
            try dashboard.commit(expecting: "committed")
            #expect(try moved.onlineProcessors() == [0, 2, 3])
        }

        /// Saves a guest to a file and starts it from there.
        private func restore(_ guest: LibvirtGuest) throws {
            let file = "/run/lab/\(guest.name).saved"
            try guest.virsh.run("save", guest.name, file)
            try guest.reconnect { try guest.virsh.run("restore", file) }
        }

        private func host(
            of name: String, _ daemon: LibvirtDaemon, isInside: Bool = false
        ) throws -> ListReport.Host {
            // Only beside the daemon, and by its usual name, are its processes looked at.
            let finished =
                isInside
                ? try Program.run(
                    ["list", name, "-c", "qemu:///system", "--json"], besideProcess: daemon.pid())
                : try Program.run(["list", name, "-c", daemon.uri, "--json"])
            let row = try #require(try finished.report(ListReport.self).guests.first)
            return try #require(row.host)
        }
    }
}
