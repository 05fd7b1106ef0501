import Foundation
import Glibc
import GuestVCPU
import LabSupport
import Simulation
import Testing

/// Signals at each step of a change by `set`, as people, shells and service managers send them.
@Suite("Signals during a change", .serialized)
actor SignalTests {
    private nonisolated let thread = LabThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    private static let atSet = [ScriptedFault(.hang, at: .set)]
    /// The second entry fails, and the agent stops before it puts the first one back.
    private static let atUndo = [
        ScriptedFault(.stopPartWay, at: .set), ScriptedFault(.error, at: .set, number: 2),
        ScriptedFault(.hang, at: .set, number: 3),
    ]

    /// What one act delivers, and the exit status that it leads to.
    static let acts: [([Int32], Int32)] = [
        ([SIGINT], 130), ([SIGTERM], 143), ([SIGHUP], 129), ([SIGQUIT], 131),
        ([SIGHUP, SIGHUP], 129), ([SIGTERM, SIGHUP], 143), ([SIGTERM, SIGTERM], 143),
        ([SIGINT, SIGHUP, SIGTERM, SIGINT], 130),
    ]

    @Test("one act, however many signals it delivers, lets the change end", arguments: acts)
    func oneAct(_ signals: [Int32], _ status: Int32) async throws {
        // On a machine that stalls they may come too far apart to be one act.
        while try await !expectOneAct(signals, status) {}
    }

    /// - Returns: Whether the signals were sent within a second, and so what is expected of them.
    private func expectOneAct(_ signals: [Int32], _ status: Int32) async throws -> Bool {
        var isOneAct = true
        try await withHeldChange(Self.atSet) { change in
            let program = try change.start()
            try await change.waitUntilHeld()
            let start = ContinuousClock.now
            for number in signals {
                try program.signal(number)
                // Two signals of one kind that wait together are one.
                usleep(30_000)
            }
            isOneAct = start.duration(to: .now) < .milliseconds(900)
            guard isOneAct else { return }
            let said = try program.errorLine(within: .seconds(20))
            #expect(said.contains("interrupted: the change of 'web'"), "\(said)")
            await change.agent.resume()
            let finished = try program.finish(within: .seconds(40))
            #expect(finished.status == status, "\(finished)")
            #expect(finished.output.hasPrefix("web: committed"), "\(finished)")
            #expect(await change.offline == [2, 3])
        }
        return isOneAct
    }

    @Test("between a failure and its undo, the undo is finished")
    func undo() async throws {
        try await withHeldChange(Self.atUndo) { change in
            let program = try change.start()
            try await change.waitUntilHeld()
            #expect(await change.offline == [2])
            try program.signal(SIGHUP)
            usleep(30_000)
            try program.signal(SIGHUP)
            _ = try program.errorLine(within: .seconds(20))
            await change.agent.resume()
            let finished = try program.finish(within: .seconds(40))
            #expect(finished.status == 129)
            #expect(finished.output.hasPrefix("web: rolledBack"), "\(finished)")
            #expect(await change.offline == [])
        }
    }

    @Test("a second act also ends the program during an undo that began after the first")
    func secondActDuringUndo() async throws {
        let vcpus = (0..<6).map { id in
            SimulatedVCPU(
                id: id, isOfflinable: id > 0,
                offlineFailure: id == 3 ? SetFailure(.busy) : nil)
        }
        // The set, the rest of it once more, and the undo.
        let change = try await HeldChange(
            [ScriptedFault(.hang, at: .set), ScriptedFault(.hang, at: .set, number: 3)],
            guest: SimulatedGuest(vcpus: vcpus))
        do {
            let program = try change.start()
            try await change.waitUntilHeld()
            try program.signal(SIGINT)
            _ = try program.errorLine(within: .seconds(20))
            try await Task.sleep(for: .milliseconds(1_300))
            await change.agent.resume()
            try await change.wait(for: "the undo") { await change.sets == 3 }
            try program.signal(SIGINT)
            // The agent is stopped all the while.
            let finished = try program.finish(within: .seconds(10))
            #expect(finished.status == 130)
            #expect(finished.output == "")
        } catch {
            await change.stop()
            throw error
        }
        await change.stop()
    }

    @Test("HUP never cuts a change short, however late it comes again")
    func hangUpAgain() async throws {
        try await withHeldChange(Self.atSet) { change in
            let program = try change.start()
            try await change.waitUntilHeld()
            try program.signal(SIGHUP)
            _ = try program.errorLine(within: .seconds(20))
            try await Task.sleep(for: .milliseconds(1_300))
            try program.signal(SIGHUP)
            await change.agent.resume()
            #expect(try program.finish(within: .seconds(40)).status == 129)
            #expect(await change.offline == [2, 3])
        }
    }

    @Test(
        "a second act ends the program on the spot, with the first signal's status",
        arguments: [(SIGINT, SIGINT, 130), (SIGHUP, SIGTERM, 129)] as [(Int32, Int32, Int32)])
    func secondAct(_ first: Int32, _ second: Int32, _ status: Int32) async throws {
        try await withHeldChange(Self.atSet) { change in
            let program = try change.start()
            try await change.waitUntilHeld()
            try program.signal(first)
            _ = try program.errorLine(within: .seconds(20))
            try await Task.sleep(for: .milliseconds(1_300))
            try program.signal(second)
            // The agent is stopped all the while.
            let finished = try program.finish(within: .seconds(10))
            #expect(finished.status == status)
            #expect(finished.output == "")
        }
    }

    @Test("signals that the parent ignored stay ignored")
    func ignored() async throws {
        try await withHeldChange(Self.atSet) { change in
            let program = try change.start(under: [
                "sh", "-c", "trap '' HUP INT TERM QUIT TSTP; exec \"$0\" \"$@\"",
            ])
            try await change.waitUntilHeld()
            for number in [SIGHUP, SIGINT, SIGTERM, SIGQUIT, SIGTSTP, SIGINT] {
                try program.signal(number)
            }
            await change.agent.resume()
            let finished = try program.finish(within: .seconds(40))
            #expect(finished.status == 0, "\(finished)")
            #expect(finished.errors == "")
        }
    }

    @Test("`timeout`, which signals the program and then its group, is one act")
    func timeout() async throws {
        try await withHeldChange(Self.atSet) { change in
            let timeout = try change.start(under: ["timeout", "--preserve-status", "600"])
            try await change.waitUntilHeld()
            // As when its time is over.
            try timeout.signal(SIGTERM)
            let said = try timeout.errorLine(within: .seconds(20))
            #expect(said.contains("interrupted"))
            await change.agent.resume()
            let finished = try timeout.finish(within: .seconds(40))
            #expect(finished.status == 143, "\(finished)")
            #expect(finished.output.hasPrefix("web: committed"))
            #expect(await change.offline == [2, 3])
        }
    }

    @Test("a pipeline that Ctrl-C ends does not end the change with SIGPIPE")
    func pipeline() async throws {
        try await withHeldChange(Self.atUndo) { change in
            // The shell that says the status lives on, as a terminal's does.
            let script = """
                { trap : INT; "$0" "$@"; echo $? >\(change.file("status")); } 2>&1 | cat
                """
            let shell = try change.start(under: ["bash", "-c", script])
            try await change.waitUntilHeld()
            #expect(kill(-shell.pid, SIGINT) == 0)
            try await Task.sleep(for: .milliseconds(300))
            await change.agent.resume()
            try await change.wait(for: "the program's end") {
                FileManager.default.fileExists(atPath: change.file("status"))
            }
            _ = try shell.finish(within: .seconds(20))
            #expect(await change.offline == [])
            let status = try String(contentsOfFile: change.file("status"), encoding: .utf8)
            #expect(status == "130\n")
        }
    }

    @Test("Ctrl-Z does not stop the program in the middle of a change")
    func stop() async throws {
        try await withHeldChange(Self.atSet) { change in
            let program = try change.start()
            try await change.waitUntilHeld()
            try program.signal(SIGTSTP)
            let said = try program.errorLine(within: .seconds(20))
            #expect(said.contains("not stopped: the change of 'web' ends first"), "\(said)")
            await change.agent.resume()
            let finished = try program.finish(within: .seconds(40))
            #expect(finished.status == 0)
            #expect(await change.offline == [2, 3])
        }
    }

    // MARK: - Before anything was sent

    @Test(
        "interrupted while another client holds the line, nothing is sent when that goes",
        arguments: [SIGINT, SIGTERM, SIGHUP])
    func busyAgent(_ signal: Int32) async throws {
        try await withHeldChange([]) { change in
            let other = try HeldConnection(to: change.agent.path)
            try await change.wait(for: "the other client") { await change.agent.hasClient }
            let program = try change.start()
            try await change.wait(for: "the program to knock") {
                hasSocket(program.pid)
            }
            try program.signal(signal)
            // The other client holds the line all the while.
            let finished = try program.finish(within: .seconds(15))
            #expect(finished.status == 128 + signal, "\(finished)")
            #expect(finished.errors.contains("interrupted before anything was sent"))
            #expect(!finished.errors.contains("finished or undone"))
            other.close()
            try await expectUnchanged(change)
        }
    }

    @Test(
        "interrupted while the guest is read, nothing is sent",
        arguments: [ScriptedFault.Step.sync, .info, .get])
    func reading(_ step: ScriptedFault.Step) async throws {
        try await withHeldChange([ScriptedFault(.hang, at: step)]) { change in
            let program = try change.start()
            try await change.waitUntilHeld()
            try program.signal(SIGINT)
            let finished = try program.finish(within: .seconds(15))
            #expect(finished.status == 130, "\(finished)")
            await change.agent.resume()
            try await expectUnchanged(change)
        }
    }

    /// Expects that the agent got no set, once it has answered another client.
    private func expectUnchanged(_ change: HeldChange) async throws {
        let list = try Program.run(["list", "--agent", "web=\(change.agent.path)"])
        #expect(list.output.contains("6/6"), "\(list)")
        #expect(await change.sets == 0)
    }
}

/// Whether a process has a socket open.
private func hasSocket(_ pid: Int32) -> Bool {
    let folder = "/proc/\(pid)/fd"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.contains { name in
        let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(name)")
        return target?.hasPrefix("socket:") == true
    }
}
