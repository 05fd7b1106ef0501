import Glibc
import LabSupport
import Testing

extension MicroGuestTests {
    /// `doctor` on a guest of a real QEMU.
    @Suite(.serialized) actor DoctorMicroGuestTests {
        private nonisolated let thread = LabThread()
        nonisolated var unownedExecutor: UnownedSerialExecutor {
            thread.asUnownedSerialExecutor()
        }

        private func diagnose(
            _ guest: MicroGuest, _ arguments: [String] = ["--timeout", "30"], hasQMP: Bool = true
        ) throws -> DoctorReport {
            let finished = try Program.run(
                ["doctor", "--json", "--agent", "micro=\(guest.agentSocket)"] + arguments
                    + (hasQMP ? ["--qmp", "micro=\(guest.qmpSocket)"] : []),
                within: .seconds(120))
            let report = try finished.report(DoctorReport.self)
            #expect(finished.status == (report.verdict == "fail" ? 1 : 0))
            return report
        }

        @Test("a sound guest is ok in each check, down to the pairing, also where it is found")
        func sound() throws {
            let guest = try MicroGuest.shared()
            try guest.bringAllOnline()
            let named = try diagnose(guest)
            #expect(named.verdict == "ok", "\(named)")
            #expect(named.checks.allSatisfy { $0.result == "ok" }, "\(named.checks)")
            let found = try Program.run(["doctor", guest.name, "--json", "--timeout", "30"])
            #expect(found.status == 0)
            #expect(try found.report(DoctorReport.self).verdict == "ok")
            let text = try Program.run(["doctor", guest.name, "--timeout", "30"]).output
            let lines = text.split(separator: "\n")
            #expect(lines.first?.hasPrefix("\(guest.name): ok: 4 of 4 vCPUs are online") == true)
            #expect(lines.count <= 3, "\(text)")
        }

        @Test("a client that holds the channel is named, whether QMP can tell or not")
        func busy() throws {
            let guest = try MicroGuest.shared()
            for hasQMP in [true, false] {
                // Each time a new one, behind which none waits: other tests' programs look at each
                // QEMU, and their connections would stay where there is room for two.
                let other = try HeldConnection(to: guest.agentSocket)
                defer { other.close() }
                let report = try diagnose(guest, ["--timeout", "4"], hasQMP: hasQMP)
                #expect(report.cause?.check == "holder")
                #expect(report.cause?.message.contains("process \(getpid()) of ") == true)
                #expect(report["host"] == "ok", "\(report)")
            }
            let other = try HeldConnection(to: guest.agentSocket)
            // As many wait as there is room for, so that no connection tells the process.
            var waiting: [HeldConnection] = []
            while waiting.count < 16,
                let client = try? HeldConnection(
                    to: guest.agentSocket, within: .milliseconds(100))
            {
                waiting.append(client)
            }
            #expect(waiting.count < 16)
            let report = try diagnose(guest, ["--timeout", "1"], hasQMP: false)
            #expect(report.cause?.check == "holder")
            #expect(report["process"] == "skipped")
            #expect(report.checks.contains { $0.message.contains("there was no room for one") })
            for client in waiting { client.close() }
            other.close()
            #expect(try diagnose(guest)["holder"] == "ok")
        }

        @Test("a guest without an agent is told to install and to start it, where QMP can tell")
        func notRunning() throws {
            let guest = try MicroGuest.shared()
            try guest.run("killall qemu-ga")
            defer { _ = try? guest.run("start_agent") }
            try wait(for: "the agent to end", within: .seconds(60)) {
                try guest.run("pidof qemu-ga || true").isEmpty
            }
            let report = try diagnose(guest, ["--timeout", "1"])
            #expect(report.cause?.check == "agent")
            #expect(report.cause?.message == "no agent runs in the guest")
            let help = report.cause?.help ?? ""
            #expect(help.contains("apt install qemu-guest-agent"))
            #expect(help.contains("systemctl start qemu-guest-agent"))
            #expect(report["holder"] == "ok")
            // Without QMP nothing tells whether it runs, and the help says what would.
            let unknown = try diagnose(guest, ["--timeout", "1"], hasQMP: false)
            #expect(unknown.cause?.check == "agent", "\(unknown)")
            #expect(unknown.cause?.help?.contains("--qmp=micro=PATH") == true)
        }

        @Test("a paused guest is found at its process")
        func paused() throws {
            let guest = try MicroGuest.shared()
            try guest.qmp("stop")
            defer { _ = try? guest.qmp("cont") }
            let report = try diagnose(guest, ["--timeout", "1"])
            #expect(report.cause?.check == "process")
            #expect(report.cause?.message == "the guest is paused")
            #expect(report["agent"] == "skipped")
        }

        @Test("threads without names are a warning with QEMU's option, unless QMP is named")
        func unnamedThreads() throws {
            let guest = try MicroGuest(namingThreads: false)
            defer { try? guest.stop() }
            let report = try diagnose(guest, hasQMP: false)
            #expect(report.cause?.check == "host")
            #expect(report.verdict == "warn")
            #expect(report.cause?.help?.contains("-name micro,debug-threads=on") == true)
            #expect(try diagnose(guest)["host"] == "ok")
        }

        @Test("a QEMU without a channel is diagnosed by its name, with the options that it lacks")
        func leftOut() throws {
            let name = "mute-\(UInt32.random(in: 0 ... .max))"
            let mute = try StandIn(["-name", name], StandIn.Traits(agent: nil))
            defer { try? mute.stop() }
            let finished = try Program.run(["doctor", name, "--json", "--timeout", "30"])
            #expect(finished.status == 1, "\(finished)")
            let report = try finished.report(DoctorReport.self)
            #expect(report.guest == name)
            #expect(report.cause?.check == "channel")
            #expect(report.cause?.help?.contains("name=org.qemu.guest_agent.0") == true)
            #expect(report["process"] == "ok" && report["agent"] == "skipped")
        }
    }
}
