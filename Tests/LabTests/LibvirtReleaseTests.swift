import LabSupport
import Testing

private let releaseLab = SharedLab {
    let daemon = try LibvirtDaemon(.trixie)
    let guest = try LibvirtGuest("new", of: daemon)
    try LibvirtGuest.start(guest)
    return (daemon, guest)
}

extension OwnDaemonTests {
    /// Debian 13's libvirt (11.3), which has codes of its own for the errors of agents.
    @Suite(.serialized, .ending(releaseLab)) actor ReleaseTests {
        private nonisolated let thread = LabThread()
        nonisolated var unownedExecutor: UnownedSerialExecutor {
            thread.asUnownedSerialExecutor()
        }

        @Test("libvirt's own release is as new as the tests take it for")
        func release() throws {
            let (daemon, _) = try releaseLab.get()
            let text = try daemon.virsh.run("version", "--daemon")
            let version = try #require(
                text.firstMatch(of: #/Running against daemon: (\d+)\.(\d+)/#))
            let (major, minor) = (Int(version.1) ?? 0, Int(version.2) ?? 0)
            #expect((major, minor) >= (11, 2), "\(text)")
        }

        @Test("the program works with the client library of that release, where the daemon is")
        func inside() throws {
            let (daemon, guest) = try releaseLab.get()
            try guest.bringAllOnline()
            func run(_ arguments: [String]) throws -> Finished {
                try Program.run(
                    arguments + ["-c", "qemu:///system", "--json"], besideProcess: daemon.pid())
            }
            let row = try #require(
                try run(["list"]).report(ListReport.self).guests.first)
            #expect(row.agent.status == "ok")
            #expect(row.guest == Maps(vcpus: "0-3", online: "0-3", offlinable: "1-3"))
            #expect(row.host?.vcpus.count == 4)
            let change = try run(["set", "new", "--offline", "3"])
            #expect(try change.report(SetReport.self).outcome == "committed")
            #expect(try guest.onlineProcessors() == [0, 1, 2])
            try guest.bringAllOnline()
        }

        @Test("a command that is disabled in the guest is told from an error, and blames no vCPU")
        func blocked() throws {
            let (daemon, guest) = try releaseLab.get()
            try guest.bringAllOnline()
            try guest.restartAgent(blocking: ["guest-set-vcpus"])
            defer { try? guest.restartAgent() }
            try guest.waitForAgent()
            let (report, status) = try set(daemon, ["--offline", "1-3", "--keep-going"])
            #expect(report.outcome == "failed" && status == 1)
            #expect(report.failure?.vcpu == nil)
            #expect(report.failure?.message.contains("disabled in the guest") == true)

            try guest.restartAgent(blocking: ["guest-get-vcpus"])
            try wait(for: "the agent to be there") {
                try listed(daemon).agent.status != "notRunning"
            }
            #expect(try listed(daemon).agent.status == "blocked")
        }

        @Test("a vCPU that the guest keeps is blamed, and the others go on")
        func partial() throws {
            let (daemon, guest) = try releaseLab.get()
            try guest.restartAgent()
            try guest.waitForAgent()
            try guest.bringAllOnline()
            try guest.fill(2)
            defer { try? guest.unfill(2) }
            let (report, status) = try set(daemon, ["--offline", "1-3", "--keep-going"])
            #expect(report.outcome == "partial" && status == 3)
            #expect(report.after?.online == "0,2")
            #expect(report.failure?.message.contains("No space left on device") == true)
        }

        @Test("libvirt's own timeout is no vCPU's fault, and nothing more is sent after it")
        func timeout() throws {
            let (daemon, guest) = try releaseLab.get()
            try guest.restartAgent()
            try guest.waitForAgent()
            try guest.bringAllOnline()
            try daemon.virsh.run("guest-agent-timeout", "new", "--timeout", "2")
            defer { _ = try? daemon.virsh.run("guest-agent-timeout", "new", "--timeout", "-2") }
            try guest.stallAgent()
            let row = try listed(daemon, ["--timeout", "10"])
            #expect(row.agent.status == "unresponsive")
            try guest.resumeAgent()
            try guest.waitForAgent()

            try guest.stallAgentAtNextChange()
            let program = try Program.start([
                "set", "new", "-c", daemon.uri, "--offline", "1-3", "--keep-going",
                "--timeout", "3", "--json",
            ])
            try guest.waitForStalledAgent()
            let finished = try program.finish(within: .seconds(90))
            let report = try finished.report(SetReport.self)
            #expect(report.outcome == "unknown" && finished.status == 3)
            #expect(report.failure?.vcpu == nil)
            #expect(report.failure?.message.contains("does not answer") == true)
            try guest.resumeAgent()
            try guest.waitForAgent()
            try guest.bringAllOnline()
        }

        private func set(_ daemon: LibvirtDaemon, _ options: [String]) throws
            -> (report: SetReport, status: Int32)
        {
            let finished = try Program.run(["set", "new", "-c", daemon.uri, "--json"] + options)
            return (try finished.report(SetReport.self), finished.status)
        }

        private func listed(
            _ daemon: LibvirtDaemon, _ options: [String] = []
        ) throws -> ListReport.Guest {
            let finished = try Program.run(["list", "-c", daemon.uri, "--json"] + options)
            return try #require(try finished.report(ListReport.self).guests.first)
        }
    }

    /// A daemon that writes its messages in Russian.
    @Suite(.serialized) actor LanguageTests {
        private nonisolated let thread = LabThread()
        nonisolated var unownedExecutor: UnownedSerialExecutor {
            thread.asUnownedSerialExecutor()
        }

        @Test("what a Russian daemon says of an agent is understood")
        func russian() throws {
            let daemon = try LibvirtDaemon(.translated("ru_RU"))
            defer { try? daemon.stop() }
            let guest = try LibvirtGuest("gost", of: daemon, processors: 2)
            try LibvirtGuest.start(guest)
            func agent() throws -> ListReport.Agent {
                let finished = try Program.run(["list", "-c", daemon.uri, "--json"])
                return try #require(try finished.report(ListReport.self).guests.first).agent
            }
            #expect(try agent().status == "ok")

            try guest.restartAgent(blocking: ["guest-get-vcpus"])
            try wait(for: "the agent to be there") { try agent().status != "notRunning" }
            #expect(try agent().status == "blocked")
            #expect(try agent().message?.contains("guest-get-vcpus has been disabled") == true)

            try guest.run("killall qemu-ga")
            try wait(for: "libvirt to hear of it") {
                try daemon.virsh.run("dumpxml", "gost").contains("state='disconnected'")
            }
            let told = try daemon.virsh.attempt("guestvcpus", "gost").errors
            #expect(told.contains("гост"), "the daemon does not speak Russian: \(told)")
            #expect(try agent().status == "notRunning")
        }
    }
}
