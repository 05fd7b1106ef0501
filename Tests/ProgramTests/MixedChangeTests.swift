import GuestVCPU
import LabSupport
import Monitoring
import QEMUHost
import Simulation
import Testing

/// A change in both directions is one list, and an agent gets it in one piece.
@Suite("A mixed change")
struct MixedChangeTests {
    private static let online: CPUMap = [4, 5]
    private static let offline: CPUMap = [1, 2]

    @Test("the command set sends both directions in one guest-set-vcpus")
    func command() async throws {
        try await checkWhatIsSent { agent in
            let finished = try await Program.finished([
                "set", "g", "--agent", "g=\(agent.path)", "--online", "\(Self.online)",
                "--offline", "\(Self.offline)",
            ])
            #expect(finished.status == 0, "\(finished)")
        }
    }

    @Test("the dashboard's runner sends both directions in one guest-set-vcpus")
    func dashboard() async throws {
        try await checkWhatIsSent { agent in
            let fleet = FleetMonitor(
                sources: [AgentSocketSource(guestName: "g", agentPath: agent.path)])
            await fleet.start()
            let guest = try #require(await fleet.settled().guests.first)
            let result = await fleet.commit(
                try ChangeRequest(online: Self.online, offline: Self.offline), to: guest.id,
                reviewed: guest.vcpus, policy: .rollBack)
            await fleet.stop()
            #expect(result?.outcome == .committed)
        }
    }

    private func checkWhatIsSent(_ change: (SimulatedAgent) async throws -> Void) async throws {
        let vcpus = (0..<6).map { SimulatedVCPU(id: $0, isOnline: $0 < 4, isOfflinable: $0 > 0) }
        try await withSimulatedAgent(SimulatedGuest(vcpus: vcpus)) { agent in
            try await change(agent)
            #expect(await agent.guest.maps.online == [0, 3, 4, 5])
            #expect(await agent.commands.count { $0 == .setVCPUs } == 1)
        }
    }
}
