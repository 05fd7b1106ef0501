import LabSupport
import Testing

extension LibvirtTests {
    /// The program where a libvirtd is at home, with nothing named.
    @Suite(.serialized) actor DefaultTests {
        private nonisolated let thread = LabThread()
        nonisolated var unownedExecutor: UnownedSerialExecutor {
            thread.asUnownedSerialExecutor()
        }

        @Test(
            "this host's libvirt is found, with the thread of each vCPU, and its channels left alone"
        )
        func found() throws {
            let lab = try LibvirtLab.shared()
            let finished = try Program.run(
                ["list", "--json"], besideProcess: try lab.daemon.pid())
            #expect(finished.status == 0, "\(finished.errors)")
            let report = try finished.report(ListReport.self)
            let guests = report.guests.map { "\($0.source)/\($0.name)" }
            #expect(Set(guests) == ["qemu:///system/web", "qemu:///system/db"])
            for guest in report.guests {
                #expect(guest.agent.status == "ok", "\(String(describing: guest.agent.message))")
                // The program and the daemon number processes alike, and both otherwise than here.
                let threads = try #require(guest.host).vcpus.compactMap(\.thread)
                #expect(threads.count == 4 && Set(threads).count == 4, "\(threads)")
                // The system counts nanoseconds, where libvirt has ticks of 10 ms.
                let times = try #require(guest.host).vcpus.compactMap(\.timeNanoseconds)
                #expect(times.contains { $0 % 10_000_000 != 0 }, "\(times)")
            }
        }

        @Test("a change needs no source where the name is enough")
        func change() throws {
            let lab = try LibvirtLab.shared()
            defer { try? lab.db.bringAllOnline() }
            let finished = try Program.run(
                ["set", "db", "--offline", "2-3", "--json"],
                besideProcess: try lab.daemon.pid())
            #expect(try finished.report(SetReport.self).outcome == "committed")
            #expect(try lab.daemon.virsh.guestVCPUs(of: "db")["online"] == "0-1")
        }
    }
}
