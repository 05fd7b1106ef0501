import Foundation
import LabSupport
import Testing

/// A change of vCPUs 1 to 3 that stands still after one of them, and its journal.
struct StalledChange {
    private let program: Child
    private let state: String

    /// Takes the vCPUs offline, and returns when the guest's agent was stopped in the middle.
    init(of guest: LibvirtGuest, uri: String, timeout: Int = 10) throws {
        state = try makeLabFolder()
        try guest.stallAgentAtNextChange()
        program = try Program.start(
            [
                "set", guest.name, "-c", uri, "--offline", "1-3", "--timeout", "\(timeout)",
                "--json",
            ], environment: ["XDG_STATE_HOME": state])
        try guest.waitForStalledAgent()
    }

    /// Waits for the end, and compares what the program and its journal say.
    func finish() throws -> (report: SetReport, status: Int32) {
        let finished = try program.finish(within: .seconds(240))
        let report = try finished.report(SetReport.self)
        let log = try Program.run(["log", "--json"], environment: ["XDG_STATE_HOME": state])
        let entry = try JSONSerialization.jsonObject(with: Data(log.output.utf8)) as? [String: Any]
        #expect(entry?["outcome"] as? String == report.outcome)
        #expect((entry?["planned"] as? [String: String])?["offline"] == "1-3")
        let after = entry?["after"] as? [String: Any]
        #expect(after?["online"] as? String == report.after?.online)
        return (report, finished.status)
    }

    /// Waits for the end, and holds what is said against the guest's kernel: an outcome that claims
    /// anything claims what is, and one that does not has no reading.
    @discardableResult
    func expectTruth(of guest: LibvirtGuest) throws -> SetReport {
        let (report, status) = try finish()
        if report.outcome == "unknown" {
            #expect(status == 3)
            #expect(report.after == nil)
        } else {
            try expectAgreement(of: report, status, with: guest.onlineProcessors())
        }
        return report
    }

    /// Removes the journal.
    func clean() { try? FileManager.default.removeItem(atPath: state) }
}
