import LabSupport
import Testing

/// A processor plugged in while the guest runs. Plugging cannot be taken back, so this guest is
/// the suite's own; its QEMU does not name its threads.
@Suite(.serialized) actor HotplugTests {
    private nonisolated let thread = LabThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    @Test("a processor plugged in arrives offline, and is brought online by the program")
    func hotplug() throws {
        let guest = try MicroGuest(namingThreads: false)
        defer { try? guest.stop() }
        #expect(try guest.plugProcessor() == 4)
        #expect(try guest.processors()[4] == .offline)

        let sources = [
            "--agent", "micro=\(guest.agentSocket)", "--qmp", "micro=\(guest.qmpSocket)",
        ]
        let listed = try Program.run(["list", "--json"] + sources)
        let row = try #require(try listed.report(ListReport.self).guests.first)
        #expect(row.guest == Maps(vcpus: "0-4", online: "0-3", offlinable: "1-4"))
        let host = try #require(row.host)
        #expect(host.vcpus.map(\.id) == [0, 1, 2, 3, 4])
        let threads = try guest.threads()
        #expect(host.vcpus.map(\.thread) == (0...4).map { threads[$0] })

        let set = try Program.run(["set", "micro", "--online", "4", "--json"] + sources)
        #expect(set.status == 0)
        #expect(try set.report(SetReport.self).after?.online == "0-4")
        #expect(try guest.processors()[4] == .online)
    }
}
