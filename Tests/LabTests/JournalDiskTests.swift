import Foundation
import Glibc
import LabSupport
import Testing

/// `set` whose journal is on a file system that takes nothing: nothing is sent, the reason is said,
/// and `--no-journal` goes on.
@Suite actor JournalDiskTests {
    private nonisolated let thread = LabThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    @Test(
        "a full and a read-only file system",
        arguments: [
            ("cat /dev/zero >\"$1/fill\" 2>/dev/null", "No space left on device"),
            ("mount -o remount,ro \"$1\"", "Read-only file system"),
        ])
    func fileSystem(_ obstacle: String, _ reason: String) throws {
        let agent = try StagedAgent([0: .fixed, 1: .online, 2: .online])
        defer { try? agent.stop() }
        let state = "\(agent.folder)/state"
        try FileManager.default.createDirectory(
            atPath: state, withIntermediateDirectories: false)
        let namespaces = getuid() == 0 ? ["--mount"] : ["--mount", "--map-root-user"]
        let script = """
            mount -t tmpfs -o size=64k lab "$1" || exit 99
            \(obstacle)
            shift
            "$@"
            """
        func set(_ options: String...) throws -> Finished {
            let command =
                ["unshare"] + namespaces + ["sh", "-c", script, "sh", state, Program.path]
                + ["set", "web", "--agent", "web=\(agent.socket)", "--offline", "1"] + options
            return try Child(command, environment: ["XDG_STATE_HOME": state])
                .finish(within: .seconds(60))
        }
        let refused = try set()
        #expect(refused.status == 1, "\(refused)")
        #expect(refused.errors.contains(reason), "\(refused)")
        #expect(refused.errors.contains("--no-journal"), "\(refused)")
        #expect(try agent.onlineFiles() == [1, 2])
        #expect(try set("--no-journal").status == 0)
        #expect(try agent.onlineFiles() == [2])
    }

    @Test("a file that may not grow any more")
    func limitedFile() throws {
        let agent = try StagedAgent([0: .fixed, 1: .online, 2: .online])
        defer { try? agent.stop() }
        let environment = ["XDG_STATE_HOME": "\(agent.folder)/state"]
        let command = ["set", "web", "--agent", "web=\(agent.socket)"]
        #expect(
            try Program.run(command + ["--offline", "1"], environment: environment).status == 0)
        let file = "\(agent.folder)/state/vcputop/journal.jsonl"
        let before = try Data(contentsOf: URL(filePath: file))
        // In the middle of the next line.
        let limited = try Child(
            ["prlimit", "--fsize=\(before.count + 100)", Program.path] + command
                + ["--offline", "2"], environment: environment
        ).finish(within: .seconds(60))
        #expect(limited.status == 1 && limited.errors.contains("File too large"), "\(limited)")
        #expect(try Data(contentsOf: URL(filePath: file)) == before)
        #expect(try agent.onlineFiles() == [2])
        let log = try Program.run(["log", "--open"], environment: environment)
        #expect(log.status == 0)
    }

    @Test(
        "a folder or a file that this user may not write",
        arguments: [
            ("state", 0o500), ("state/vcputop", 0o000), ("state/vcputop/journal.jsonl", 0o400),
            ("state/vcputop/journal.lock", 0o000),
        ])
    func modes(_ name: String, _ mode: Int) throws {
        let agent = try StagedAgent([0: .fixed, 1: .online, 2: .online])
        defer { try? agent.stop() }
        let environment = ["XDG_STATE_HOME": "\(agent.folder)/state"]
        let place = "\(agent.folder)/\(name)"
        func set(_ change: [String], bound: Bool = true) throws -> Finished {
            // Root is bound by no modes.
            let bounds = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
            return try Child(
                (bound && getuid() == 0 ? bounds : [])
                    + [Program.path, "set", "web", "--agent", "web=\(agent.socket)"] + change,
                environment: environment
            ).finish(within: .seconds(60))
        }
        if name == "state" {
            try FileManager.default.createDirectory(
                atPath: place, withIntermediateDirectories: false)
        } else {
            #expect(try set(["--offline", "2"], bound: false).status == 0)
            #expect(try set(["--online", "2"], bound: false).status == 0)
        }
        chmod(place, mode_t(mode))
        defer { chmod(place, 0o700) }
        let refused = try set(["--offline", "1"])
        #expect(refused.status == 1, "\(refused)")
        #expect(refused.errors.contains("Permission denied"), "\(refused)")
        #expect(refused.errors.contains(place), "\(refused)")
        #expect(try agent.onlineFiles() == [1, 2])
        #expect(try set(["--offline", "1", "--no-journal"]).status == 0)
        #expect(try agent.onlineFiles() == [2])
    }
}
