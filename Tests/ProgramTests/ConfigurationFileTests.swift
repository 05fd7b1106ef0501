import Foundation
import Glibc
import GuestVCPU
import LabSupport
import Simulation
import Testing

/// Configuration files, through the program.
@Suite("Configuration files", .serialized)
struct ConfigurationFileTests {
    /// A folder of its own for `$XDG_CONFIG_HOME` and other files.
    private final class Place: Sendable {
        let folder: String

        init() throws {
            folder =
                FileManager.default.temporaryDirectory
                .appending(component: "vcputop-config-\(UUID().uuidString.prefix(8))").path
            try FileManager.default.createDirectory(
                atPath: "\(folder)/vcputop", withIntermediateDirectories: true)
        }

        deinit { try? FileManager.default.removeItem(atPath: folder) }

        /// Where the user's file is.
        var user: String { "\(folder)/vcputop/config.yaml" }

        func write(_ text: String, to path: String? = nil) throws {
            try Data(text.utf8).write(to: URL(filePath: path ?? user))
        }

        func run(_ arguments: [String], noColor: String = "") async throws -> Finished {
            let folder = folder
            return try await withCheckedThrowingContinuation { continuation in
                Thread.detachNewThread {
                    continuation.resume(
                        with: Result {
                            try Program.run(
                                arguments,
                                environment: [
                                    "XDG_CONFIG_HOME": folder, "XDG_STATE_HOME": folder,
                                    "NO_COLOR": noColor,
                                ])
                        })
                }
            }
        }
    }

    @Test("NO_COLOR wins over a file's theme, and --theme wins over NO_COLOR")
    func colors() async throws {
        let place = try Place()
        try place.write("theme: light\n")
        let note = "# NO_COLOR is set: no colours are used"
        for (arguments, isUncoloured) in [
            (["config"], true), (["config", "--theme", "light"], false),
        ] {
            let finished = try await place.run(arguments, noColor: "1")
            #expect(finished.status == 0)
            #expect(finished.output.contains(note) == isUncoloured, "\(finished)")
        }
    }

    @Test("the user's file counts, the command line over it, and config says which is which")
    func layers() async throws {
        let place = try Place()
        try place.write("timeout: 7\ninterval: 2\nsources:\n  - { connect: test:///default }\n")
        let finished = try await place.run(["config", "--interval", "3", "--theme", "light"])
        #expect(finished.status == 0, "\(finished)")
        let lines = finished.output.split(separator: "\n").map {
            $0.split(separator: " ").joined(separator: " ")
        }
        #expect(lines.contains("# \(place.user): read"))
        #expect(lines.contains("timeout: 7 # \(place.user):1"))
        #expect(lines.contains("interval: 3 # command line (--interval)"))
        #expect(lines.contains("theme: light # command line (--theme)"))
        #expect(lines.contains("sources: # \(place.user):3"))
        #expect(lines.contains("- { connect: \"test:///default\" }"))
        #expect(lines.contains("ascii: false # default"))
        // What it prints is a configuration.
        let printed = "\(place.folder)/printed.yaml"
        try place.write(finished.output, to: printed)
        let again = try await place.run(["--config", printed, "config"])
        #expect(again.status == 0, "\(again)")
        #expect(again.output.contains("timeout: 7 "))
        #expect(!again.output.contains(place.user))
    }

    @Test("sources of the command line replace those of the file")
    func sources() async throws {
        let place = try Place()
        try await withSimulatedAgents(["web1": SimulatedGuest(count: 2)]) { agents in
            let path = try #require(agents.options.last?.split(separator: "=", maxSplits: 1).last)
            try place.write("sources:\n  - agent: \(path)\n    name: named\n")
            let configured = try await place.run(["list"])
            #expect(configured.status == 0, "\(configured)")
            #expect(configured.output.contains("named"))
            let replaced = try await place.run(["list"] + agents.options)
            #expect(replaced.output.contains("web1"), "\(replaced)")
            #expect(!replaced.output.contains("named"))
        }
    }

    @Test("read-only: set and revert refuse, and the guest is as before")
    func readOnly() async throws {
        let place = try Place()
        try await withSimulatedAgents(["web1": SimulatedGuest(count: 4)]) { agents in
            let set = ["set", "web1", "--offline", "3"] + agents.options
            #expect(try await place.run(set).status == 0)
            try place.write("read-only: true\n")
            let refused = try await place.run(
                ["set", "web1", "--offline", "2", "--json"] + agents.options)
            #expect(refused.status == 1, "\(refused)")
            #expect(refused.output.contains("\"outcome\":\"refused\""), "\(refused)")
            #expect(refused.output.contains("\"readOnly\""))
            #expect(refused.errors.contains("read-only (\(place.user):1)"))
            #expect(await agents.online("web1") == [0, 1, 2])
            let reverted = try await place.run(["revert", "--yes"] + agents.options)
            #expect(reverted.status == 1, "\(reverted)")
            #expect(await agents.online("web1") == [0, 1, 2])
        }
    }

