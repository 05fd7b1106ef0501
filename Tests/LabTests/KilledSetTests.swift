import Foundation
import Glibc
import LabSupport
import Synchronization
import Testing

/// `set` on the real agent, killed at each boundary of a change: the journal says at each moment what
/// is known, and the next program that changes the guest settles it.
@Suite actor KilledSetTests {
    private nonisolated let thread = LabThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// Where a change of vCPUs 1 to 4, of which the last cannot be taken offline, is killed.
    enum Boundary: CaseIterable {
        /// The intent is on the disk, and nothing was sent.
        case beforeSet
        /// The agent gets the list, and its answer reaches no program.
        case afterSet
        /// Three vCPUs are offline, and the fourth is yet to be tried again for the reason.
        case beforeReason
        /// The failure is known, and nothing was put back.
        case beforeUndo
        /// The agent gets the undo, and its answer reaches no program.
        case inUndo

        var set: Int {
            switch self {
            case .beforeSet, .afterSet: 1
            case .beforeReason: 2
            case .beforeUndo, .inUndo: 3
            }
        }

        var reachesAgent: Bool { self == .afterSet || self == .inUndo }

        /// The vCPUs of 1 to 3 that are online in the guest then.
        var online: Set<Int> { self == .beforeSet || self == .inUndo ? [1, 2, 3] : [] }

        /// The guest as a reading has it.
        var list: String { online.isEmpty ? "0,4" : "0-4" }
    }

    private static func changes(
        _ state: String, _ options: String...
    ) throws -> (status: Int32, changes: [[String: Any]]) {
        let finished = try Program.run(
            ["log", "--json"] + options, environment: ["XDG_STATE_HOME": state])
        let changes = try finished.output.split(separator: "\n").map { line in
            try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
        }
        return (finished.status, changes)
    }

    @Test(
        "kill -9: the change is open, then died, then found as the guest is",
        arguments: Boundary.allCases)
    func killed(at boundary: Boundary) throws {
        let agent = try StagedAgent([0: .fixed, 1: .online, 2: .online, 3: .online, 4: .full])
        defer { try? agent.stop() }
        let state = "\(agent.folder)/state"
        let socket = agent.socket
        let pid = Mutex<Int32>(0)
        let meanwhile = Mutex<[String]>([])
        let isDead = Mutex(false)
        let relay = try Relay(
            in: agent.folder, to: socket, holdingSet: boundary.set,
            passesSet: boundary.reachesAgent
        ) {
            try wait(for: "the program's id") { pid.withLock { $0 } != 0 }
            // Another program sees the change while it is under way.
            let open = try Self.changes(state, "--open")
            meanwhile.withLock { $0 = open.changes.map { $0["outcome"] as? String ?? "" } }
            kill(pid.withLock { $0 }, SIGKILL)
            try wait(for: "the program's end") { isDead.withLock { $0 } }
        }
        let program = try Program.start(
            ["set", "web", "--agent", "web=\(relay.socket)", "--offline", "1-4"],
            environment: ["XDG_STATE_HOME": state])
        pid.withLock { $0 = program.pid }
        #expect(try program.finish(within: .seconds(60)).status == -SIGKILL)
        isDead.withLock { $0 = true }
        try relay.stop()
        #expect(meanwhile.withLock { $0 } == ["open"])
        // The agent may be at work on what it got.
        try wait(for: "the guest to be \(boundary.online)") {
            try agent.onlineFiles() == boundary.online
        }

        let dead = try Self.changes(state, "--open")
        #expect(dead.status == 3)
        #expect(dead.changes.map { $0["outcome"] as? String } == ["died"])
        #expect(dead.changes.first?["found"] is NSNull)

        // The next program that changes this guest says so, reads it, and records what it finds.
        let again = try Relay(in: agent.folder, to: socket)
        defer { try? again.stop() }
        rename(again.socket, relay.socket)
        let next = try Program.run(
            ["set", "web", "--agent", "web=\(relay.socket)", "--online", "0"],
            environment: ["XDG_STATE_HOME": state])
        #expect(next.status == 0, "\(next)")
        let notes = next.errors.split(separator: "\n")
        #expect(
            notes.contains {
                $0.contains("a program died while it changed 'web': offline 1-4 (")
            }, "\(next.errors)")
        #expect(notes.contains { $0.contains("'web' is found ") }, "\(next.errors)")

        let settled = try Self.changes(state)
        #expect(settled.changes.map { $0["outcome"] as? String } == ["died"])
        let found = settled.changes.first?["found"] as? [String: Any]
        #expect((found?["after"] as? [String: String])?["online"] == boundary.list)
        #expect(try Self.changes(state, "--open").status == 0)
        #expect(try agent.onlineFiles() == boundary.online)
        // Said once: there is nothing to settle any more.
        let last = try Program.run(
            ["set", "web", "--agent", "web=\(relay.socket)", "--online", "0"],
            environment: ["XDG_STATE_HOME": state])
        #expect(last.status == 0 && !last.errors.contains("died"), "\(last)")
    }
}
