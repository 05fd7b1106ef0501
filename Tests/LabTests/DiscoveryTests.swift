import LabSupport
import Testing

extension MicroGuestTests {
    /// Guests that are found without being named. Others may run on this machine as well.
    @Suite(.serialized) actor DiscoveryTests {
        private nonisolated let thread = LabThread()
        nonisolated var unownedExecutor: UnownedSerialExecutor {
            thread.asUnownedSerialExecutor()
        }

        @Test("a running guest is found by its process, and its pairing confirmed by its firmware")
        func found() throws {
            let guest = try MicroGuest.shared()
            try guest.bringAllOnline()
            var rows: [ListReport.Guest] = []
            // The firmware is read for two seconds at most, in which a busy guest may not answer all.
            try wait(for: "a confirmed pairing", within: .seconds(120)) {
                let listed = try Program.run(["list", guest.name, "--json"])
                #expect(listed.status == 0)
                let report = try listed.report(ListReport.self)
                #expect(report.sources.contains { $0.name == "host" && $0.status == "ok" })
                rows = report.guests
                return rows.first?.host?.pairing == "confirmed"
            }
            let row = try #require(rows.first)
            #expect(rows.count == 1)
            #expect(row.name == guest.name && row.source == "agent:\(guest.agentSocket)")
            #expect(row.state == "running" && row.agent.status == "ok")
            #expect(row.guest == Maps(vcpus: "0-3", online: "0-3", offlinable: "1-3"))
            let host = try #require(row.host)
            #expect(host.current == 4 && host.maximum == 6)
            #expect(host.vcpus.map(\.guestID) == [0, 1, 2, 3])
            let threads = try guest.threads()
            #expect(host.vcpus.map(\.thread) == (0...3).map { threads[$0] })
        }

        @Test("a guest that was found is changed by its name, and by its source and name")
        func set() throws {
            let guest = try MicroGuest.shared()
            try guest.bringAllOnline()
            defer { try? guest.bringAllOnline() }
            let off = try Program.run(["set", guest.name, "--offline", "2"])
            #expect(off.status == 0, "\(off)")
            #expect(try guest.processors()[2] == .offline)
            let on = try Program.run([
                "set", "agent:\(guest.agentSocket)/\(guest.name)", "--online", "2",
            ])
            #expect(on.status == 0, "\(on)")
            #expect(try guest.processors()[2] == .online)
        }

        @Test("a process that names the guest's socket is not believed, and the reason is said")
        func impostor() throws {
            let guest = try MicroGuest.shared()
            let impostor = try Impostor(
                named: "impostor-\(guest.name)", claimingAgentAt: guest.agentSocket)
            // A shell becomes what it is to look like.
            try wait(for: "the reason", within: .seconds(30)) {
                let listed = try Program.run(["list"])
                #expect(listed.status == 0)
                #expect(listed.output.contains(guest.name))
                #expect(!listed.output.contains("impostor-"))
                return listed.errors.contains("'impostor-\(guest.name)'")
                    && listed.errors.contains("process \(impostor.pid)")
                    && listed.errors.contains("process \(guest.pid) serves it")
            }
            let refused = try Program.run(["set", "impostor-\(guest.name)", "--offline", "1"])
            #expect(refused.status == 2)
            #expect(try guest.processors()[1] == .online)
        }

        @Test("the dashboard finds the guest, and shows a vCPU that is said to be offline and runs")
        func contradiction() throws {
            let guest = try MicroGuest.shared()
            try guest.bringAllOnline()
            // The agent reads that the vCPU is offline; the kernel goes on with it.
            try guest.run("echo 0 >/tmp/zero")
            try guest.run("mount -o bind /tmp/zero /sys/devices/system/cpu/cpu2/online")
            try guest.burn(2)
            defer {
                try? guest.rest()
                _ = try? guest.run("umount /sys/devices/system/cpu/cpu2/online")
                try? guest.bringAllOnline()
            }
            let dashboard = try DashboardInTerminal([], showing: guest.name, columns: 120)
            defer { try? dashboard.terminal.stop() }
            try dashboard.waitForCells(of: guest.name, within: .seconds(60)) {
                $0.count == 4 && $0[2] == "*"
            }
            try guest.rest()
            try dashboard.waitForCells(of: guest.name, within: .seconds(60)) {
                $0.count == 4 && $0[2] == "-"
            }
        }
    }
}
