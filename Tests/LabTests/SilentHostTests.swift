import Foundation
import Glibc
import LabSupport
import Testing

@Suite actor SilentHostTests {
    private nonisolated let thread = LabThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    @Test("list and set do not wait for ever for a daemon that never says a word, and say so")
    func silent() throws {
        let socket = try SilentSocket()
        let agent = try StagedAgent([0: .fixed, 1: .online])
        let sources = [
            "-c", "qemu+unix:///system?socket=\(socket.path)", "--agent", "web=\(agent.socket)",
        ]
        let set = try Program.start(["set", "web", "--offline", "1", "--json"] + sources)
        let listed = try Program.run(["list", "--json"] + sources, within: .seconds(60))
        #expect(listed.status == 2)
        #expect(listed.errors.contains("no answer within 10 s"))
        let report = try listed.report(ListReport.self)
        #expect(report.sources.map(\.status) == ["failed", "ok"])
        #expect(report.guests.map(\.agent.status) == ["ok"])

        // The guest that is meant might be the silent daemon's.
        let change = try set.finish(within: .seconds(60))
        #expect(change.status == 2)
        #expect(try change.report(SetReport.self).outcome == "unreachable")
        #expect(
            change.errors.contains(socket.path) && change.errors.contains("no answer within 10 s"))
    }

    @Test(
        "interrupted while it looks for the guest, set ends at once with nothing sent",
        arguments: [(SIGINT, 130), (SIGTERM, 143), (SIGHUP, 129)] as [(Int32, Int32)])
    func interrupted(_ signal: Int32, _ status: Int32) throws {
        let socket = try SilentSocket()
        let agent = try StagedAgent([0: .fixed, 1: .online])
        defer { try? agent.stop() }
        let relay = try Relay(in: agent.folder, to: agent.socket)
        let set = try Program.start([
            "set", "web", "--offline", "1", "--timeout", "600", "--agent", "web=\(relay.socket)",
            "-c", "qemu+unix:///system?socket=\(socket.path)",
        ])
        try wait(for: "the daemon's socket to be connected") {
            let folder = "/proc/\(set.pid)/fd"
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            return names.contains {
                let target = try? FileManager.default.destinationOfSymbolicLink(
                    atPath: "\(folder)/\($0)")
                return target?.hasPrefix("socket:") == true
            }
        }
        try set.signal(signal)
        let finished = try set.finish(within: .seconds(20))
        try relay.stop()
        #expect(finished.status == status, "\(finished)")
        #expect(finished.errors.contains("interrupted before anything was sent"), "\(finished)")
        #expect(relay.sets.isEmpty)
        #expect(try agent.onlineFiles() == [1])
    }
}
