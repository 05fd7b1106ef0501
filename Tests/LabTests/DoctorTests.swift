import Foundation
import Glibc
import LabSupport
import Testing

/// `doctor` against the real agent on staged trees: each condition has its real cause.
@Suite actor DoctorTests {
    private nonisolated let thread = LabThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    private static let tree: [Int: StagedCPU] = [0: .fixed, 1: .online, 2: .offline]

    /// Runs `doctor` on a guest `web1`, whose condition `list` calls by this name.
    ///
    /// - Parameter status: The condition as `list` tells it; nil where it is not to be asked.
    private func diagnose(
        _ socket: String, _ arguments: [String] = ["--timeout", "30"], status: String?,
        boundByModes: Bool = false
    ) throws -> DoctorReport {
        func run(_ command: String) throws -> Finished {
            let line = [command, "--agent", "web1=\(socket)", "--json"] + arguments
            return boundByModes
                ? try Program.runBoundByModes(line, within: .seconds(120))
                : try Program.run(line, within: .seconds(120))
        }
        if let status {
            let listed = try run("list").report(ListReport.self)
            #expect(listed.guests.map(\.agent.status) == [status])
        }
        let finished = try run("doctor")
        let report = try finished.report(DoctorReport.self)
        #expect(report.guest == "web1" && report.source == "agent:\(socket)")
        #expect(finished.status == (report.verdict == "fail" ? 1 : 0))
        #expect(finished.errors == "", "diagnoses are on standard output")
        return report
    }

    @Test("an agent that answers is ok in every check but that of host time")
    func sound() throws {
        let agent = try StagedAgent(Self.tree)
        defer { try? agent.stop() }
        let report = try diagnose(agent.socket, status: "ok")
        #expect(report.verdict == "warn")
        for check in report.checks where check.check != "host" && check.check != "pairing" {
            #expect(check.result == "ok", "\(check)")
        }
        #expect(report.checks.contains { $0.message == "2 of 3 vCPUs are online; offline: 2" })
        #expect(report.checks.contains { $0.message.contains("qemu-ga (process \(agent.pid)") })
        #expect(report.cause?.help?.contains("debug-threads=on") == true)
    }

    @Test("a stopped agent is found at the agent, after the timeout once")
    func unresponsive() throws {
        let agent = try StagedAgent(Self.tree)
        defer { try? agent.stop() }
        try agent.stall()
        let report = try diagnose(
            agent.socket, ["--timeout", "1"], status: "unresponsive")
        #expect(report.cause?.check == "agent")
        #expect(report.cause?.help?.contains("systemctl restart qemu-guest-agent") == true)
        #expect(report["holder"] == "ok")
        #expect(report["guest"] == "skipped")
    }

    @Test("another client that holds the channel is named with its process")
    func held() throws {
        let agent = try StagedAgent(Self.tree)
        defer { try? agent.stop() }
        let client = try HeldConnection(to: agent.socket)
        defer { client.close() }
        let report = try diagnose(
            agent.socket, ["--timeout", "1"], status: "unresponsive")
        #expect(report.cause?.check == "holder")
        #expect(report.cause?.message.contains("(process \(getpid()) of ") == true)
        #expect(report.cause?.help?.contains("kill \(getpid())") == true)
    }

    @Test("a socket that is missing, one without a listener, and a file are told apart")
    func disconnected() throws {
        let agent = try StagedAgent(Self.tree)
        defer { try? agent.stop() }
        let missing = try diagnose("\(agent.folder)/none/a.sock", status: "disconnected")
        #expect(missing.cause?.check == "channel")
        #expect(missing.cause?.message.contains("\(agent.folder)/none is missing") == true)
        let file = try diagnose("\(agent.folder)/log", status: "disconnected")
        #expect(file.cause?.check == "channel")
        #expect(file.cause?.message.contains("not a socket") == true)
        kill(agent.pid, SIGKILL)
        try wait(for: "the agent's end") { kill(agent.pid, 0) != 0 }
        let refused = try diagnose(agent.socket, status: "disconnected")
        #expect(refused.cause?.check == "process")
        #expect(refused["channel"] == "skipped")
    }

    @Test("a path that is too long for a socket is named as such, and a link as its mend")
    func longPath() throws {
        let agent = try StagedAgent(Self.tree)
        defer { try? agent.stop() }
        let folder = "\(agent.folder)/" + String(repeating: "x", count: 100)
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: false)
        let missing = try diagnose("\(folder)/a.sock", status: "disconnected")
        #expect(missing.cause?.check == "channel")
        #expect(missing.cause?.message.contains("a socket's may have 107") == true)
        #expect(try diagnose("a/" + folder, status: "disconnected").cause?.help == nil)
        // A socket that is there, of a QEMU that was started in its folder.
        try FileManager.default.linkItem(atPath: agent.socket, toPath: "\(folder)/a.sock")
        let report = try diagnose("\(folder)/a.sock", status: "disconnected")
        #expect(report.cause?.message.contains("a socket's may have 107") == true)
        let mends = report.cause?.help?.split(separator: "\n") ?? []
        try #require(mends.count == 2)
        // As it is typed, but for the place of the link.
        let link = "\(agent.folder)/short"
        let made = try typed(mends[0], "/run/short", link)
        #expect(made.status == 0, "\(made)")
        let listed = try typed(
            mends[1], "/run/short", link, "vcputop --agent", "\(Program.path) list --agent")
        #expect(listed.output.contains("web1") && listed.output.contains("0-1"), "\(listed)")
    }

    /// Types what stands after the last ": " of a mend, with some words replaced.
    private func typed(_ mend: Substring, _ replaced: String...) throws -> Finished {
        var command = mend.components(separatedBy: ": ").last ?? ""
        if command.hasPrefix("sudo ") { command.removeFirst(5) }
        for index in stride(from: 0, to: replaced.count - 1, by: 2) {
            command = command.replacingOccurrences(
                of: replaced[index], with: replaced[index + 1])
        }
        return try Child(["sh", "-c", command]).finish(within: .seconds(60))
    }

    @Test(
        "a wrong path of --qmp is the cause where host time is asked, and no guest fails for it",
        arguments: [
            ("none/a.qmp", "none is missing"), ("log", "log is not a socket"),
            ("refused.sock", "no process listens at "),
        ])
    func wrongMonitor(_ file: String, _ reason: String) throws {
        let agent = try StagedAgent(Self.tree)
        defer { try? agent.stop() }
        if file == "refused.sock" { try leaveSocket(at: "\(agent.folder)/\(file)") }
        let path = "\(agent.folder)/\(file)"
        let options = ["--qmp", "web1=\(path)", "--timeout", "30"]
        let report = try diagnose(agent.socket, options, status: "ok")
        #expect(report.verdict == "warn")
        #expect(report.cause?.check == "host")
        #expect(report.cause?.message.contains(path) == true, "\(report)")
        #expect(report.cause?.message.contains(reason) == true, "\(report)")
        #expect(report.cause?.help?.contains("-qmp unix:PATH,server=on,wait=off") == true)
        let text = try Program.run(["doctor", "--agent", "web1=\(agent.socket)"] + options)
        #expect(text.status == 0)
        #expect(text.output.contains("warn at host: the CPU time"), "\(text.output)")
        #expect(text.output.contains(reason))
    }

    /// Leaves a socket at which no process listens any more.
    private func leaveSocket(at path: String) throws {
        let other = try StagedAgent(Self.tree)
        try FileManager.default.linkItem(atPath: other.socket, toPath: path)
        try other.stop()
    }

    @Test(
        "a socket that only its group may use names the group, and one that no group may use does not"
    )
    func denied() throws {
        let agent = try StagedAgent(Self.tree)
        defer { try? agent.stop() }
        // A group that this user is not in, and that has a name.
        let group = try #require(getgrnam("adm")).pointee.gr_gid
        chown(agent.socket, 1, group)
        chmod(agent.socket, 0o060)
        let report = try diagnose(agent.socket, status: "denied", boundByModes: true)
        #expect(report.cause?.check == "permission")
        #expect(report.cause?.message.contains(":adm, mode 0060") == true)
        #expect(report.cause?.help?.contains("usermod -aG adm ") == true)
        #expect(report["channel"] == "ok")
        // Joining no group opens this one.
        chmod(agent.socket, 0)
        let closed = try diagnose(agent.socket, status: "denied", boundByModes: true)
        #expect(closed.cause?.help == "run it as root, with sudo")
    }

    @Test(
        "a blocked command is named with qemu-ga's options, and the agent's version is known",
        arguments: ["--block-rpcs", "--blacklist"])
    func blocked(option: String) throws {
        // As Debian 12 has it, which takes both names.
        let agent = try StagedAgent(Self.tree, options: ["\(option)=guest-get-vcpus"])
        defer { try? agent.stop() }
        let report = try diagnose(agent.socket, status: "blocked")
        #expect(report.cause?.check == "commands")
        #expect(report.cause?.message.contains("guest-get-vcpus is disabled") == true)
        #expect(report.cause?.help?.contains("--block-rpcs") == true)
        #expect(report.cause?.help?.contains("blacklist") == true)
        #expect(report["agent"] == "ok" && report["version"] == "ok")
        #expect(report["frozen"] == "skipped")
    }

    @Test("an agent that may not set is read, and warned of")
    func cannotSet() throws {
        let agent = try StagedAgent(Self.tree, options: ["--block-rpcs=guest-set-vcpus"])
        defer { try? agent.stop() }
        let report = try diagnose(agent.socket, status: "ok")
        #expect(report.verdict == "warn")
        #expect(report.cause?.check == "commands")
        #expect(report.cause?.message.contains("guest-set-vcpus is disabled") == true)
    }

    @Test("file systems that the agent froze are found frozen", .enabled(if: getuid() == 0))
    func frozen() throws {
        let agent = try StagedAgent(Self.tree, hasFileSystem: true)
        defer { try? agent.stop() }
        try agent.freeze()
        defer { try? agent.thaw() }
        let report = try diagnose(agent.socket, status: "frozen")
        #expect(report.cause?.check == "frozen")
        #expect(report.cause?.help?.contains("guest-fsfreeze-thaw") == true)
        #expect(report["commands"] == "ok" && report["version"] == "ok")
        try agent.thaw()
        #expect(try diagnose(agent.socket, status: "ok")["frozen"] == "ok")
    }

    @Test("an id that no guest can have is a malformed reply")
    func malformed() throws {
        let agent = try StagedAgent([0: .fixed, 4096: .online])
        defer { try? agent.stop() }
        let report = try diagnose(agent.socket, status: "malformed")
        #expect(report.cause?.check == "guest")
        #expect(report["version"] == "ok")
    }

    @Test("a tree that the agent cannot read is the guest's own error, in its words")
    func guestError() throws {
        let agent = try StagedAgent(Self.tree)
        defer { try? agent.stop() }
        let file = "\(agent.folder)/cpu/cpu1/online"
        try FileManager.default.removeItem(atPath: file)
        try FileManager.default.createDirectory(
            atPath: file, withIntermediateDirectories: false)
        let report = try diagnose(agent.socket, status: "error")
        #expect(report.cause?.check == "guest")
        #expect(report.cause?.message.contains("online") == true, "\(report)")
    }

    @Test("guests of every kind are diagnosed together, each by itself")
    func together() throws {
        let sound = try StagedAgent(Self.tree)
        let blocked = try StagedAgent(Self.tree, options: ["--block-rpcs=guest-get-vcpus"])
        let stalled = try StagedAgent(Self.tree)
        defer { for agent in [sound, blocked, stalled] { try? agent.stop() } }
        try stalled.stall()
        let finished = try Program.run(
            [
                "doctor", "--json", "--timeout", "10", "--agent", "a=\(sound.socket)", "--agent",
                "b=\(blocked.socket)", "--agent", "c=\(stalled.socket)",
            ], within: .seconds(60))
        #expect(finished.status == 1)
        let reports = try finished.reports(DoctorReport.self)
        #expect(reports.map(\.guest) == ["a", "b", "c"])
        #expect(reports.map(\.cause?.check) == ["host", "commands", "agent"])
    }

    @Test("the text begins with the guest, its verdict and the cause, and has the mend below")
    func text() throws {
        let agent = try StagedAgent(Self.tree, options: ["--block-rpcs=guest-get-vcpus"])
        defer { try? agent.stop() }
        let finished = try Program.run([
            "doctor", "--timeout", "30", "--agent", "web\u{1b}[2J1=\(agent.socket)",
        ])
        #expect(finished.status == 1)
        let lines = finished.output.split(separator: "\n").map(String.init)
        #expect(
            lines.first?.hasSuffix(
                ": FAIL at commands: guest-get-vcpus is disabled in the guest") == true)
        let place = try #require(lines.firstIndex { $0.contains("FAIL commands") })
        #expect(
            lines[place + 1].trimmingCharacters(in: .whitespaces).hasPrefix("help: in the guest"))
        #expect(!finished.output.contains("\u{1b}"))
    }

    @Test("a name that means no guest exits with 2, and the nearest name is told")
    func unknown() throws {
        let agent = try StagedAgent(Self.tree)
        defer { try? agent.stop() }
        let finished = try Program.run(["doctor", "web2", "--agent", "web1=\(agent.socket)"])
        #expect(finished.status == 2)
        #expect(finished.output == "")
        #expect(finished.errors.contains("did you mean 'web1'?"))
    }

    @Test("a source that does not answer is diagnosed; a guest that may be there is not found")
    func failedSource() throws {
        let agent = try StagedAgent(Self.tree)
        defer { try? agent.stop() }
        let sources = [
            "-c", "qemu+unix:///system?socket=/nowhere/libvirt-sock", "--agent",
            "web1=\(agent.socket)", "--timeout", "30", "--json",
        ]
        let all = try Program.run(["doctor"] + sources)
        #expect(all.status == 1)
        let reports = try all.reports(DoctorReport.self)
        #expect(reports.map(\.guest) == ["web1", nil])
        #expect(reports.last?.cause?.check == "source")
        #expect(reports.last?.cause?.message.contains("/nowhere/libvirt-sock") == true)
        #expect(reports.last?.cause?.help?.contains("systemctl start libvirtd") == true)
        let missed = try Program.run(["doctor", "db1"] + sources)
        #expect(missed.status == 2)
        #expect(try missed.reports(DoctorReport.self).map(\.guest) == ["db1"])
        // The one that is asked for is on another source.
        let found = try Program.run(["doctor", "web1"] + sources)
        #expect(found.status == 0)
        #expect(try found.reports(DoctorReport.self).map(\.guest) == ["web1"])
    }
}
