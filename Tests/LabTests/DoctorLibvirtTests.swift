import Foundation
import Glibc
import LabSupport
import Testing

extension LibvirtTests {
    /// `doctor` on the guests of a real libvirt daemon.
    @Suite(.serialized) actor DoctorLibvirtTests {
        private nonisolated let thread = LabThread()
        nonisolated var unownedExecutor: UnownedSerialExecutor {
            thread.asUnownedSerialExecutor()
        }

        private func diagnose(
            _ guest: String, _ uri: String, _ arguments: [String] = ["--timeout", "30"]
        ) throws -> DoctorReport {
            let finished = try Program.run(
                ["doctor", guest, "-c", uri, "--json"] + arguments, within: .seconds(120))
            let report = try finished.report(DoctorReport.self)
            #expect(report.guest == guest && report.source == uri)
            #expect(finished.status == (report.verdict == "fail" ? 1 : 0))
            return report
        }

        @Test("a sound guest has no warning, and what libvirt does not tell is not checked")
        func sound() throws {
            let lab = try LibvirtLab.shared()
            let report = try diagnose("db", lab.daemon.uri)
            #expect(report.verdict == "ok", "\(report)")
            #expect(report["version"] == "skipped")
            #expect(report["pairing"] == "ok" && report["host"] == "ok")
        }

        @Test("a paused guest is found at its process, and virsh resumes it as the help says")
        func paused() throws {
            let lab = try LibvirtLab.shared()
            try lab.daemon.virsh.run("suspend", "web")
            defer { _ = try? lab.daemon.virsh.attempt("resume", "web") }
            let report = try diagnose("web", lab.daemon.uri)
            #expect(report.cause?.check == "process")
            // The mend, as it stands there.
            let mend = try #require(report.cause?.help)
            let typed = try Child(["sh", "-c", mend]).finish(within: .seconds(60))
            #expect(typed.status == 0, "\(mend): \(typed.errors)")
            #expect(try diagnose("web", lab.daemon.uri)["process"] == "ok")
        }

        @Test("a guest without an agent is told to install it")
        func notRunning() throws {
            let lab = try LibvirtLab.shared()
            try lab.web.killAgent()
            defer { try? lab.web.startAgent() }
            let report = try diagnose("web", lab.daemon.uri)
            #expect(report.cause?.check == "agent")
            #expect(report.cause?.help?.contains("apt install qemu-guest-agent") == true)
            #expect(report["host"] == "ok")
        }

        @Test("a stopped agent is given up at the deadline, with libvirt's own timeout as a mend")
        func stalled() throws {
            let lab = try LibvirtLab.shared()
            try lab.web.stallAgent()
            defer {
                try? lab.web.resumeAgent()
                try? lab.web.waitForAgent()
                // Without end, as it was.
                _ = try? lab.daemon.virsh.attempt("guest-agent-timeout", "web", "--timeout", "-2")
            }
            let report = try diagnose("web", lab.daemon.uri, ["--timeout", "1"])
            #expect(report.cause?.check == "agent")
            let mend = try #require(
                report.cause?.help?.split(separator: "\n").first {
                    $0.contains("guest-agent-timeout web --timeout 5")
                })
            let command = String(mend.split(separator: ": ", maxSplits: 1).last ?? "")
            let typed = try Child(["sh", "-c", command]).finish(within: .seconds(60))
            #expect(typed.status == 0, "\(mend): \(typed.errors)")
        }

        @Test("a blocked command of a guest of libvirt is found at the commands")
        func blocked() throws {
            let lab = try LibvirtLab.shared()
            try lab.web.restartAgent(blocking: ["guest-get-vcpus"])
            defer {
                try? lab.web.restartAgent()
                try? lab.web.waitForAgent()
            }
            var report: DoctorReport?
            try wait(for: "the agent to be there", within: .seconds(60)) {
                report = try diagnose("web", lab.daemon.uri)
                return report?.cause?.check == "commands"
            }
            #expect(report?.cause?.message.contains("guest-get-vcpus is disabled") == true)
            #expect(report?.cause?.help?.contains("--block-rpcs") == true)
            #expect(report?["version"] == "skipped")
        }

