import Foundation
import LabSupport
import Simulation

/// Serves a simulated guest on a socket in a folder of its own while something is done with it.
func withSimulatedAgent<Value>(
    _ guest: SimulatedGuest, _ body: (SimulatedAgent) async throws -> Value
) async throws -> Value {
    let folder = FileManager.default.temporaryDirectory
        .appending(component: "vcputop-\(UUID().uuidString.prefix(8))").path
    try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let start = ContinuousClock.now
    let agent = try SimulatedAgent(
        guest, path: "\(folder)/a.sock", elapsed: { start.duration(to: .now) })
    await agent.start()
    do {
        let value = try await body(agent)
        await agent.stop()
        return value
    } catch {
        await agent.stop()
        throw error
    }
}

extension Program {
    /// Runs the program to its end without blocking a task's thread.
    static func finished(
        _ arguments: [String], environment: [String: String] = [:]
    ) async throws -> Finished {
        try await withCheckedThrowingContinuation { continuation in
            // Waiting for a process blocks, and Dispatch's threads also carry Swift's tasks.
            Thread.detachNewThread {
                continuation.resume(with: Result { try run(arguments, environment: environment) })
            }
        }
    }
}
