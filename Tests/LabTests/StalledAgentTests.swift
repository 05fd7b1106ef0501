import Foundation
import LabSupport
import Testing

/// The real agent, stopped between its answer to the sync and the set.
///
/// What the program says then is held, ten seconds later, against the guest's own files: it may
/// say that it does not know, and nothing that is not so.
@Suite actor StalledAgentTests {
    private nonisolated let thread = LabThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    @Test("an agent that goes on too late leaves an unknown outcome", .timeLimit(.minutes(2)))
    func tooLate() throws {
        let agent = try StagedAgent([0: .fixed, 1: .online, 2: .offline, 3: .online])
        defer { try? agent.stop() }
        let relay = try Relay(in: agent.folder, to: agent.socket) { try agent.stall() }
        let finished = try Program.run([
            "set", "web", "--agent", "web=\(relay.socket)", "--offline", "1", "--online", "2",
            "--timeout", "1", "--json",
        ])
        #expect(try agent.onlineFiles() == [1, 3])
        try agent.resume()
        try relay.stop()

        let report = try finished.report(SetReport.self)
        #expect(report.outcome == "unknown")
        #expect(finished.status == 3)
        #expect(report.after == nil)
        #expect(relay.sets.count == 1)
        letTenSecondsPass()
        // Done late or not at all; the program claimed neither.
        let files = try agent.onlineFiles()
        #expect(files == [2, 3] || files == [1, 3])
    }

    @Test(
        "an agent that goes on in time is read again, and what it did late is known",
        .timeLimit(.minutes(2)))
    func inTime() throws {
        let agent = try StagedAgent([0: .fixed, 1: .online, 2: .offline, 3: .online])
        defer { try? agent.stop() }
        let relay = try Relay(in: agent.folder, to: agent.socket) { try agent.stall() }
        let program = try Program.start([
            "set", "web", "--agent", "web=\(relay.socket)", "--offline", "1", "--online", "2",
            "--timeout", "2", "--json",
        ])
        try relay.waitForGivenUpSet(within: .seconds(30))
        try agent.resume()
        let finished = try program.finish(within: .seconds(60))
        try relay.stop()

        let report = try finished.report(SetReport.self)
        letTenSecondsPass()
        try expectAgreement(of: report, finished.status, with: agent.onlineFiles().union([0]))
    }
}

/// Time in which a set that was given up on may still be carried out.
func letTenSecondsPass() {
    Thread.sleep(forTimeInterval: 10)
}

/// Expects that a report which claims to know is right about what is online in the guest.
func expectAgreement(
    of report: SetReport, _ status: Int32, with online: Set<Int>,
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let before = ids(try #require(report.before, sourceLocation: sourceLocation).online)
    let asked = before.union(ids(report.requested.online))
        .subtracting(ids(report.requested.offline))
    let expected: (Set<Int>, Int32)? =
        switch report.outcome {
        case "committed": (asked, 0)
        case "failed", "rolledBack": (before, 1)
        case "partial": (ids(report.after?.online ?? ""), 3)
        default: nil
        }
    let (set, exitStatus) = try #require(
        expected, "outcome \(report.outcome) of a guest that can be read",
        sourceLocation: sourceLocation)
    #expect(online == set, "\(report.outcome)", sourceLocation: sourceLocation)
    #expect(status == exitStatus, "\(report.outcome)", sourceLocation: sourceLocation)
    #expect(report.after?.online == list(online), sourceLocation: sourceLocation)
}
