import Foundation
import GuestVCPU
import LabSupport
import Simulation
import Testing

/// What cannot be written is said, and never lost in silence.
@Suite("Streams that cannot be written to")
actor OutputTests {
    private nonisolated let thread = LabThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    private static let missing = ["--agent", "web1=/nonexistent/agent.sock"]

    /// Runs the program as a shell does, with a redirection.
    private func run(_ arguments: [String], _ redirection: String) throws -> Finished {
        let child = try Child(
            ["sh", "-c", "exec \"$0\" \"$@\" \(redirection)", Program.path] + arguments)
        return try child.finish(within: .seconds(30))
    }

    static let printers = [
        ["list"] + missing, ["list", "--json"] + missing,
        ["list", "--format", "csv"] + missing, ["list", "--format", "openmetrics"] + missing,
        ["manual"], ["--help"], ["help", "set"],
        ["--version"], ["--generate-completion-script", "bash"], ["--experimental-dump-help"],
        ["demo", "--serve", "--guests", "1"], ["list", "--watch"] + missing,
    ]

    @Test("a full disk is named, and the exit status is 74", arguments: printers)
    func fullDisk(_ arguments: [String]) throws {
        let finished = try run(arguments, ">/dev/full")
        #expect(finished.status == 74)
        #expect(
            finished.errors.contains("cannot write to standard output: No space left on device"))
    }

    @Test("a closed standard output is named, and the exit status is 74", arguments: printers)
    func closedOutput(_ arguments: [String]) throws {
        let finished = try run(arguments, ">&-")
        #expect(finished.status == 74)
        #expect(finished.errors.contains("cannot write to standard output: Bad file descriptor"))
    }

    @Test("a file that may not grow is named: SIGXFSZ does not end the program")
    func fileLimit() throws {
        let file = "/tmp/vcputop-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: file) }
        let child = try Child([
            "bash", "-c", "ulimit -f 1; exec \"$0\" manual >\(file)", Program.path,
        ])
        let finished = try child.finish(within: .seconds(30))
        #expect(finished.status == 74)
        #expect(finished.errors.contains("cannot write to standard output: File too large"))
    }

    @Test("a diagnostic without a standard error goes to standard output, never among JSON")
    func closedErrors() throws {
        let table = try run(["list"] + Self.missing, "2>&-")
        #expect(table.status == 74)
        #expect(table.output.contains("guest 'web1'"))
        let unknown = try run(["list", "--json", "other"] + Self.missing, "2>&-")
        #expect(unknown.status == 2)
        _ = try JSONSerialization.jsonObject(with: Data(unknown.output.utf8))
        let usage = try run(["list", "--sideways"], "2>/dev/full")
        #expect(usage.status == 64)
        #expect(usage.output.contains("--sideways"))
    }

    @Test("a slow reader of a pipe that does not wait gets every byte")
    func slowReader() throws {
        let agents = (0..<400).flatMap { ["--agent", "web\($0)=/nonexistent/\($0)"] }
        let child = try Child(
            [Program.path, "list", "--json"] + agents, isOutputNonblocking: true)
        try wait(for: "the pipe to be full", within: .seconds(30)) { child.unreadOutput >= 65_536 }
        let finished = try child.finish(within: .seconds(30))
        #expect(finished.status == 0 && finished.errors == "")
        #expect(finished.output.utf8.count > 80_000)
        let object = try #require(
            JSONSerialization.jsonObject(with: Data(finished.output.utf8)) as? [String: Any])
        #expect((object["guests"] as? [Any])?.count == 400)
    }

    @Test("a closed pipe is named, but ends `list --watch` as it ends other programs")
    func closedPipe() throws {
        let script = """
            { "$0" "$@"; echo "status=$?" >&2; } | true
            """
        func run(_ arguments: [String]) throws -> Finished {
            try Child(["bash", "-c", script, Program.path] + arguments + Self.missing)
                .finish(within: .seconds(30))
        }
        // The first tables may still find the reader there.
        let watch = try run(["list", "--watch", "--interval", "0.1"])
        #expect(watch.errors.contains("status=141"), "\(watch.errors)")
    }

    // MARK: - A change

    /// Takes vCPU 2 of a simulated guest offline, with a redirection, and says whether it is.
    private func set(
        _ options: [String], _ redirection: String
    ) async throws -> (Finished, isOffline: Bool) {
        try await withSimulatedAgent(SimulatedGuest(count: 4)) { agent in
            let arguments =
                ["set", "web1", "--agent", "web1=\(agent.path)", "--offline", "2"] + options
            let finished = try await Program.finished(arguments, redirection)
            return (finished, await agent.guest.maps.offline.contains(2))
        }
    }

    @Test(
        "an outcome that cannot be written to one stream goes to the other",
        arguments: [">&-", ">/dev/full"])
    func outcome(_ redirection: String) async throws {
        let (text, isOffline) = try await set([], redirection)
        #expect(text.status == 0 && isOffline)
        #expect(text.errors.contains("cannot write to standard output"))
        #expect(text.errors.contains("web1: committed"))

        let (json, _) = try await set(["--json"], redirection)
        #expect(json.status == 0)
        let line = json.errors.split(separator: "\n").last ?? ""
        let object = try #require(
            JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(object["outcome"] as? String == "committed")
    }

    @Test("the reason of a failure without a standard error goes to standard output")
    func reason() async throws {
        let (text, isOffline) = try await set(["--online", "9"], "2>&-")
        #expect(text.status == 1 && !isOffline)
        #expect(text.output.contains("vCPU 9 of 'web1'"), "\(text.output)")
    }

    @Test(
        "no socket gets the number of a standard stream that is closed",
        arguments: ["<&- >&- 2>&-", "<&-", "<&- 2>&-", ">&-"])
    func noStreams(_ redirection: String) async throws {
        let change = try await HeldChange([ScriptedFault(.hang, at: .set)])
        do {
            let program = try change.start(under: [
                "sh", "-c", "exec \"$0\" \"$@\" \(redirection)",
            ])
            try await change.waitUntilHeld()
            for number in 0...2 {
                let target = try FileManager.default.destinationOfSymbolicLink(
                    atPath: "/proc/\(program.pid)/fd/\(number)")
                #expect(target == "/dev/null" || target.hasPrefix("pipe:"), "\(number): \(target)")
            }
            await change.agent.resume()
            let finished = try program.finish(within: .seconds(40))
            #expect(finished.status == 0)
            #expect(await change.offline == [2, 3])
        } catch {
            await change.stop()
            throw error
        }
        await change.stop()
    }
}

extension Program {
    /// Runs the program as a shell does, with a redirection, without blocking a task's thread.
    static func finished(_ arguments: [String], _ redirection: String) async throws -> Finished {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(
                    with: Result {
                        try Child(
                            ["sh", "-c", "exec \"$0\" \"$@\" \(redirection)", path] + arguments
                        ).finish(within: .seconds(30))
                    })
            }
        }
    }
}
