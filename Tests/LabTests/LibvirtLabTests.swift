import Glibc
import LabSupport
import Testing

/// The suites that share a daemon of libvirt; what is nested here runs one after the other.
@Suite(.serialized, .guestMayHang) enum LibvirtTests {}

/// The suites that have daemons of libvirt for themselves.
///
/// They need not wait for those that share one. But they run one after the other too: each emulates
/// guests, and a machine of two cores emulates only a few at a time.
@Suite(.serialized, .guestMayHang) enum OwnDaemonTests {}

/// A daemon with two guests for all suites that leave them as they found them.
struct LibvirtLab {
    let daemon: LibvirtDaemon
    let web: LibvirtGuest
    let db: LibvirtGuest

    /// Made when first asked for.
    static func shared() throws -> LibvirtLab { try lab.get() }

    private static let lab = SharedLab {
        let daemon = try LibvirtDaemon()
        let web = try LibvirtGuest("web", of: daemon)
        let db = try LibvirtGuest("db", of: daemon)
        try LibvirtGuest.start(web, db)
        return LibvirtLab(daemon: daemon, web: web, db: db)
    }
}

extension LibvirtTests {
    /// That the daemon and its guests are real, and that the lab's ways into them tell the truth.
    @Suite(.serialized) actor LabItselfTests {
        private nonisolated let thread = LabThread()
        nonisolated var unownedExecutor: UnownedSerialExecutor {
            thread.asUnownedSerialExecutor()
        }

        @Test("virsh and the guest's kernel tell of the same processors")
        func bootState() throws {
            let lab = try LibvirtLab.shared()
            try lab.web.bringAllOnline()
            let told = ["vcpus": "0-3", "online": "0-3", "offlinable": "1-3"]
            #expect(try lab.daemon.virsh.guestVCPUs(of: "web") == told)
            #expect(
                try lab.web.processors() == [0: .fixed, 1: .online, 2: .online, 3: .online])

            try lab.daemon.virsh.run("guestvcpus", "web", "--cpulist", "2", "--disable")
            defer { try? lab.web.bringAllOnline() }
            #expect(try lab.web.processors()[2] == .offline)
            #expect(try lab.daemon.virsh.guestVCPUs(of: "web")["online"] == "0-1,3")
        }

        @Test("a busy processor's time goes on, in the statistics and in its thread")
        func statistics() throws {
            let lab = try LibvirtLab.shared()
            try lab.web.burn(1)
            defer { try? lab.web.rest() }
            // The thread's times are read outside of the statistics': they cover at least as much.
            let threadBefore = try lab.web.threadTimes()
            let before = try lab.daemon.virsh.statistics(of: "web")
            #expect(before["vcpu.current"] == 4)
            #expect(before["vcpu.maximum"] == 6)
            #expect(threadBefore.keys.sorted() == [0, 1, 2, 3])
            try wait(for: "vCPU 1 to run for half a second", within: .seconds(60)) {
                let now = try #require(try lab.daemon.virsh.statistics(of: "web")["vcpu.1.time"])
                let then = try #require(before["vcpu.1.time"])
                return now >= then + 500_000_000
            }
            let thread = try #require(try lab.web.threadTimes()[1])
            #expect(thread - threadBefore[1, default: 0] >= 490_000_000)
        }

        @Test("a processor plugged by virsh arrives offline in the guest, until it is rebooted")
        func plugged() throws {
            let lab = try LibvirtLab.shared()
            do {
                defer { try? lab.db.startAnew() }
                try lab.db.plug(slots: [4])
                #expect(try lab.db.processors()[4] == .offline)
                #expect(try lab.db.slot(ofProcessor: 4) == 4)
                #expect(try lab.daemon.virsh.guestVCPUs(of: "db")["online"] == "0-3")
            }
            #expect(try lab.db.processors().count == 4)
        }

        @Test("guests outlive a daemon that is killed, and the next one has them")
        func restarted() throws {
            let lab = try LibvirtLab.shared()
            let pid = try lab.web.pid()
            let daemon = try lab.daemon.pid()
            try lab.daemon.kill()
            #expect(try lab.daemon.virsh.attempt("list").status != 0)
            #expect(try lab.web.run("echo alive") == "alive")
            try lab.daemon.restart()
            try lab.web.waitForAgent()
            #expect(try lab.web.pid() == pid)
            #expect(try lab.daemon.pid() != daemon)
        }

        @Test("nothing of a daemon and its guests outlives it")
        func nothingIsLeft() throws {
            let daemon = try LibvirtDaemon()
            let guest = try LibvirtGuest("brief", of: daemon)
            try guest.start()
            let pids = [try daemon.pid(), try guest.pid()]
            #expect(pids.allSatisfy { kill($0, 0) == 0 })
            // A stopped process would not see a polite signal.
            try daemon.stall()
            try daemon.stop()
            try wait(for: "the end of \(pids)") { pids.allSatisfy { kill($0, 0) != 0 } }
            #expect(access(daemon.folder, F_OK) == -1)
        }
    }
}
