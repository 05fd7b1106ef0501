import Foundation
import LabSupport
import Testing

extension OwnDaemonTests {
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
    }
}
