import Concurrency
import Foundation
import Glibc
import GuestVCPU
import Journal
import LabSupport
import QEMUHost
import Simulation

/// One guest, and the programs that are killed while they change it, one after the other.
///
/// All lanes share one journal. The agent is in this process, which is not killed.
struct Lane {
    private let agent: SimulatedAgent
    private let folder: String
    private let reader: AgentSocket
    private let journal: Journal
    private var trail: CheckedTrail

    /// Kills programs on several guests at once.
    static func run(
        _ lanes: Int, kills: Int, until deadline: ContinuousClock.Instant
    ) async throws -> Tally {
        // In memory, where there is such a place: a kill loses nothing that was written.
        let isInMemory = FileManager.default.isWritableFile(atPath: "/dev/shm")
        let top = isInMemory ? "/dev/shm/vcputop-kills-\(getpid())" : try makeLabFolder()
        try FileManager.default.createDirectory(
            atPath: top, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: top) }
        return try await withThrowingTaskGroup(of: Tally.self) { group in
            for number in 0..<lanes {
                let share = kills / lanes + (number < kills % lanes ? 1 : 0)
                group.addTask {
                    var lane = try await Lane(number, in: top)
                    var tally = Tally()
                    for _ in 0..<share where ContinuousClock.now < deadline && tally.lies.isEmpty {
                        try await lane.killOne(&tally)
                    }
                    await lane.agent.stop()
                    return tally
                }
            }
            return try await group.reduce(into: Tally()) { $0.add($1) }
        }
    }

    private init(_ number: Int, in top: String) async throws {
        folder = "\(top)/state"
        let start = ContinuousClock.now
        var traits = AgentTraits()
        // Long enough for kills to meet it.
        traits.changeDuration = .microseconds(300)
        // The last vCPU cannot be taken offline, so that some changes fail and are undone.
        let vcpus =
            [SimulatedVCPU(id: 0, isOfflinable: false)]
            + (1...4).map { SimulatedVCPU(id: $0) }
            + [SimulatedVCPU(id: 5, offlineFailure: SetFailure(.busy))]
        agent = try SimulatedAgent(
            SimulatedGuest(vcpus: vcpus), path: "\(top)/\(number)", traits: traits,
            elapsed: { start.duration(to: .now) })
        await agent.start()
        reader = AgentSocket(path: agent.path)
        journal = ChangingProgram.journal(in: folder)
        trail = CheckedTrail(
            source: ChangingProgram.guest(at: agent.path).source.name,
            online: await agent.guest.maps.online)
    }

    private mutating func killOne(_ tally: inout Tally) async throws {
        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let command = [program, ChangingProgram.role, agent.path, folder]
        let complaint: String? =
            try await BlockingCall.run(until: .now + .seconds(60)) {
                Result {
                    let start = ContinuousClock.now
                    let child = try Child(command)
                    // Now and then in its first change or before it, and mostly in a later one.
                    if Int.random(in: 0..<10) > 0 {
                        let line = try child.line(within: .seconds(30))
                        if line != "ready" { return line }
                        // On a busy machine a change takes longer, and so does its beginning.
                        let first = Int(start.duration(to: .now) / .microseconds(2))
                        usleep(UInt32(Int.random(in: 0..<min(max(first, 12_000), 900_000))))
                    } else {
                        usleep(UInt32.random(in: 0..<60_000))
                    }
                    try child.signal(SIGKILL)
                    let finished = try child.finish(within: .seconds(30))
                    return finished.status == -SIGKILL ? nil : "\(finished)"
                } as Result<String?, any Error>
            }?.get() ?? nil
        tally.kills += 1
        if let complaint { tally.lies.append("a program ended by itself: \(complaint)") }
        // The agent answers once it has done all that the dead program had sent.
        let reading = try await reader.read(timeout: .seconds(30)).vcpus
        let contents = try await journal.contents()
        if let died = trail.check(contents, online: reading.online, &tally) {
            try await journal.recordFound(died, reading)
        }
    }
}
