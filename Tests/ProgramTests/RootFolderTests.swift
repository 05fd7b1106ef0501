import Foundation
import Glibc
import GuestVCPU
import LabSupport
import Simulation
import Testing

/// Root with another user's folders in its environment, as sudo can leave them.
@Suite("Folders of root", .enabled(if: getuid() == 0)) actor RootFolderTests {
    /// A user without rights.
    private static let stranger: uid_t = 65534

    /// Folders in the environment of a program, removed at the end.
    private final class Folders: Sendable {
        let path: String
        var home: String { "\(path)/home" }

        init() throws {
            path = try makeLabFolder()
            try make("home")
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        @discardableResult
        func make(_ name: String, owner: uid_t = 0) throws -> String {
            let folder = "\(path)/\(name)"
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
            #expect(chown(folder, owner, owner) == 0)
            return folder
        }

        func exists(_ name: String) -> Bool {
            FileManager.default.fileExists(atPath: "\(path)/\(name)")
        }

        func run(_ arguments: [String], state: String, configuration: String) throws -> Finished {
            try Program.run(
                arguments,
                environment: [
                    "HOME": home, "XDG_STATE_HOME": state, "XDG_CONFIG_HOME": configuration,
                ])
        }
    }

    @Test("a change is not recorded in another user's folder, and that user's file is not obeyed")
    func others() async throws {
        let folders = try Folders()
        let other = try folders.make("other", owner: Self.stranger)
        try folders.make("other/vcputop", owner: Self.stranger)
        try Data("interval: 7\n".utf8).write(to: URL(filePath: "\(other)/vcputop/config.yaml"))
        try await withSimulatedAgents(["web1": SimulatedGuest(count: 2)]) { agents in
            for state in [other, "\(other)/state"] {
                let set = try folders.run(
                    ["set", "web1", "--offline", "1"] + agents.options, state: state,
                    configuration: other)
                #expect(set.status == 0, "\(set)")
            }
        }
        #expect(folders.exists("home/.local/state/vcputop/journal.jsonl"))
        #expect(!folders.exists("other/vcputop/journal.jsonl"))
        #expect(!folders.exists("other/state"))
        let configured = try folders.run(["config"], state: other, configuration: other)
        #expect(!configured.output.contains("interval: 7"), "\(configured)")
        #expect(configured.output.contains("# \(folders.home)/.config/vcputop/config.yaml: "))
    }

    @Test("root's own folders are followed, also one that is not yet there")
    func own() async throws {
        let folders = try Folders()
        let state = "\(folders.path)/new/state"
        let configuration = try folders.make("config")
        try folders.make("config/vcputop")
        try Data("interval: 7\n".utf8)
            .write(to: URL(filePath: "\(configuration)/vcputop/config.yaml"))
        try await withSimulatedAgents(["web1": SimulatedGuest(count: 2)]) { agents in
            let set = try folders.run(
                ["set", "web1", "--offline", "1"] + agents.options, state: state,
                configuration: configuration)
            #expect(set.status == 0, "\(set)")
        }
        #expect(folders.exists("new/state/vcputop/journal.jsonl"))
        let configured = try folders.run(["config"], state: state, configuration: configuration)
        #expect(configured.output.contains("interval: 7"), "\(configured)")
    }
}
