import Foundation
import LabSupport
import Testing

extension LibvirtTests {
    /// Connections by ssh of a user with read access alone, and by an alias.
    @Suite(.serialized) actor RemoteTests {
        private nonisolated let thread = LabThread()
        nonisolated var unownedExecutor: UnownedSerialExecutor {
            thread.asUnownedSerialExecutor()
        }

        @Test("a user with read access alone sees the host's side over ssh too")
        func readOnlyOverSSH() throws {
            let lab = try LibvirtLab.shared()
            let server = try SSHServer(to: lab.daemon, isBoundByModes: true)
            defer { try? server.stop() }
            // To the daemon's own user it is closed as it is to any other one.
            let socket = "\(lab.daemon.folder)/run/libvirt/libvirt-sock"
            try setMode(0, of: socket)
            defer { try? setMode(0o700, of: socket) }
            let finished = try Program.run(["list", "-c", server.uri, "--json"])
            #expect(finished.status == 0, "\(finished.errors)")
            let row = try #require(
                try finished.report(ListReport.self).guests.first { $0.name == "web" })
            #expect(row.agent.status == "denied")
            #expect(row.agent.message?.contains("libvirt-sock") == true)
            #expect(row.state == "running")
            #expect(row.host?.vcpus.map(\.id) == [0, 1, 2, 3])

            let set = try Program.run(["set", "web", "--offline", "3", "-c", server.uri, "--json"])
            let report = try set.report(SetReport.self)
            #expect(report.outcome == "refused" && set.status == 1)
            #expect(report.reasons.map(\.code) == ["readOnly"])
        }

        @Test("an alias that stands for a host behind ssh never prompts", arguments: [false, true])
        func alias(isDefault: Bool) throws {
            let lab = try LibvirtLab.shared()
            let folder = "\(lab.daemon.folder)/run/lab"
            let target = "qemu+ssh://lab/system?command=/run/lab/logging-ssh"
            try writeProgram(
                "echo \"$*\" >>/run/lab/ssh.log; while [ \"$1\" != -- ]; do shift; done; shift 2\n"
                    + "exec sh -c \"$*\"", to: "\(folder)/logging-ssh")
            let settings = "uri_aliases = [ 'far=\(target)' ]\n"
            try Data(settings.utf8).write(to: URL(filePath: "\(folder)/libvirt.conf"))
            let log = "\(folder)/ssh.log"
            try Data().write(to: URL(filePath: log))
            let copy = try Child(
                ["sh", "-c"] + [
                    "\(lab.daemon.enteringCommand()) cp /run/lab/libvirt.conf /etc/libvirt/"
                ])
            #expect(try copy.finish(within: .seconds(30)).status == 0)
            let finished = try Program.run(
                ["list", "--json"] + (isDefault ? [] : ["-c", "far"]),
                besideProcess: lab.daemon.pid(),
                environment: isDefault ? ["LIBVIRT_DEFAULT_URI": "far"] : [:])
            #expect(finished.status == 0, "\(finished.errors)")
            #expect(try finished.report(ListReport.self).guests.contains { $0.source == "far" })
            let calls = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n")
            #expect(!calls.isEmpty)
            #expect(calls.allSatisfy { $0.contains("BatchMode=yes") }, "\(calls)")
        }

        private func setMode(_ mode: Int, of file: String) throws {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
        }
    }
}
