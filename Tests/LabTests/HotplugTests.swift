import LabSupport
import Testing

/// Processors plugged in while the guest runs. Plugging cannot be taken back, so these guests are
/// each test's own; their QEMU does not name its threads.
@Suite(.serialized, .guestMayHang) actor HotplugTests {
    private nonisolated let thread = LabThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    @Test("a processor plugged in arrives offline, and is brought online from the grid")
    func arrival() throws {
        let guest = try MicroGuest(namingThreads: false)
        defer { try? guest.stop() }
        let sources = [
            "--agent", "micro=\(guest.agentSocket)", "--qmp", "micro=\(guest.qmpSocket)",
        ]
        let dashboard = try DashboardInTerminal(sources, showing: "4/4")
        defer { try? dashboard.terminal.stop() }

        #expect(try guest.plugProcessor() == 4)
        #expect(try guest.processors()[4] == .offline)
        try dashboard.waitFor("4/5", inRowOf: "micro")
        let row = try listed(sources)
        #expect(row.guest == Maps(vcpus: "0-4", online: "0-3", offlinable: "1-4"))
        let host = try #require(row.host)
        #expect(host.vcpus.map(\.id) == [0, 1, 2, 3, 4])
        let threads = try guest.threads()
        #expect(host.vcpus.map(\.thread) == (0...4).map { threads[$0] })

        // It never ran the guest's kernel, so its thread has used next to nothing.
        let time = try #require(host.vcpus.last?.timeNanoseconds)
        #expect(time <= 50_000_000, "\(time)")
        try dashboard.waitFor("5/6", inRowOf: "micro", within: .seconds(30))
        try dashboard.press(":", "+hot")
        try dashboard.terminal.waitFor("marks online 4")
        try dashboard.press("Enter", "c")
        try dashboard.terminal.waitFor("online 4")
        try dashboard.commit(expecting: "committed")
        #expect(try guest.processors()[4] == .online)
        try dashboard.press("Escape")
        try dashboard.waitFor("5/5", inRowOf: "micro")
    }

    @Test("no host time is shown for a guest vCPU that is another's")
    func pairing() throws {
        let guest = try MicroGuest(namingThreads: false)
        defer { try? guest.stop() }
        let sources = [
            "--agent", "micro=\(guest.agentSocket)", "--qmp", "micro=\(guest.qmpSocket)",
        ]
        // The last slot first: the guest numbers as they come, QEMU by the slot.
        for (slot, id) in [(5, 4), (4, 5)] {
            #expect(try guest.plugProcessor(intoLastSlot: slot == 5) == id)
            #expect(try guest.slot(ofProcessor: id) == slot)
            let row = try listed(sources)
            #expect(row.guest?.vcpus == "0-\(id)")
            for vcpu in try #require(row.host).vcpus {
                guard let paired = vcpu.guestID else { continue }
                #expect(try guest.slot(ofProcessor: paired) == vcpu.id, "host vCPU \(vcpu.id)")
            }
        }
    }

    private func listed(_ sources: [String]) throws -> ListReport.Guest {
        let listed = try Program.run(["list", "--json"] + sources)
        #expect(listed.status == 0)
        return try #require(try listed.report(ListReport.self).guests.first)
    }
}
