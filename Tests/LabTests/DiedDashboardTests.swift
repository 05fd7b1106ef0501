import Foundation
import Glibc
import LabSupport
import Testing

/// A change that died, and a journal that cannot be written, in the dashboard on the real agent.
@Suite actor DiedDashboardTests {
    private nonisolated let thread = LabThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// An agent with a state folder, and what runs on it.
    private struct Guest {
        let agent: StagedAgent

        init() throws {
            agent = try StagedAgent([0: .fixed, 1: .online, 2: .online, 3: .online])
        }

        var environment: [String: String] { ["XDG_STATE_HOME": "\(agent.folder)/state"] }
        var source: [String] { ["--agent", "web=\(agent.socket)"] }

        func run(_ arguments: String...) throws -> Finished {
            try Program.run(arguments, environment: environment)
        }

        func dashboard(_ options: String...) throws -> DashboardInTerminal {
            try DashboardInTerminal(
                source + options, showing: ">web ", columns: 120, environment: environment)
        }

        /// Takes vCPU 1 offline, and leaves the journal as a program that died before the end.
        func dieAfterSet() throws {
            let changed = try Program.run(
                ["set", "web"] + source + ["--offline", "1"], environment: environment)
            #expect(changed.status == 0)
            let file = URL(filePath: "\(agent.folder)/state/vcputop/journal.jsonl")
            let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
            try Data("\(lines[0])\n".utf8).write(to: file)
        }
    }

    @Test("a change whose program died is reported and read again, and b reverts it")
    func died() throws {
        let guest = try Guest()
        defer { try? guest.agent.stop() }
        try guest.dieAfterSet()
        #expect(try guest.run("log", "--open").status == 3)
        let dashboard = try guest.dashboard()
        defer { try? dashboard.terminal.stop() }
        try dashboard.terminal.waitFor("the change whose program died is found as asked")
        try wait(for: "the finding") { try guest.run("log", "--open").status == 0 }
        try dashboard.press("L")
        try dashboard.terminal.waitFor("its program died while it changed offline 1")
        try dashboard.press("Escape", "b")
        try dashboard.terminal.waitFor("online 1")
        try dashboard.commit(expecting: "committed")
        #expect(try guest.agent.onlineFiles() == [1, 2, 3])
        let log = try guest.run("log").output
        #expect(log.contains("died: found as asked"))
        #expect(log.contains("online 1 (reverts "))
    }

    @Test("a read-only dashboard reports a change whose program died, and records nothing")
    func readOnly() throws {
        let guest = try Guest()
        defer { try? guest.agent.stop() }
        try guest.dieAfterSet()
        let dashboard = try guest.dashboard("--read-only")
        defer { try? dashboard.terminal.stop() }
        try dashboard.terminal.waitFor("the change whose program died is found as asked")
        #expect(try guest.run("log", "--open").status == 3)
    }

    @Test("the review asks for consent when the journal cannot be written")
    func consent() throws {
        let guest = try Guest()
        defer { try? guest.agent.stop() }
        try Data().write(to: URL(filePath: "\(guest.agent.folder)/state"))
        let dashboard = try guest.dashboard()
        defer { try? dashboard.terminal.stop() }
        try dashboard.waitFor("4/4", inRowOf: "web")
        try dashboard.press("Right", "Space", "c")
        try dashboard.terminal.waitFor("No journal: cannot open ")
        try dashboard.press("y")
        try dashboard.terminal.waitFor("u sends it without a record")
        #expect(try guest.agent.onlineFiles() == [1, 2, 3])
        try dashboard.press("u")
        try dashboard.terminal.waitFor("(*) send without a record")
        try dashboard.commit(expecting: "committed")
        #expect(try guest.agent.onlineFiles() == [2, 3])
    }
}
