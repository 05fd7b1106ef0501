import Foundation
import LabSupport
import Testing

extension LibvirtTests {
    /// Connections by ssh, whose place a script takes that runs the remote command beside the
    /// daemon, and connections that want a password.
    @Suite(.serialized) actor RemoteTests {
        private nonisolated let thread = LabThread()
        nonisolated var unownedExecutor: UnownedSerialExecutor {
            thread.asUnownedSerialExecutor()
        }

        @Test("a user who may only read sees the host's side over ssh too")
        func readOnlyOverSSH() throws {
            let lab = try LibvirtLab.shared()
            let folder = "\(lab.daemon.folder)/run"
            let bounds = "setpriv --bounding-set=-dac_override,-dac_read_search"
            try write(
                "exec \(lab.daemon.enteringCommand()) \(bounds) sh -c \"$*\"",
                to: "\(folder)/lab/ssh")
            // To the daemon's own user it is closed as it is to any other one.
            try setMode(0, of: "\(folder)/libvirt/libvirt-sock")
            defer { try? setMode(0o700, of: "\(folder)/libvirt/libvirt-sock") }
            let uri = "qemu+ssh://lab/system?command=\(folder)/lab/ssh"
            let finished = try Program.run(["list", "-c", uri, "--json"])
            #expect(finished.status == 0, "\(finished.errors)")
            let row = try #require(
                try finished.report(ListReport.self).guests.first { $0.name == "web" })
            #expect(row.agent.status == "denied")
            #expect(row.state == "running")
            #expect(row.host?.vcpus.map(\.id) == [0, 1, 2, 3])
        }

        @Test("an alias that stands for a host behind ssh never prompts", arguments: [false, true])
        func alias(isDefault: Bool) throws {
            let lab = try LibvirtLab.shared()
            let folder = "\(lab.daemon.folder)/run/lab"
            let target = "qemu+ssh://lab/system?command=/run/lab/logging-ssh"
            try write(
                "echo \"$*\" >>/run/lab/ssh.log; while [ \"$1\" != -- ]; do shift; done; shift 2\n"
                    + "exec sh -c \"$*\"", to: "\(folder)/logging-ssh", skipsOptions: false)
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

        @Test("libvirt's auth file is used, and nothing is asked without one")
        func authFile() throws {
            let daemon = try LibvirtDaemon(
                .authenticated(name: "vault", port: 16_523, user: "fred", password: "secret"))
            defer { try? daemon.stop() }
            func list(_ password: String?) throws -> Finished {
                let lines =
                    ["[credentials-lab]", "authname=fred"]
                    + (password.map { ["password=\($0)"] } ?? [])
                    + ["", "[auth-libvirt-127.0.0.1]", "credentials=lab", ""]
                let file = "\(daemon.folder)/auth.conf"
                try Data(lines.joined(separator: "\n").utf8).write(to: URL(filePath: file))
                return try Program.run([
                    "list", "-c", "qemu+tcp://127.0.0.1:16523/system?authfile=\(file)", "--json",
                ])
            }
            let right = try list("secret")
            #expect(right.status == 0, "\(right.errors)")
            #expect(try right.report(ListReport.self).sources.first?.status == "ok")
            for password in ["wrong", nil] {
                let finished = try list(password)
                #expect(finished.status == 2)
                let source = try finished.report(ListReport.self).sources.first
                #expect(source?.status == "failed")
                #expect(source?.message?.contains("authentication failed") == true)
            }
        }

        private func write(_ body: String, to file: String, skipsOptions: Bool = true) throws {
            let skip = skipsOptions ? "while [ \"$1\" != -- ]; do shift; done; shift 2\n" : ""
            try Data("#!/bin/sh\n\(skip)\(body)\n".utf8).write(to: URL(filePath: file))
            try setMode(0o755, of: file)
        }

        private func setMode(_ mode: Int, of file: String) throws {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
        }
    }
}
