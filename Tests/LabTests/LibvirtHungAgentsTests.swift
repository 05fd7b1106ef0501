import Foundation
import LabSupport
import Testing

extension LibvirtTests {
    /// Agents that are stopped, beside some that answer, on a daemon of their own.
    @Suite(.serialized, .timeLimit(.minutes(10))) actor HungAgentsTests {
        private nonisolated let thread = LabThread()
        nonisolated var unownedExecutor: UnownedSerialExecutor {
            thread.asUnownedSerialExecutor()
        }

        private static let hung = ["a-hung", "b-hung", "c-hung", "d-hung"]
        private static let healthy = ["m-live", "z-live"]

        @Test("guests that answer are read in every run, however many others hang")
        func healthyBesideHung() throws {
            let daemon = try LibvirtDaemon()
            defer { try? daemon.stop() }
            let guests = try (Self.hung + Self.healthy).map {
                try LibvirtGuest($0, of: daemon, processors: 2, memory: 96)
            }
            for guest in guests { try guest.start() }
            for guest in guests { try guest.waitForBoot() }
            let runtime = daemon.folder + "/runtime"
            try FileManager.default.createDirectory(
                atPath: runtime, withIntermediateDirectories: false)
            let memory = runtime + "/vcputop/hung-guests"

            func statuses() throws -> [String: String] {
                let finished = try Program.run(
                    ["list", "--json", "--timeout", "3", "-c", daemon.uri],
                    environment: ["XDG_RUNTIME_DIR": runtime], within: .seconds(120))
                #expect(finished.status == 0)
                return try finished.report(ListReport.self).guests
                    .reduce(into: [:]) { $0[$1.name] = $1.agent.status }
            }
            func expected(_ status: String) -> [String: String] {
                var all: [String: String] = [:]
                for name in Self.hung { all[name] = status }
                for name in Self.healthy { all[name] = "ok" }
                return all
            }

            // libvirt syncs with an agent once, and waits for it for ever from then on.
            #expect(try statuses() == expected("ok"))
            #expect(!FileManager.default.fileExists(atPath: memory))
            for guest in guests where Self.hung.contains(guest.name) {
                try guest.run("killall -STOP qemu-ga")
            }
            for _ in 1...3 { #expect(try statuses() == expected("unresponsive")) }
            let lines = try String(contentsOfFile: memory, encoding: .utf8).split(separator: "\n")
            #expect(lines.count == Self.hung.count)
            // The daemon still has workers for others.
            #expect(try daemon.virsh.attempt("list").status == 0)

            for guest in guests where Self.hung.contains(guest.name) {
                try guest.run("killall -CONT qemu-ga")
            }
            try wait(for: "all guests to be read again", within: .seconds(120)) {
                try statuses() == expected("ok")
            }
            #expect(try String(contentsOfFile: memory, encoding: .utf8).isEmpty)
        }

        @Test("list and set make one connection over ssh, in a session of its own")
        func overSSH() throws {
            let lab = try LibvirtLab.shared()
            try lab.web.bringAllOnline()
            defer { try? lab.web.bringAllOnline() }
            // In place of ssh: it writes its process, group and session, and runs here what sshd
            // would run there, where the daemon's socket is the host's.
            let log = lab.daemon.folder + "/ssh.log"
            let script = lab.daemon.folder + "/ssh"
            try """
            #!/bin/bash
            read -r pid _ _ _ group session _ </proc/self/stat
            echo "$$ $group $session" >>\(log)
            namespaces=(--mount)
            (( EUID == 0 )) || namespaces+=(--map-root-user)
            exec unshare "${namespaces[@]}" sh -c \\
              'mount --bind \(lab.daemon.folder)/run /run && exec virt-ssh-helper qemu:///system'
            """.write(toFile: script, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o700], ofItemAtPath: script)
            let uri = "qemu+ssh://host/system?command=\(script)"
            func connections(_ arguments: [String]) throws -> (Finished, [[Substring]]) {
                try? FileManager.default.removeItem(atPath: log)
                let finished = try Program.run(arguments + ["-c", uri], within: .seconds(120))
                let lines = try String(contentsOfFile: log, encoding: .utf8)
                    .split(separator: "\n").map { $0.split(separator: " ") }
                return (finished, lines)
            }

            let (listed, forList) = try connections(["list", "--json"])
            #expect(listed.status == 0, "\(listed.errors)")
            let report = try listed.report(ListReport.self)
            #expect(report.guests.map(\.agent.status) == ["ok", "ok"])
            #expect(report.guests.allSatisfy { $0.host != nil })
            #expect(forList.count == 1)
            let (set, forSet) = try connections(["set", "web", "--offline", "2"])
            #expect(set.status == 0, "\(set.errors)")
            #expect(try lab.web.onlineProcessors() == [0, 1, 3])
            #expect(forSet.count == 1)
            for ids in forList + forSet { #expect(Set(ids).count == 1, "\(ids)") }
        }
    }
}
