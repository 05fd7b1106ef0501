import LabSupport
import Testing

extension LibvirtTests {
    /// Guests that were saved and restored.
    @Suite(.serialized) actor RestoreTests {
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
