import Foundation
import Glibc
import GuestVCPU
import LabSupport
import Simulation
import Testing

/// A simulated guest of six vCPUs whose agent stops where a test wants, on a socket that the
/// program under test is pointed at.
struct HeldChange {
    let agent: SimulatedAgent
    private let folder: String

    /// Starts an agent with these faults.
    init(
        _ faults: [ScriptedFault], guest: SimulatedGuest = SimulatedGuest(count: 6)
    ) async throws {
        folder = "/tmp/vcputop-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        let start = ContinuousClock.now
        agent = try SimulatedAgent(
            guest, path: "\(folder)/a.sock", faults: faults,
            elapsed: { start.duration(to: .now) })
        await agent.start()
    }

    func stop() async {
        await agent.stop()
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// A file that goes with the agent.
    func file(_ name: String) -> String { "\(folder)/\(name)" }

    /// What takes vCPUs 2 and 3 offline.
    var arguments: [String] {
        ["set", "web", "--agent", "web=\(agent.path)", "--offline", "2-3", "--timeout", "30"]
    }

    /// Starts `set`, as the child of some command.
    func start(under command: [String] = []) throws -> Child {
        try Child(command + [Program.path] + arguments)
    }

    /// Waits until the agent stops where the test wants.
    func waitUntilHeld() async throws {
        try await wait(for: "the agent to stop") { await agent.isPausing }
    }

    func wait(
        for what: String, until condition: () async throws -> Bool
    ) async throws {
        let deadline = ContinuousClock.now + .seconds(30)
        while try await !condition() {
            guard ContinuousClock.now < deadline else { throw LabError.late(what) }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// The vCPUs that are offline in the guest, whatever its agent says.
    var offline: CPUMap {
        get async { await agent.guest.maps.offline }
    }

    /// How many sets the agent got.
    var sets: Int {
        get async { await agent.commands.count { $0 == .setVCPUs } }
    }
}

/// Holds a change for as long as the body runs, and ends it whatever happens.
func withHeldChange(
    _ faults: [ScriptedFault], isolation: isolated (any Actor)? = #isolation,
    _ body: (HeldChange) async throws -> Void
) async throws {
    let change = try await HeldChange(faults)
    do {
        try await body(change)
    } catch {
        await change.stop()
        throw error
    }
    await change.stop()
}