    @Test("the journal is in the folder that is configured, or nowhere; a flag wins")
    func journal() async throws {
        let place = try Place()
        let folder = "\(place.folder)/trail"
        let standard = "\(place.folder)/vcputop/journal.jsonl"
        try await withSimulatedAgents(["web1": SimulatedGuest(count: 4)]) { agents in
            func set(_ change: [String]) async throws {
                let finished = try await place.run(["set", "web1"] + change + agents.options)
                #expect(finished.status == 0, "\(finished)")
            }
            try place.write("journal: false\n")
            try await set(["--offline", "3"])
            #expect(!FileManager.default.fileExists(atPath: standard))
            try place.write("journal: \(folder)\n")
            try await set(["--online", "3"])
            #expect(FileManager.default.fileExists(atPath: "\(folder)/journal.jsonl"))
            #expect(try await place.run(["log"]).output.contains("web1"))
            try place.write("journal: false\n")
            try await set(["--offline", "3", "--journal"])
            #expect(FileManager.default.fileExists(atPath: standard))
        }
    }

    @Test("an error has file, line and the nearest key, and nothing is asked; each ends with 78")
    func wrong() async throws {
        let place = try Place()
        try place.write("timeout: 3\nintervall: 2\nascii: maybe\n")
        for arguments in [
            ["list"], ["config"], ["log"], ["demo"], [], ["set", "x", "--offline", "1"],
            ["revert", "--yes"],
        ] {
            let finished = try await place.run(arguments)
            #expect(finished.status == 78, "\(arguments) \(finished)")
            #expect(finished.output == "")
            let lines = finished.errors.split(separator: "\n")
            #expect(
                lines.first
                    == "vcputop: error: \(place.user):2: no key 'intervall'; did you mean 'interval'?"
            )
            #expect(
                lines.dropFirst().first
                    == "vcputop: error: \(place.user):3: 'ascii' takes true or false, and not 'maybe'"
            )
        }
        // The words of the program itself.
        try place.write(
            "sort: weigth\nfilter: stat=running\ncolumns: [wiat]\ntheme: dark\n")
        let finished = try await place.run(["config"])
        #expect(finished.status == 78)
        #expect(finished.errors.contains(":1: invalid order 'weigth' at column 1: "))
        #expect(finished.errors.contains(":2: invalid filter 'stat=running' at column 1: "))
        #expect(finished.errors.contains("did you mean 'wait'?"))
        #expect(finished.errors.contains(":4: 'theme' takes one of default, light, "))
        #expect(try await place.run(["manual"]).status == 0)
    }

    @Test("a file that cannot be read, or is no file, is refused with the reason")
    func unreadable() async throws {
        let place = try Place()
        let pipe = "\(place.folder)/pipe"
        #expect(mkfifo(pipe, 0o600) == 0)
        try place.write("timeout: 3\n")
        for (path, reason) in [
            ("\(place.folder)/none", "there is no such file"), (pipe, "it is not a regular file"),
            (place.folder, "it is not a regular file"), ("/dev/zero", "it is not a regular file"),
            ("\(place.user)/x", "there is no such file"),
        ] {
            let finished = try await place.run(["config", "--config", path])
            #expect(finished.status == 78, "\(finished)")
            #expect(
                finished.errors == "vcputop: error: cannot read '\(path)': \(reason)\n",
                "\(finished)")
        }
        #expect(chmod(place.user, 0) == 0)
        let closed = try Program.runBoundByModes(["config", "--config", place.user])
        #expect(closed.status == 78)
        #expect(closed.errors.contains("cannot read '\(place.user)': Permission denied"))
        try FileManager.default.removeItem(atPath: place.user)
        try FileManager.default.createDirectory(
            atPath: place.user, withIntermediateDirectories: false)
        #expect(try await place.run(["list"]).status == 78)
    }

    @Test("one socket under two names of a file is refused, also by another spelling")
    func sameSocket() async throws {
        let place = try Place()
        try place.write("", to: "\(place.folder)/a")
        try FileManager.default.createSymbolicLink(
            atPath: "\(place.folder)/b", withDestinationPath: "a")
        try place.write(
            """
            sources:
              - { agent: \(place.folder)/a, name: one }
              - { agent: \(place.folder)/b, name: two }
            """)
        let finished = try await place.run(["list"])
        #expect(finished.status == 78)
        #expect(finished.errors.contains("\(place.user):1: the socket '\(place.folder)/b' is"))
    }

    @Test("a key in JSON's quotes is refused with file, line and the key as it is written")
    func quotedKey() async throws {
        let place = try Place()
        try place.write("\"sort\": wait\n")
        let finished = try await place.run(["config"])
        #expect(finished.status == 78)
        #expect(
            finished.errors.split(separator: "\n").first
                == "vcputop: error: \(place.user):1: a key is written without quotes: sort: VALUE",
            "\(finished)")
    }
}
