import Foundation
import LabSupport
import TerminalEmulator
import Testing

/// What `--read-only` promises, held against the system calls of the real program beside the real
/// agent: nothing is set, and nothing is written outside the state and runtime folders.
@Suite actor ReadOnlyTraceTests {
    private nonisolated let thread = LabThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// An agent, and the folders that a traced program may write to.
    private struct Scene {
        let agent: StagedAgent
        let trace: String
        let environment: [String: String]
        let allowed: [String]

        init() throws {
            agent = try StagedAgent([0: .fixed, 1: .online, 2: .online])
            trace = "\(agent.folder)/trace"
            let (state, runtime) = ("\(agent.folder)/state", "\(agent.folder)/runtime")
            for folder in [state, runtime] {
                try FileManager.default.createDirectory(
                    atPath: folder, withIntermediateDirectories: false)
            }
            environment = ["XDG_STATE_HOME": state, "XDG_RUNTIME_DIR": runtime]
            allowed = ["\(state)/vcputop", runtime]
        }

        var source: [String] { ["--agent", "web=\(agent.socket)"] }

        /// Runs a command to its end, traced.
        func run(_ command: [String]) throws -> Finished {
            try Child(SystemCallTrace.command(to: trace) + command, environment: environment)
                .finish(within: .seconds(60))
        }

        func seen() throws -> SystemCallTrace { try SystemCallTrace(ofFile: trace) }
    }

    private func expectReadOnly(
        _ scene: Scene, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let trace = try scene.seen()
        // The trace holds what it should: the guest was really read.
        #expect(trace.messages(with: "guest-get-vcpus") > 0, sourceLocation: sourceLocation)
        #expect(trace.messages(with: "guest-set-vcpus") == 0, sourceLocation: sourceLocation)
        #expect(
            trace.changes(outside: scene.allowed) == [], sourceLocation: sourceLocation)
        #expect(try scene.agent.onlineFiles() == [1, 2], sourceLocation: sourceLocation)
    }

    @Test("the dashboard, with every key that would change something")
    func dashboard() throws {
        let scene = try Scene()
        defer { try? scene.agent.stop() }
        let command =
            SystemCallTrace.command(to: scene.trace) + [Program.path, "--read-only"] + scene.source
        let emulator = try Emulator(
            "/usr/bin/strace", Array(command.dropFirst()), environment: scene.environment)
        try emulator.wait("the guest", seconds: 60) { $0.lines.contains { $0.contains("3/3") } }
        // Marks, the review and what sends it, the count, the list, and a detail.
        for key in ["l", " ", "-", "c", "y", "=", "\r", ":", "\r", "z", "\r", "L"] {
            emulator.send(key)
            usleep(50_000)
        }
        // Another reading, which is made every three seconds.
        try wait(for: "a second reading", within: .seconds(60)) {
            emulator.processPending()
            return try scene.seen().messages(with: "guest-get-vcpus") > 1
        }
        // Ctrl-C, which strace leaves to the program.
        emulator.send("\u{03}")
        #expect(try emulator.waitForEnd() == 130)
        try expectReadOnly(scene)
    }

    @Test("list, in both forms", arguments: [[], ["--json"]])
    func list(_ form: [String]) throws {
        let scene = try Scene()
        defer { try? scene.agent.stop() }
        let finished = try scene.run([Program.path, "list"] + scene.source + form)
        #expect(finished.status == 0 && finished.output.contains("web"), "\(finished)")
        try expectReadOnly(scene)
    }

    @Test("the check sees a change that is sent")
    func sentSet() throws {
        let scene = try Scene()
        defer { try? scene.agent.stop() }
        let finished = try scene.run(
            [Program.path, "set", "web", "--offline", "1"] + scene.source)
        #expect(finished.status == 0, "\(finished)")
        let trace = try scene.seen()
        #expect(trace.messages(with: "guest-set-vcpus") == 1)
        #expect(trace.messages(with: "guest-get-vcpus") == 2)
    }

    @Test(
        "the check sees each kind of change to files elsewhere",
        arguments: [
            "echo x >FOLDER/new", "mkdir FOLDER/new", "ln -s x FOLDER/new", "touch FOLDER/log",
            "rm FOLDER/log", "mv FOLDER/log FOLDER/state", "chmod 600 FOLDER/log",
            "truncate -s 0 FOLDER/log", "echo x >FOLDER/runtime/../new", "echo x >relative",
        ])
    func changedFile(_ command: String) throws {
        let scene = try Scene()
        defer { try? scene.agent.stop() }
        let text = command.replacing("FOLDER", with: scene.agent.folder)
        let finished = try scene.run(["sh", "-c", "cd \(scene.agent.folder) && \(text)"])
        #expect(finished.status == 0, "\(finished)")
        #expect(try scene.seen().changes(outside: scene.allowed) != [])
        let within = try scene.run([
            "sh", "-c", "echo x >$XDG_RUNTIME_DIR/x; rm $XDG_RUNTIME_DIR/x",
        ])
        #expect(within.status == 0)
        #expect(try scene.seen().changes(outside: scene.allowed) == [])
    }
}
