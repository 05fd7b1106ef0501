import Foundation
import GuestVCPU
import LabSupport
import Simulation

/// Simulated agents by the names of their guests, on sockets in one folder.
struct SimulatedAgents {
    private(set) var agents: [String: SimulatedAgent] = [:]
    private let folder: String

    init(_ guests: [String: SimulatedGuest], faults: [ScriptedFault] = []) async throws {
        folder = "/tmp/vcputop-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        let start = ContinuousClock.now
        for (name, guest) in guests {
            let agent = try SimulatedAgent(
                guest, path: "\(folder)/\(name).sock", faults: faults,
                elapsed: { start.duration(to: .now) })
            await agent.start()
            agents[name] = agent
        }
    }

    func stop() async {
        for agent in agents.values { await agent.stop() }
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// A file that goes with the agents.
    func file(_ name: String) -> String { "\(folder)/\(name)" }

    /// The options that name all of them.
    var options: [String] {
        agents.keys.sorted().flatMap { ["--agent", "\($0)=\(agents[$0]?.path ?? "")"] }
    }

    /// How many sets all of them got.
    var sets: Int {
        get async {
            var count = 0
            for agent in agents.values {
                count += await agent.commands.count { $0 == .setVCPUs }
            }
            return count
        }
    }

    /// How many commands all of them got.
    var commands: Int {
        get async {
            var count = 0
            for agent in agents.values { count += await agent.commands.count }
            return count
        }
    }

    /// How many of them stop where a test wants.
    var pausing: Int {
        get async {
            var count = 0
            for agent in agents.values where await agent.isPausing { count += 1 }
            return count
        }
    }

    /// The vCPUs that are online in a guest, whatever its agent says.
    func online(_ name: String) async -> CPUMap? { await agents[name]?.guest.maps.online }

    func resume() async {
        for agent in agents.values { await agent.resume() }
    }
}

/// Serves simulated agents while something is done with them.
func withSimulatedAgents<Value>(
    _ guests: [String: SimulatedGuest], faults: [ScriptedFault] = [],
    isolation: isolated (any Actor)? = #isolation,
    _ body: (SimulatedAgents) async throws -> Value
) async throws -> Value {
    let agents = try await SimulatedAgents(guests, faults: faults)
    do {
        let value = try await body(agents)
        await agents.stop()
        return value
    } catch {
        await agents.stop()
        throw error
    }
}
