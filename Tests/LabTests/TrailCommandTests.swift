import Foundation
import Glibc
import LabSupport
import Testing

/// `log` and `revert` after changes of the real agent on a staged tree.
@Suite actor TrailCommandTests {
    private nonisolated let thread = LabThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// An agent with its journal.
    private struct Guest {
        let agent: StagedAgent

        init() throws {
            agent = try StagedAgent(
                [0: .fixed, 1: .online, 2: .online, 3: .online, 4: .full], bootID: Self.boot)
        }

        static let boot = "2b278678-e147-4d16-b1a3-7c6a29499f82"

        var state: String { "\(agent.folder)/state" }

        func run(_ command: String, _ arguments: String...) throws -> Finished {
            let sources =
                ["log", "revert"].contains(command) ? [] : ["--agent", "web=\(agent.socket)"]
            return try Program.run(
                [command] + sources + arguments, environment: ["XDG_STATE_HOME": state])
        }

        func log() throws -> [[String: Any]] {
            try run("log", "--json").output.split(separator: "\n").map {
                try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] ?? [:]
            }
        }
    }

    @Test("log lists each change that was sent: time, user, vCPUs before and after, outcome")
    func log() throws {
        let guest = try Guest()
        defer { try? guest.agent.stop() }
        #expect(try guest.run("set", "web", "--offline", "1-2").status == 0)
        #expect(try guest.run("set", "web", "--offline", "3-4").status == 1)
        // What sends nothing leaves no trace.
        #expect(try guest.run("set", "web", "--offline", "1").status == 0)
        #expect(try guest.run("set", "web", "--offline", "0").status == 1)
        #expect(try guest.run("set", "web", "--dry-run", "--offline", "3").status == 0)

        let changes = try guest.log()
        #expect(changes.map { $0["outcome"] as? String } == ["committed", "rolledBack"])
        let first = try #require(changes.first)
        #expect(first["source"] as? String == "agent:\(guest.agent.socket)")
        #expect(first["boot"] as? String == Guest.boot)
        #expect((first["user"] as? String)?.isEmpty == false)
        #expect((first["time"] as? String)?.hasPrefix("20") == true)
        #expect((first["before"] as? [String: String])?["online"] == "0-4")
        #expect((first["after"] as? [String: String])?["online"] == "0,3-4")
        let failure = try #require(changes.last?["failure"] as? [String: Any])
        #expect(failure["vcpu"] as? Int == 4)

        let text = try guest.run("log").output
        #expect(text.contains("offline 1-2"))
        #expect(text.contains("rolled back: vCPU 4: "))
        #expect(try guest.run("log", "other").output.isEmpty)
        #expect(try guest.run("log", "w*", "--since", "1h").output == text)
        #expect(try guest.run("log", "--since", "2099-01-01").output.isEmpty)
        #expect(try guest.run("log", "--open").status == 0)
    }

    @Test("the files belong to this user alone")
    func modes() throws {
        let guest = try Guest()
        defer { try? guest.agent.stop() }
        #expect(try guest.run("set", "web", "--offline", "1").status == 0)
        for (name, mode) in [("", 0o700), ("/journal.jsonl", 0o600), ("/journal.lock", 0o600)] {
            let attributes = try FileManager.default.attributesOfItem(
                atPath: "\(guest.state)/vcputop\(name)")
            #expect(attributes[.posixPermissions] as? Int == mode, "\(name)")
        }
    }

    @Test("the last change is taken back, and that too")
    func revert() throws {
        let guest = try Guest()
        defer { try? guest.agent.stop() }
        #expect(try guest.run("set", "web", "--offline", "1-2").status == 0)
        // What failed did nothing that could be taken back.
        #expect(try guest.run("set", "web", "--offline", "3-4").status == 1)
        let unasked = try guest.run("revert")
        #expect(unasked.status == 64)
        #expect(unasked.errors.contains("--yes takes the change back without a question"))
        let planned = try guest.run("revert", "--dry-run")
        #expect(planned.output == "web: planned: would online 1-2\n")
        #expect(try guest.agent.onlineFiles() == [3])

        let reverted = try guest.run("revert", "--yes")
        #expect(reverted.status == 0)
        #expect(reverted.output.hasPrefix("web: committed: online 1-2"))
        #expect(try guest.agent.onlineFiles() == [1, 2, 3])
        let changes = try guest.log()
        #expect(changes.last?["reverts"] as? String == changes.first?["id"] as? String)

        #expect(try guest.run("revert", "--yes", "--json").status == 0)
        #expect(try guest.agent.onlineFiles() == [3])
    }

    @Test("a change is taken back by a socket that has moved, but only of the same name and boot")
    func moved() throws {
        let guest = try Guest()
        defer { try? guest.agent.stop() }
        #expect(try guest.run("set", "web", "--offline", "1-2").status == 0)
        let socket = "\(guest.agent.folder)/moved.sock"
        try FileManager.default.moveItem(atPath: guest.agent.socket, toPath: socket)
        let gone = try guest.run("revert", "--yes")
        #expect(gone.status == 2, "\(gone)")

        let other = try guest.run("revert", "--yes", "--agent", "db=\(socket)")
        #expect(other.status == 2 && other.errors.contains("has no such guest now\n"), "\(other)")
        let unread = try guest.run("revert", "--yes", "--agent", "web=\(socket).none")
        #expect(unread.errors.contains("is not read: no line to the agent"), "\(unread)")
        try guest.agent.setBootID("00000000-e147-4d16-b1a3-7c6a29499f82")
        let rebooted = try guest.run("revert", "--yes", "--agent", "web=\(socket)")
        #expect(rebooted.status == 2, "\(rebooted)")
        #expect(rebooted.errors.contains("another boot id, or tells none"), "\(rebooted)")
        #expect(try guest.agent.onlineFiles() == [3])

        try guest.agent.setBootID(Guest.boot)
        let reverted = try guest.run("revert", "--yes", "--agent", "web=\(socket)")
        #expect(reverted.status == 0, "\(reverted)")
        #expect(try guest.agent.onlineFiles() == [1, 2, 3])
        #expect(try guest.log().last?["source"] as? String == "agent:\(socket)")
    }

    @Test("a change is named by the end of its id, and refused where the guest changed since")
    func named() throws {
        let guest = try Guest()
        defer { try? guest.agent.stop() }
        #expect(try guest.run("set", "web", "--offline", "1").status == 0)
        #expect(try guest.run("set", "web", "--offline", "2").status == 0)
        let ids = try guest.log().compactMap { $0["id"] as? String }
        let first = try #require(ids.first)
        #expect(try guest.run("set", "web", "--online", "1").status == 0)
        let conflict = try guest.run("revert", String(first.suffix(8)), "--yes")
        #expect(conflict.status == 1)
        #expect(conflict.output.hasPrefix("web: conflict:"))
        #expect(try guest.agent.onlineFiles() == [1, 3])

        #expect(try guest.run("revert", "ffffffffffff", "--yes").status == 2)
        #expect(try guest.run("revert", "abc", "--yes").status == 64)

        // After a reboot the ids may mean other vCPUs.
        let second = try #require(ids.last)
        try guest.agent.setBootID("00000000-e147-4d16-b1a3-7c6a29499f82")
        let rebooted = try guest.run("revert", second, "--yes")
        #expect(rebooted.status == 1)
        #expect(rebooted.errors.contains("rebooted"))
        #expect(try guest.agent.onlineFiles() == [1, 3])
    }

    @Test("a change that cannot be recorded is not sent, unless that is asked for")
    func unrecorded() throws {
        let guest = try Guest()
        defer { try? guest.agent.stop() }
        try Data().write(to: URL(filePath: guest.state))
        let refused = try guest.run("set", "web", "--offline", "1", "--json")
        #expect(refused.status == 1)
        #expect(refused.output.contains(#""code":"notRecorded""#))
        #expect(refused.errors.contains("it cannot be recorded: cannot open \(guest.state)"))
        #expect(refused.errors.contains("--no-journal"))
        #expect(try guest.agent.onlineFiles() == [1, 2, 3])
        #expect(try guest.run("set", "web", "--offline", "1", "--no-journal").status == 0)
        #expect(try guest.agent.onlineFiles() == [2, 3])
    }
}
