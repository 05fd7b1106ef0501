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
                try LibvirtDaemon(.networked(name: "here", port: 16_521)),
                try LibvirtDaemon(.networked(name: "there", port: 16_522))
            )
            defer {
                try? here.stop()
                try? there.stop()
            }
            let guest = try LibvirtGuest("nomad", of: here, processors: 4)
            try LibvirtGuest.start(guest)
            try guest.stallAgentAtNextChange()
            let program = try Program.start([
                "set", "nomad", "-c", here.uri, "--offline", "1-3", "--timeout", "10", "--json",
            ])
            try guest.waitForStalledAgent()
            try here.virsh.run(
                "migrate", "--live", "--p2p", "nomad", "qemu+tcp://127.0.0.1:16522/system",
                "--migrateuri", "tcp://127.0.0.1:18121")
            let finished = try program.finish(within: .seconds(90))
            let report = try finished.report(SetReport.self)
            #expect(report.outcome == "unknown" && finished.status == 3)
            // The call can fail while the guest still moves, or once it has.
            let message = report.failure?.message ?? ""
            #expect(
                message.contains("is migrating to another host")
                    || message.contains("migrated to another host"), "\(message)")
            #expect(try there.virsh.run("domstate", "--reason", "nomad").contains("migrated"))
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
