import LabSupport
import Testing

extension LibvirtTests {
    /// `set` on a libvirt connection, held against virsh and the guest's kernel.
    @Suite(.serialized) actor SetTests {
        private nonisolated let thread = LabThread()
        nonisolated var unownedExecutor: UnownedSerialExecutor {
            thread.asUnownedSerialExecutor()
        }

        @Test("a mixed change is committed, as virsh and the guest's kernel tell")
        func mixed() throws {
            let lab = try LibvirtLab.shared()
            try lab.web.run("echo 0 >/sys/devices/system/cpu/cpu2/online")
            defer { try? lab.web.bringAllOnline() }
            let (report, status) = try set(lab, ["--online", "2", "--offline", "1,3"])
            #expect(report.outcome == "committed")
            #expect(status == 0)
            #expect(report.before?.online == "0-1,3")
            #expect(report.after?.online == "0,2")
            #expect(
                try lab.web.processors() == [0: .fixed, 1: .offline, 2: .online, 3: .offline])
            #expect(try lab.daemon.virsh.guestVCPUs(of: "web")["online"] == "0,2")

            let again = try set(lab, ["--online", "2", "--offline", "1,3"])
            #expect(again.report.outcome == "unchanged")
            #expect(again.status == 0)
        }

        @Test("what the guest cannot do is refused, and nothing is changed")
        func refused() throws {
            let lab = try LibvirtLab.shared()
            try lab.web.bringAllOnline()
            let (report, status) = try set(lab, ["--offline", "0,2,9"])
            #expect(report.outcome == "refused")
            #expect(status == 1)
            #expect(report.reasons.map(\.code).sorted() == ["missing", "notOfflinable"])
            #expect(try lab.web.onlineProcessors() == [0, 1, 2, 3])
        }

        @Test("a second step that fails undoes the first")
        func secondStepFails() throws {
            let lab = try LibvirtLab.shared()
            try lab.web.bringAllOnline()
            try lab.web.run("echo 0 >/sys/devices/system/cpu/cpu2/online")
            try lab.web.fill(3)
            defer { try? lab.web.unfill(3) }
            let (report, status) = try set(lab, ["--online", "2", "--offline", "3"])
            #expect(report.outcome == "rolledBack")
            #expect(status == 1)
            #expect(report.failure?.message.contains("No space left on device") == true)
            #expect(report.after?.online == "0-1,3")
            #expect(try lab.web.processors()[2] == .offline)
        }

        @Test("a list that fails part-way is undone, or kept where that is asked for")
        func partWay() throws {
            let lab = try LibvirtLab.shared()
            try lab.web.bringAllOnline()
            // libvirt sends a list in the order in which the agent reports, and that is this one.
            let order = try lab.web.run("find /sys/devices/system/cpu -name 'cpu[1-3]'")
            let last = try #require(order.last.flatMap { Int(String($0)) })
            try lab.web.fill(last)
            defer { try? lab.web.unfill(last) }

            let undone = try set(lab, ["--offline", "1-3"])
            #expect(undone.report.outcome == "rolledBack")
            #expect(undone.status == 1)
            #expect(undone.report.failure != nil)
            #expect(try lab.web.onlineProcessors() == [0, 1, 2, 3])

            let kept = try set(lab, ["--offline", "1-3", "--keep-going"])
            #expect(kept.report.outcome == "partial")
            #expect(kept.status == 3)
            #expect(kept.report.after?.online == list([0, last]))
            #expect(try lab.web.onlineProcessors() == [0, last])
        }

        @Test("a guest destroyed under a change is not waited for, and nothing is claimed")
        func destroyed() throws {
            let lab = try LibvirtLab.shared()
            let program = try startStalledChange(of: lab.db, lab, timeout: 2)
            try lab.db.destroy()
            let finished = try program.finish(within: .seconds(60))
            let report = try finished.report(SetReport.self)
            #expect(report.outcome == "unknown")
            #expect(finished.status == 3)
            #expect(report.after == nil)
            try LibvirtGuest.start(lab.db)
        }

        @Test("a guest reset under a change is read again, or nothing is claimed")
        func reset() throws {
            let lab = try LibvirtLab.shared()
            // Long enough for most boots.
            let program = try startStalledChange(of: lab.db, lab, timeout: 15)
            try lab.daemon.virsh.run("reset", "db")
            let finished = try program.finish(within: .seconds(90))
            try lab.db.waitForBoot()
            let report = try finished.report(SetReport.self)
            if report.outcome == "unknown" {
                #expect(finished.status == 3)
                #expect(report.after == nil)
            } else {
                // All are online after a boot; but its ids may mean other vCPUs.
                #expect(report.outcome == "partial" && finished.status == 3)
                #expect(report.failure?.message.hasPrefix("the guest was rebooted") == true)
                #expect(report.after?.online == "0-3")
            }
            // What comes next has a guest that was not reset.
            try lab.db.startAnew()
        }

        @Test("an agent that goes on in the middle of a change is known to have done it all")
        func resumed() throws {
            let lab = try LibvirtLab.shared()
            let program = try startStalledChange(of: lab.db, lab)
            try lab.db.resumeAgent()
            let finished = try program.finish(within: .seconds(60))
            try expectAgreement(
                of: finished.report(), finished.status, with: lab.db.onlineProcessors())
            try lab.db.bringAllOnline()
        }

        /// Starts to take three vCPUs offline, and returns when the agent was stopped after one.
        private func startStalledChange(
            of guest: LibvirtGuest, _ lab: LibvirtLab, timeout: Int = 10
        ) throws -> Child {
            try guest.stallAgentAtNextChange()
            let program = try Program.start([
                "set", guest.name, "-c", lab.daemon.uri, "--offline", "1-3",
                "--timeout", "\(timeout)", "--json",
            ])
            try guest.waitForStalledAgent()
            #expect(try guest.onlineProcessors().count > 1, "the agent was stopped too late")
            return program
        }

        @Test("nothing is sent for a guest that is not there, or by who may only read")
        func unreachable() throws {
            let lab = try LibvirtLab.shared()
            try lab.web.bringAllOnline()
            let missing = try Program.run([
                "set", "nobody", "-c", lab.daemon.uri, "--offline", "3", "--json",
            ])
            #expect(missing.status == 2)
            let denied = try Program.run([
                "set", "web", "-c", lab.daemon.readOnlyURI, "--offline", "3", "--json",
            ])
            #expect(try denied.report(SetReport.self).outcome == "unreachable")
            #expect(denied.status == 2)
            #expect(try lab.web.onlineProcessors() == [0, 1, 2, 3])
        }

        @Test("reading and setting leave no mark on a guest")
        func untainted() throws {
            let lab = try LibvirtLab.shared()
            let before = try lab.daemon.virsh.information(on: "web")["Messages"]
            #expect(try Program.run(["list", "-c", lab.daemon.uri]).status == 0)
            #expect(try set(lab, ["--offline", "3"]).report.outcome == "committed")
            try lab.web.bringAllOnline()
            // That the lab's daemon runs as root is libvirt's only complaint, before and after.
            #expect(before == "tainted: running with undesirable elevated privileges")
            #expect(try lab.daemon.virsh.information(on: "web")["Messages"] == before)
            let known = try lab.daemon.virsh.run("dominfo", "db")
            #expect(!known.contains("agent"))
        }

        private func set(_ lab: LibvirtLab, _ options: [String]) throws
            -> (report: SetReport, status: Int32)
        {
            let finished = try Program.run(
                ["set", "web", "-c", lab.daemon.uri, "--json"] + options)
            return (try finished.report(SetReport.self), finished.status)
        }
    }
}
