import Foundation
import LabSupport
import Testing

/// A real libvirt whose socket is open to all users, and a real polkit that it asks about them.
@Suite("Users that polkit decides about", .serialized) actor PolkitTests {
    private nonisolated let thread = LabThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    private static let daemon = SharedLab {
        let daemon = try LibvirtDaemon(.polkit)
        // Whether its agent runs does not matter to who may ask it.
        try LibvirtGuest("web", of: daemon, processors: 1, memory: 96).start()
        return daemon
    }

    /// Lists as an ordinary user.
    private func list() throws -> (report: ListReport, status: Int32) {
        let finished = try Program.run(
            ["list", "-c", "qemu:///system", "--json", "--timeout", "30"],
            besideProcess: Self.daemon.get().pid(), isOrdinaryUser: true, within: .seconds(60))
        return (try finished.report(ListReport.self), finished.status)
    }

    /// Has polkit decide by a rule of its own language, nil for libvirt's own policy.
    private func rule(_ rule: String?) throws {
        let file = "\(try Self.daemon.get().folder)/run/rules/10-lab.rules"
        try? FileManager.default.removeItem(atPath: file)
        guard let rule else { return }
        let text = "polkit.addRule(function(action, subject) { \(rule) });\n"
        // polkitd reads the folder whenever it changes.
        try Data(text.utf8).write(to: URL(filePath: file), options: .atomic)
    }

    @Test("a user that would be asked for a password sees the host's side, and what to do")
    func asked() throws {
        try rule(nil)
        try wait(for: "libvirt's own policy", within: .seconds(30)) {
            try list().report.guests.first?.agent.status == "denied"
        }
        let (report, status) = try list()
        #expect(status == 0)
        let web = try #require(report.guests.first)
        #expect(web.state == "running")
        #expect(web.host?.vcpus.count == 1)
        let message = web.agent.message ?? ""
        #expect(message.contains("no polkit agent available"), "\(message)")
        #expect(message.contains("nothing is asked for here: join the group"), "\(message)")

        let set = try Program.run(
            ["set", "web", "--offline", "1", "-c", "qemu:///system", "--json", "--no-journal"],
            besideProcess: Self.daemon.get().pid(), isOrdinaryUser: true)
        let change = try set.report(SetReport.self)
        #expect(change.outcome == "refused" && set.status == 1)
        #expect(change.reasons.map(\.code) == ["readOnly"])
    }

    @Test("a user that polkit refuses altogether is told so, and has no guests")
    func refused() throws {
        try rule("return polkit.Result.NO;")
        defer { try? rule(nil) }
        try wait(for: "the rule", within: .seconds(30)) { try list().status == 2 }
        let (report, _) = try list()
        #expect(report.guests.isEmpty)
        let message = report.sources.first?.message ?? ""
        #expect(message.contains("access denied by policy; join the group"), "\(message)")
    }

    @Test("a user that a rule allows has all of it")
    func allowed() throws {
        try rule(
            "if (action.id == 'org.libvirt.unix.manage') return polkit.Result.YES;")
        defer { try? rule(nil) }
        try wait(for: "the rule", within: .seconds(30)) {
            let status = try list().report.guests.first?.agent.status
            return status != nil && status != "denied"
        }
    }
}