        @Test("a guest without a channel gets one by the mend, as it stands there")
        func absent() throws {
            let lab = try LibvirtLab.shared()
            let mute = try LibvirtGuest("mute", of: lab.daemon, hasChannel: false)
            try mute.start()
            defer { try? mute.undefine() }
            let report = try diagnose("mute", lab.daemon.uri)
            #expect(report.cause?.check == "channel")
            #expect(report["host"] == "ok")
            let mend = try #require(
                report.cause?.help?.split(separator: "\n").first { $0.contains("attach-device") })
            let typed = try Child(["bash", "-c", String(mend)]).finish(within: .seconds(60))
            #expect(typed.status == 0, "\(mend): \(typed.errors)")
            #expect(
                try lab.daemon.virsh.run("dumpxml", "mute").contains("org.qemu.guest_agent.0"))
            #expect(try diagnose("mute", lab.daemon.uri)["channel"] == "ok")
        }

        @Test("a read-only connection is denied, and the socket that is closed names its group")
        func denied() throws {
            let lab = try LibvirtLab.shared()
            let report = try diagnose("web", lab.daemon.readOnlyURI)
            #expect(report.cause?.check == "permission")
            #expect(report.cause?.help?.contains("libvirt-sock-ro") == true)
            #expect(report["host"] == "ok")
        }

        @Test("a daemon whose socket this user may not use is a source that fails, with the group")
        func closedDaemon() throws {
            let lab = try LibvirtLab.shared()
            let socket = "\(lab.daemon.folder)/run/libvirt/libvirt-sock"
            let group = try #require(getgrnam("adm")).pointee.gr_gid
            var before = stat()
            #expect(stat(socket, &before) == 0)
            chown(socket, 1, group)
            chmod(socket, 0o060)
            defer {
                chown(socket, before.st_uid, before.st_gid)
                chmod(socket, before.st_mode & 0o7777)
            }
            let finished = try Program.runBoundByModes([
                "doctor", "-c", lab.daemon.uri, "--json", "--timeout", "30",
            ])
            #expect(finished.status == 1)
            let reports = try finished.reports(DoctorReport.self)
            let cause = try #require(reports.compactMap(\.cause).first)
            #expect(["source", "permission"].contains(cause.check))
            #expect(cause.help?.contains("sudo usermod -aG adm ") == true, "\(cause)")
        }

        @Test("a driver without agents fails at the source")
        func unsupported() throws {
            let report = try diagnose("test", "test:///default")
            #expect(report.cause?.check == "source")
            #expect(report["agent"] == "skipped")
        }

        /// The path of an agent's socket, as the daemon and QEMU have it.
        private func agentSocket(of guest: String, _ daemon: LibvirtDaemon) throws -> String {
            let xml = try daemon.virsh.run("dumpxml", guest)
            return try #require(
                xml.split(separator: "'").map(String.init).first {
                    $0.hasSuffix("org.qemu.guest_agent.0") && $0.hasPrefix("/")
                })
        }

        @Test("libvirt's own channel, named as a socket, is held by libvirt, which keeps its agent")
        func channelOfLibvirt() throws {
            let lab = try LibvirtLab.shared()
            let path = try agentSocket(of: "web", lab.daemon)
            let finished = try Program.run(
                ["doctor", "--agent", "web=\(path)", "--json", "--timeout", "1"],
                besideProcess: lab.daemon.pid(), within: .seconds(120))
            let report = try finished.report(DoctorReport.self)
            #expect(report.cause?.check == "holder", "\(report)")
            #expect(report.cause?.help?.contains("vcputop -c qemu:///system") == true)

            // QEMU gets to the doctor's connections now, and then to libvirt's new one.
            try lab.daemon.kill()
            try lab.daemon.restart()
            try lab.web.waitForAgent()
        }

        @Test("an agent that libvirt has given up is named, and the mend brings it back")
        func givenUp() throws {
            let lab = try LibvirtLab.shared()
            let root = "/proc/\(try lab.web.pid())/root"
            var isMended = false
            defer {
                if !isMended {
                    try? lab.web.killAgent()
                    try? lab.web.startAgent()
                }
            }
            let request = #"{"execute":"guest-sync-delimited","arguments":{"id":1}}"#
            // The answer to what this leaves behind goes to the daemon's next connection. Where it
            // comes while the daemon waits for an answer of its own, the daemon puts up with it.
            try wait(for: "libvirt to give the agent up", within: .seconds(120)) {
                do {
                    let rude = try UnixLine(
                        path: root + agentSocket(of: "web", lab.daemon), within: .seconds(30))
                    try rude.send([0xFF] + Array("\(request)\n".utf8))
                }
                try lab.daemon.kill()
                try lab.daemon.restart()
                var isGivenUp = false
                try? wait(for: "libvirt to answer", within: .seconds(10)) {
                    let answer = try lab.daemon.virsh.attempt("guestvcpus", "web")
                    isGivenUp = answer.errors.contains("due to an error")
                    return isGivenUp || answer.status == 0
                }
                return isGivenUp
            }
            let report = try diagnose("web", lab.daemon.uri)
            #expect(report.cause?.check == "agent", "\(report)")
            let mend = "in the guest: systemctl restart qemu-guest-agent"
            #expect(report.cause?.help == mend)
            // The micro guest has no systemd.
            try lab.web.killAgent()
            try lab.web.startAgent()
            isMended = true
            #expect(try diagnose("web", lab.daemon.uri)["agent"] == "ok")
        }
    }
}
