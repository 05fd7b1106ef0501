import Foundation
import GuestVCPU
import LabSupport
import Simulation
import Testing

/// A guest that reboots during a change may number its vCPUs differently afterwards.
@Suite("A guest that reboots during a change")
struct RebootTests {
    @Test(
        "nothing is undone, and text and JSON say why",
        arguments: [ScriptedFault.Step.set, .get], [true, false])
    func partial(step: ScriptedFault.Step, keepsChange: Bool) async throws {
        for options in [[], ["--json"]] {
            try await withSimulatedAgent(SimulatedGuest(count: 6)) { agent in
                await agent.script([
                    ScriptedFault(
                        keepsChange ? .rebootAfter : .reboot, at: step,
                        number: step == .get ? 2 : 1)
                ])
                let finished = try await Program.finished(
                    ["set", "g", "--agent", "g=\(agent.path)", "--offline", "2-3"] + options)
                // The reboot brought everything online; that is as before by the states alone.
                #expect(finished.status == 3, "\(finished)")
                #expect(await agent.commands.count { $0 == .setVCPUs } == 1)
                if options.isEmpty {
                    #expect(finished.output.hasPrefix("g: partial: "))
                    #expect(finished.errors.contains("the guest was rebooted during the change"))
                } else {
                    let report = try #require(
                        JSONSerialization.jsonObject(with: Data(finished.output.utf8))
                            as? [String: Any])
                    #expect(report["outcome"] as? String == "partial")
                    let failure = report["failure"] as? [String: Any]
                    #expect(failure?["vcpu"] is NSNull)
                    #expect(
                        (failure?["message"] as? String)?.hasPrefix("the guest was rebooted")
                            == true)
                }
            }
        }
    }

    @Test("a guest that is as asked after its reboot is committed")
    func committed() async throws {
        let vcpus = (0..<4).map { SimulatedVCPU(id: $0, isOnline: $0 < 2, isOfflinable: $0 > 0) }
        try await withSimulatedAgent(SimulatedGuest(vcpus: vcpus)) { agent in
            await agent.script([ScriptedFault(.reboot, at: .set)])
            let finished = try await Program.finished([
                "set", "g", "--agent", "g=\(agent.path)", "--online", "2-3",
            ])
            #expect(finished.status == 0 && finished.output.hasPrefix("g: committed: "))
        }
    }
    @Test("a change asks for the boot before and after, and a dry run, which compares none, never")
    func boots() async throws {
        for (options, boots) in [([], 2), (["--dry-run"], 0)] {
            try await withSimulatedAgent(SimulatedGuest(count: 4)) { agent in
                let finished = try await Program.finished(
                    ["set", "g", "--agent", "g=\(agent.path)", "--offline", "3"] + options)
                #expect(finished.status == 0, "\(finished)")
                #expect(await agent.commands.count { $0 == .openFile } == boots)
            }
        }
    }
}
