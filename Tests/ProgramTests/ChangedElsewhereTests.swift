import Foundation
import GuestVCPU
import LabSupport
import Simulation
import Testing

/// What another hand changes during a change is reported, and left alone.
@Suite("A guest that another hand changes meanwhile")
struct ChangedElsewhereTests {
    /// Takes vCPUs 2 and 3 offline, while another hand changes vCPU 5, or 3.
    private func set(
        _ options: [String] = [], faults: [ScriptedFault]
    ) async throws -> (Finished, [String: Any], GuestVCPUs) {
        try await withSimulatedAgent(SimulatedGuest(count: 6)) { agent in
            await agent.script(faults)
            let finished = try await Program.finished(
                ["set", "g", "--agent", "g=\(agent.path)", "--offline", "2-3"] + options)
            let report =
                try? JSONSerialization.jsonObject(with: Data(finished.output.utf8))
                as? [String: Any]
            return (finished, report ?? [:], await agent.guest.maps)
        }
    }

    @Test("the JSON names it beside a committed change, and the text does")
    func committed() async throws {
        let faults = [ScriptedFault(.otherAdmin, at: .set, vcpu: 5)]
        let (finished, report, guest) = try await set(["--json"], faults: faults)
        #expect(finished.status == 0 && report["outcome"] as? String == "committed")
        #expect(report["changedElsewhere"] as? String == "5")
        #expect(guest.offline == [2, 3, 5])
        let (text, _, _) = try await set(faults: faults)
        #expect(text.status == 0)
        #expect(
            text.output
                == "g: committed: offline 2-3; online now: 0-1,4 of 0-5; changed elsewhere: 5\n")
    }

    @Test("a vCPU of the change that was not reached is not undone")
    func notReached() async throws {
        // The agent fails at its first entry, and so has not come to vCPU 3.
        let faults = [
            ScriptedFault(.error, at: .set),
            ScriptedFault(.otherAdmin, at: .get, number: 2, vcpu: 3),
        ]
        let (finished, report, guest) = try await set(["--json"], faults: faults)
        #expect(report["outcome"] as? String == "partial" && finished.status == 3)
        #expect(report["changedElsewhere"] as? String == "3")
        #expect((report["failure"] as? [String: Any])?["vcpu"] as? Int == 2)
        #expect(guest.offline == [3])
        let (text, _, _) = try await set(faults: faults)
        #expect(text.output.contains("changed elsewhere: 3"))
        #expect(text.errors.contains("note: offline now: 3; as before: 2"))
    }
}
