import LabSupport
import Testing

/// A real libvirt behind TLS, with certificates made for it.
@Suite("Connections with TLS", .serialized) actor TLSTests {
    private nonisolated let thread = LabThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    private struct Lab {
        let certificates: Certificates
        let daemon: LibvirtDaemon

        func uri(_ client: Certificates.Client = .good, host: String = "127.0.0.1") -> String {
            "qemu+tls://\(host):\(daemon.port)/system?pkipath=\(certificates.folder(of: client))"
        }

        /// Has the daemon start again, with a certificate.
        func restart(with server: Certificates.Server) throws {
            try daemon.kill()
            try certificates.use(server)
            try daemon.restart()
        }
    }

    private static let lab = SharedLab {
        let certificates = try Certificates()
        return Lab(
            certificates: certificates,
            daemon: try LibvirtDaemon(
                .encrypted(name: "sealed", certificates: certificates.folder)))
    }

    @Test("certificates of one authority connect")
    func good() throws { try expectAnswer(of: Self.lab.get().uri()) }

    @Test(
        "a client's certificate that cannot serve is named, and so is a host of another authority",
        arguments: [
            (Certificates.Client.without, "refused this client's certificate, or there is none"),
            (.expired, "clientcert.pem has expired"),
            (.stranger, "The certificate hasn't got a known issuer"),
            (.distrustful, "The certificate hasn't got a known issuer"),
        ])
    func client(_ client: Certificates.Client, words: String) throws {
        let lab = try Self.lab.get()
        let refused = try RefusedSource(lab.uri(client))
        #expect(refused.message.contains(words), "\(refused.message)")
        if client == .without || client == .expired {
            let file = "\(lab.certificates.folder(of: client))/clientcert.pem"
            #expect(refused.message.contains(file), "\(refused.message)")
        }
    }

    @Test("a folder without an authority's certificate is named")
    func withoutAuthority() throws {
        let lab = try Self.lab.get()
        let refused = try RefusedSource(
            "qemu+tls://127.0.0.1:\(lab.daemon.port)/system?pkipath=/no")
        #expect(refused.message.contains("/no/cacert.pem"))
    }

    @Test("a host's certificate for another name, or one that has expired, is said as such")
    func server() throws {
        let lab = try Self.lab.get()
        defer { try? lab.restart(with: .good) }
        try lab.restart(with: .wrongName)
        #expect(
            try RefusedSource(lab.uri()).message.hasPrefix(
                "Certificate [session] owner does not match the hostname 127.0.0.1 ("))
        // Where the user has libvirt's log go elsewhere, the reason is there.
        let elsewhere = try RefusedSource(
            lab.uri(), environment: ["LIBVIRT_LOG_OUTPUTS": "4:file:/dev/null"])
        #expect(elsewhere.message.contains("virsh -c '\(lab.uri())' version"))

        try lab.restart(with: .expired)
        let expired = try RefusedSource(lab.uri()).message
        #expect(expired.contains("The certificate is not trusted."), "\(expired)")
        #expect(expired.contains("it has expired"), "\(expired)")

        let agent = try StagedAgent([0: .fixed, 1: .online])
        let dashboard = try DashboardInTerminal(
            ["-c", "'\(lab.uri())'", "--agent", "near=\(agent.socket)"], showing: "near",
            columns: 160)
        defer { try? dashboard.terminal.stop() }
        try dashboard.terminal.waitFor("The certificate is not trusted", within: .seconds(60))
        try dashboard.waitFor("2/2", inRowOf: "near")
        try dashboard.press("i")
        try dashboard.terminal.waitFor("SOURCES")
        try dashboard.terminal.waitFor("Most often it has expired")
        // The page follows the host, whose certificate is renewed.
        try lab.restart(with: .good)
        try dashboard.terminal.waitFor("both to answer", within: .seconds(90)) { screen in
            screen.count { $0.hasSuffix("answers") || $0.contains(" answers ") } == 2
        }
    }
}
