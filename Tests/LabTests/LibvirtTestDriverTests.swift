import Foundation
import LabSupport
import Testing

/// libvirt's test driver, which has domains and no agents, and runs inside of the program.
@Suite("A fleet of libvirt's test driver")
struct LibvirtTestDriverTests {
    private let log = "/tmp/vcputop-\(UUID().uuidString)"

    /// How many calls of this name the log has.
    private func calls(_ name: String) throws -> Int {
        try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n")
            .count { $0.hasSuffix("calling \(name)") }
    }

    @Test("2,000 domains that no agent can be asked of take one connection and one question")
    func fleet() throws {
        let fleet = "/tmp/vcputop-\(UUID().uuidString).xml"
        defer { for path in [fleet, log] { try? FileManager.default.removeItem(atPath: path) } }
        let domains = (1...2_000).map { number in
            """
            <domain type='test'><name>vm\(number)</name><memory>1048576</memory><vcpu>4</vcpu>
            <os><type>hvm</type></os></domain>
            """
        }
        let text = "<node>\n\(domains.joined(separator: "\n"))\n</node>\n"
        try text.write(toFile: fleet, atomically: true, encoding: .utf8)

        // Opening it takes as long as reading the file, which is seconds on a busy machine.
        let finished = try Program.run(
            [
                "list", "--json", "-c", "test://\(fleet)", "--timeout", "60", "--debug-log", log,
            ],
            within: .seconds(120))
        #expect(finished.status == 0)
        let guests = try finished.report(ListReport.self).guests
        #expect(guests.count == 2_000)
        #expect(Set(guests.map(\.agent.status)) == ["unsupported"])
        #expect(Set(guests.map(\.state)) == ["running"])
        // The driver reads the whole file for each connection.
        #expect(try calls("virConnectOpenAuth") == 1)
        #expect(try calls("virDomainGetGuestVcpus") == 1)
    }

    @Test("a watched host is asked for its side once an interval")
    func watching() throws {
        defer { try? FileManager.default.removeItem(atPath: log) }
        let watch = try Program.start([
            "list", "--watch", "--json", "--interval", "0.2", "-c", "test:///default",
            "--debug-log", log,
        ])
        var first = 0
        // A call that takes longer than the interval is not made again for the next line.
        try wait(for: "calls", within: .seconds(60)) {
            _ = try watch.line(within: .seconds(30))
            first += 1
            return try calls("virConnectGetAllDomainStats") > 5
        }
        try watch.signal(SIGTERM)
        // It may have printed more than was read.
        let rest = try watch.finish(within: .seconds(30)).output
        let lines = first + rest.split(separator: "\n").count
        // One at the start, and one may have begun for the next line.
        let asked = try calls("virConnectGetAllDomainStats")
        #expect(asked >= 6 && asked <= lines + 2, "\(asked)")
    }
}
