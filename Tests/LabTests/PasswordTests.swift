import Foundation
import LabSupport
import Testing

/// A real libvirt that wants a name and a password (SASL) over TCP.
@Suite("Connections with a password", .serialized) actor PasswordTests {
    private nonisolated let thread = LabThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    private static let daemon = SharedLab {
        try LibvirtDaemon(.authenticated(name: "vault", user: "fred", password: "secret"))
    }

    private func uri(authFile: String? = nil) throws -> String {
        let uri = "qemu+tcp://127.0.0.1:\(try Self.daemon.get().port)/system"
        return authFile.map { "\(uri)?authfile=\($0)" } ?? uri
    }

    /// Writes libvirt's file of credentials, and returns its name.
    private func authFile(_ password: String?) throws -> String {
        let lines =
            ["[credentials-lab]", "authname=fred"] + (password.map { ["password=\($0)"] } ?? [])
            + ["", "[auth-libvirt-127.0.0.1]", "credentials=lab", ""]
        let file = "\(try Self.daemon.get().folder)/auth-\(password ?? "without").conf"
        try Data(lines.joined(separator: "\n").utf8).write(to: URL(filePath: file))
        return file
    }

    @Test("the right password of libvirt's auth file connects")
    func right() throws { try expectAnswer(of: uri(authFile: authFile("secret"))) }

    @Test("a wrong password is said to be wrong, and where it came from")
    func wrong() throws {
        let refused = try RefusedSource(uri(authFile: authFile("wrong")))
        #expect(refused.message.contains("authentication failed; the host does not accept"))
        #expect(refused.message.contains("authfile=FILE"))
    }

    @Test("without a password nothing is asked for, and the file that is missing is named")
    func without() throws {
        for uri in [try uri(), try uri(authFile: authFile(nil))] {
            let refused = try RefusedSource(uri)
            #expect(refused.message.contains("nothing is asked for here"))
            #expect(refused.message.contains("auth.conf"))
        }
        let missing = try RefusedSource(uri(authFile: "/nowhere/auth.conf"))
        #expect(missing.message == "the auth file /nowhere/auth.conf cannot be read")
    }

    @Test("nothing is asked for on a terminal either, under list and in the dashboard")
    func terminal() throws {
        let agent = try StagedAgent([0: .fixed, 1: .online])
        let sources = ["-c", "'\(try uri())'", "--agent", "near=\(agent.socket)"]
        let terminal = try Tmux(columns: 160)
        defer { try? terminal.stop() }
        try terminal.run(
            "clear; \(Program.path) list \(sources.joined(separator: " ")) --timeout 30; "
                + "echo status=$?")
        let listed = try terminal.waitFor("status=2", within: .seconds(60))
        #expect(!listed.contains { $0.contains("enter your") }, "\(listed)")

        let dashboard = try DashboardInTerminal(sources, showing: "near", columns: 160)
        defer { try? dashboard.terminal.stop() }
        try dashboard.terminal.waitFor("nothing is asked for here", within: .seconds(60))
        try dashboard.waitFor("2/2", inRowOf: "near")
        #expect(try !dashboard.terminal.screen().contains { $0.contains("enter your") })
    }
}
