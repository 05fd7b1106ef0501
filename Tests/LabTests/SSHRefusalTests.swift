import LabSupport
import Testing

/// A real sshd and a real ssh that asks for nothing, before a real libvirt.
@Suite("Logins with ssh", .serialized) actor SSHRefusalTests {
    private nonisolated let thread = LabThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    private static let lab = SharedLab {
        let daemon = try LibvirtDaemon()
        return (daemon: daemon, server: try SSHServer(to: daemon))
    }

    @Test("a host's name in ssh's configuration and a port in the URI lead to the host")
    func nameAndPort() throws {
        let client = try SSHClient(of: Self.lab.get().server)
        try expectAnswer(of: client.uri)
        try expectAnswer(of: client.uriWithPort)
    }

    @Test("a host whose key is not known is refused, with the command that accepts it")
    func unknownHost() throws {
        let client = try SSHClient(of: Self.lab.get().server, host: .unknown)
        let refused = try RefusedSource(client.uri)
        #expect(refused.message.hasPrefix("ssh does not know the host's key"))
        #expect(refused.message.hasSuffix(": ssh kvm01"))
        #expect(try client.starts() == 1)
        let port = try RefusedSource(client.uriWithPort)
        #expect(port.message.hasSuffix(": ssh -p \(try Self.lab.get().server.port) 127.0.0.1"))
    }

    @Test("a host whose key has changed is refused, with the old key's place and no banner")
    func changedHost() throws {
        let client = try SSHClient(of: Self.lab.get().server, host: .another)
        let refused = try RefusedSource(client.uri)
        #expect(refused.message.hasPrefix("ssh refuses the host: its key is not the one in /tmp/"))
        #expect(refused.message.contains("/known:1; find out why"))
        #expect(refused.message.hasSuffix("ssh-keygen -R '\(client.knownName)'"))
        #expect(try client.starts() == 1)
    }

    @Test("a key with a passphrase is not asked for it, and serves once an agent holds it")
    func passphrase() throws {
        let client = try SSHClient(of: Self.lab.get().server, key: .protected)
        let refused = try RefusedSource(client.uri)
        #expect(refused.message.contains("Permission denied (publickey"))
        #expect(refused.message.contains("ssh-add"))
        #expect(refused.message.contains("'ssh -o BatchMode=yes kvm01 true' must succeed"))
        // Hosts that count refused logins count one.
        #expect(try client.starts() == 1)
        try client.withAgent { try expectAnswer(of: client.uri) }
    }

    @Test("a key that the host does not accept is one refused login")
    func strangeKey() throws {
        let client = try SSHClient(of: Self.lab.get().server, key: .strange)
        let refused = try RefusedSource(client.uri)
        #expect(refused.message.contains("root@127.0.0.1: Permission denied (publickey"))
        #expect(try client.starts() == 1)
    }

    @Test(
        "libssh and libssh2 are refused with the same advice, and reach a host that they know",
        arguments: ["libssh", "libssh2"])
    func library(transport: String) throws {
        let server = try Self.lab.get().server
        let known = try SSHClient(of: server)
        try expectAnswer(of: known.uri(ofTransport: transport))

        let unknown = try SSHClient(of: server, host: .unknown)
        let refused = try RefusedSource(unknown.uri(ofTransport: transport))
        #expect(refused.message.contains("own known hosts"))
        #expect(
            refused.message.hasSuffix(": virsh -c '\(unknown.uri(ofTransport: transport))' version")
        )

        let changed = try SSHClient(of: server, host: .another)
        let warned = try RefusedSource(changed.uri(ofTransport: transport))
        #expect(warned.message.hasPrefix("ssh refuses the host: its key is not the one in /tmp/"))
        #expect(warned.message.contains("ssh-keygen -R '\(changed.knownName)' -f /tmp/"))

        for key in [SSHClient.Key.protected, .strange] {
            let client = try SSHClient(of: server, key: key)
            let before = server.refusals
            let denied = try RefusedSource(client.uri(ofTransport: transport))
            #expect(denied.message.contains("ssh-add"), "\(denied.message)")
            // Hosts that count refused logins count one. sshd writes on its own time.
            try wait(for: "sshd's line: \(server.log)") { server.refusals > before }
            #expect(server.refusals == before + 1, "\(server.log)")
            withExtendedLifetime(client) {}
        }
        // Their files go with them.
        withExtendedLifetime([known, unknown, changed]) {}
    }

    @Test("a port where no sshd listens, and a host without an address, are named by ssh's words")
    func nowhere() throws {
        let client = try SSHClient(of: Self.lab.get().server)
        let command = "command=\(client.program)"
        let port = try FreePort.find()
        let refused = try RefusedSource("qemu+ssh://127.0.0.1:\(port)/system?\(command)")
        #expect(refused.message.contains("connect to host 127.0.0.1 port \(port)"))
        let lost = try RefusedSource("qemu+ssh://host.invalid/system?\(command)")
        #expect(lost.message.contains("Could not resolve hostname host.invalid"))
    }

    @Test("ssh asks nothing on a terminal, neither under list nor over the dashboard")
    func terminal() throws {
        let server = try Self.lab.get().server
        let protected = try SSHClient(of: server, key: .protected)
        let unknown = try SSHClient(of: server, host: .unknown)
        let agent = try StagedAgent([0: .fixed, 1: .online])
        let sources = [
            "-c", "'\(protected.uri)'", "-c", "'\(unknown.uri)'",
            "--agent", "near=\(agent.socket)",
        ]
        let terminal = try Tmux()
        defer { try? terminal.stop() }
        try terminal.run(
            "clear; \(Program.path) list \(sources.joined(separator: " ")) --timeout 30; "
                + "echo status=$?")
        let listed = try terminal.waitFor("status=2", within: .seconds(60))
        #expect(!listed.contains { $0.contains("passphrase for") || $0.contains("(yes/no") })

        let dashboard = try DashboardInTerminal(sources, showing: "near", columns: 160)
        defer { try? dashboard.terminal.stop() }
        try dashboard.terminal.waitFor("Permission denied", within: .seconds(60))
        try dashboard.terminal.waitFor("ssh does not know the host's key", within: .seconds(60))
        // A prompt waits below what it has painted over; a second login comes with the back-off.
        let before = try protected.starts()
        try wait(for: "another login", within: .seconds(60)) {
            try protected.starts() > before
        }
        try dashboard.waitFor("2/2", inRowOf: "near")
        let screen = try dashboard.terminal.screen()
        #expect(!screen.contains { $0.contains("passphrase for") || $0.contains("(yes/no") })
        #expect(screen.first?.hasPrefix("vcputop") == true, "\(screen)")
        try dashboard.press("q")
        #expect(try dashboard.exitStatus() == 0)
        #expect(try dashboard.damage() == [])
    }
}
