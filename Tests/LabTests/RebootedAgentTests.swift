import LabSupport
import Testing

/// The real agent of a guest whose kernel is another boot by the time that a part has failed.
@Suite actor RebootedAgentTests {
    private nonisolated let thread = LabThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    private static let boots = [
        "0b3f6a2e-5d1c-4b7a-9e1f-000000000001", "0b3f6a2e-5d1c-4b7a-9e1f-000000000002",
    ]

    @Test(
        "what was done before a reboot is not undone after it, and is undone where there was none",
        .timeLimit(.minutes(2)), arguments: [true, false])
    func reboot(isRebooted: Bool) throws {
        let agent = try StagedAgent(
            [0: .fixed, 1: .online, 2: .full, 3: .online], bootID: Self.boots[0])
        defer { try? agent.stop() }
        let relay = try Relay(in: agent.folder, to: agent.socket) {
            if isRebooted { try agent.setBootID(Self.boots[1]) }
        }
        let finished = try Program.run([
            "set", "web", "--agent", "web=\(relay.socket)", "--offline", "1-2", "--json",
        ])
        try relay.stop()
        let report = try finished.report(SetReport.self)
        if isRebooted {
            #expect(report.outcome == "partial" && finished.status == 3)
            #expect(report.failure?.message.hasPrefix("the guest was rebooted") == true)
            #expect(report.failure?.vcpu == nil)
            #expect(try agent.onlineFiles() == [3])
        } else {
            #expect(report.outcome == "rolledBack" && finished.status == 1)
            #expect(report.failure?.vcpu == 2)
            #expect(try agent.onlineFiles() == [1, 3])
        }
        // The list, the entry that failed by itself, and the undo where there is one.
        #expect(relay.sets.count == (isRebooted ? 2 : 3))
    }
}
