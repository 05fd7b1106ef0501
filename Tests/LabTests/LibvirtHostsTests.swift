import LabSupport
import Testing

/// The second host, whose guest has two vCPUs.
private let secondHost = SharedLab {
    let daemon = try LibvirtDaemon()
    let web = try LibvirtGuest("web", of: daemon, processors: 2)
    try LibvirtGuest.start(web)
    return (daemon, web)
}

extension LibvirtTests {
    /// Two hosts at once, with a guest of the same name on each.
    @Suite(.serialized, .ending(secondHost)) actor HostsTests {
        private nonisolated let thread = LabThread()
        nonisolated var unownedExecutor: UnownedSerialExecutor {
            thread.asUnownedSerialExecutor()
        }

        @Test("guests of two hosts are listed together, and told apart by their sources")
        func together() throws {
            let lab = try LibvirtLab.shared()
            let (daemon, web) = try secondHost.get()
            try lab.web.bringAllOnline()
            let connections = ["-c", lab.daemon.uri, "-c", daemon.uri]
            let report = try listed(connections, status: 0)
            #expect(
                Set(report.guests.map { "\($0.source)/\($0.name)" })
                    == ["\(lab.daemon.uri)/web", "\(lab.daemon.uri)/db", "\(daemon.uri)/web"])

            let ambiguous = try Program.run(["set", "web", "--offline", "1"] + connections)
            #expect(ambiguous.status == 2)
            #expect(ambiguous.errors.contains("\(lab.daemon.uri)/web"))
            #expect(ambiguous.errors.contains("\(daemon.uri)/web"))
            #expect(try web.onlineProcessors() == [0, 1])

            let named = try Program.run(
                ["set", "\(daemon.uri)/web", "--offline", "1"] + connections)
            #expect(named.status == 0)
            defer { try? web.bringAllOnline() }
            #expect(try web.onlineProcessors() == [0])
            #expect(try lab.web.onlineProcessors() == [0, 1, 2, 3])
        }

        @Test("a host that is down is said, and the other one's guests are there")
        func down() throws {
            let lab = try LibvirtLab.shared()
            let (daemon, _) = try secondHost.get()
            let connections = ["-c", daemon.uri, "-c", lab.daemon.uri]
            let dashboard = try DashboardInTerminal(connections, showing: "2/2")
            defer { try? dashboard.terminal.stop() }
            try dashboard.waitFor("ok", inRowOf: "db")

            try daemon.kill()
            defer { try? daemon.restart() }
            let report = try listed(connections, status: 2)
            #expect(Set(report.guests.map(\.name)) == ["web", "db"])
            #expect(report.guests.allSatisfy { $0.source == lab.daemon.uri })
            #expect(report.sources.map(\.name) == [daemon.uri, lab.daemon.uri])
            #expect(report.sources.map(\.status) == ["failed", "ok"])
            #expect(report.sources[0].message?.isEmpty == false)

            try dashboard.terminal.waitFor("one of two to be down", within: .seconds(30)) { _ in
                let rows = try dashboard.rows(of: "web")
                return rows.count == 2 && rows[0].contains(" down ") && rows[1].contains(" ok ")
            }
            try dashboard.waitFor("ok", inRowOf: "db")
            try daemon.restart()
            try dashboard.terminal.waitFor("both to be read", within: .seconds(60)) { _ in
                let rows = try dashboard.rows(of: "web")
                return rows.count == 2 && rows.allSatisfy { $0.contains(" ok ") }
            }
        }

        private func listed(_ connections: [String], status: Int32) throws -> ListReport {
            let finished = try Program.run(["list", "--json"] + connections)
            #expect(finished.status == status)
            return try finished.report(ListReport.self)
        }
    }
}
