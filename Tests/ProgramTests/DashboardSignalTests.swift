import Foundation
import Glibc
import GuestVCPU
import LabSupport
import Simulation
import TerminalEmulator
import Testing

/// Signals and Ctrl-Z in a terminal, with a change or a reading under way.
@Suite("Signals at a terminal", .serialized)
actor DashboardSignalTests {
    private nonisolated let thread = LabThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    private static let atSet = [ScriptedFault(.hang, at: .set)]
    private static let atUndo = [
        ScriptedFault(.stopPartWay, at: .set), ScriptedFault(.error, at: .set, number: 2),
        ScriptedFault(.hang, at: .set, number: 3),
    ]

    private func arguments(_ change: HeldChange) -> [String] {
        ["--agent", "web=\(change.agent.path)", "--timeout", "30"]
    }

    /// Starts the dashboard in a terminal, as the leader of its session.
    private func dashboard(_ change: HeldChange) throws -> Emulator {
        let emulator = try Emulator(Program.path, arguments(change))
        try waitForGuest(emulator)
        return emulator
    }

    private func waitForGuest(_ emulator: Emulator) throws {
        try emulator.wait("the guest") { $0.lines.contains { $0.contains("6/6") } }
    }

    /// Starts a command in a shell in a terminal.
    private func shell(_ command: [String]) throws -> Emulator {
        let emulator = try Emulator(
            "/bin/bash", ["--norc", "--noprofile", "-i"], columns: 120,
            environment: ["PS1": "shell> "])
        try emulator.wait("the shell") { $0.line(0) == "shell>" }
        emulator.send(command.joined(separator: " ") + "\r")
        return emulator
    }

    /// Marks vCPUs 2 and 3, reviews, and sends; returns when the agent stops.
    private func commit(_ change: HeldChange, in emulator: Emulator) async throws {
        review(in: emulator)
        try emulator.wait("the review") { $0.lines.contains { $0.contains("offline 2-3") } }
        emulator.send("y")
        try await change.waitUntilHeld()
    }

    private func review(in emulator: Emulator) {
        emulator.send("ll l c")
    }

    // MARK: - The end

    @Test(
        "a terminal that is closed, which is HUP twice, ends no change", arguments: [false, true])
    func closedTerminal(isUndoing: Bool) async throws {
        try await withHeldChange(isUndoing ? Self.atUndo : Self.atSet) { change in
            let emulator = try dashboard(change)
            try await commit(change, in: emulator)
            emulator.hangUp()
            usleep(100_000)
            emulator.signal(SIGHUP)
            usleep(400_000)
            await change.agent.resume()
            let end = try emulator.waitForEnd()
            #expect(end == 129)
            #expect(await change.offline == (isUndoing ? [] : [2, 3]))
        }
    }

    @Test("a terminal that is closed with `set` at work in its shell ends no change")
    func closedShell() async throws {
        try await withHeldChange(Self.atUndo) { change in
            let emulator = try shell([Program.path] + change.arguments)
            try await change.waitUntilHeld()
            emulator.hangUp()
            usleep(400_000)
            await change.agent.resume()
            try await change.wait(for: "the undo") { await change.offline == [] }
        }
    }

    @Test("what comes with the first signal, or is HUP, ends no change; an INT later does")
    func secondAct() async throws {
        try await withHeldChange(Self.atSet) { change in
            let emulator = try dashboard(change)
            try await commit(change, in: emulator)
            emulator.signal(SIGTERM)
            emulator.signal(SIGHUP)
            try emulator.wait("the notice") {
                !$0.isAlternate
                    && $0.lines.contains {
                        $0.contains("the change of 'web' is finished or undone")
                    }
            }
            usleep(1_300_000)
            emulator.signal(SIGHUP)
            usleep(200_000)
            #expect(kill(emulator.process, 0) == 0)
            emulator.signal(SIGINT)
            // The agent is stopped all the while.
            #expect(try emulator.waitForEnd() == 143)
            #expect(emulator.isForLines)
        }
    }

    @Test("Ctrl-Z after the screen is gone does not stop the change that is being finished")
    func stopWhileFinishing() async throws {
        try await withHeldChange(Self.atSet) { change in
            let emulator = try shell([Program.path] + arguments(change))
            try waitForGuest(emulator)
            try await commit(change, in: emulator)
            emulator.send("\u{03}")
            try emulator.wait("the notice") {
                !$0.isAlternate && $0.lines.contains { $0.contains("finished or undone first") }
            }
            emulator.send("\u{1A}")
            try emulator.wait("the second notice") {
                $0.lines.contains { $0.contains("not stopped: what is under way ends first") }
            }
            await change.agent.resume()
            try emulator.wait("the outcome") {
                $0.lines.contains { $0.contains("web: committed") }
                    && $0.lines.last { !$0.isEmpty } == "shell>"
            }
            #expect(!emulator.lines.contains { $0.contains("Stopped") })
            #expect(await change.offline == [2, 3])
        }
    }

    @Test("a HUP that the parent ignored stays ignored")
    func ignored() async throws {
        try await withHeldChange([]) { change in
            let emulator = try Emulator(
                "/bin/sh",
                ["-c", "trap '' HUP; exec \"$0\" \"$@\"", Program.path] + arguments(change))
            try waitForGuest(emulator)
            emulator.signal(SIGHUP)
            emulator.send("?")
            try emulator.wait("the help") { $0.lines.contains { $0.contains("HELP") } }
            emulator.send("\u{1B}")
            try emulator.wait("no help") { !$0.lines.contains { $0.contains("HELP") } }
            emulator.send("q")
            #expect(try emulator.waitForEnd() == 0)
        }
    }

    @Test("interrupted before anything was sent, nothing is sent")
    func beforeSending() async throws {
        try await withHeldChange([]) { change in
            let emulator = try dashboard(change)
            review(in: emulator)
            try emulator.wait("the review") { $0.lines.contains { $0.contains("offline 2-3") } }
            await change.agent.script([ScriptedFault(.hang, at: .get)])
            emulator.send("y")
            try await change.waitUntilHeld()
            emulator.signal(SIGTERM)
            #expect(try emulator.waitForEnd() == 143)
            await change.agent.resume()
            let list = try Program.run(["list"] + arguments(change))
            #expect(list.output.contains("6/6"), "\(list)")
            #expect(await change.sets == 0)
        }
    }

    // MARK: - Ctrl-Z

    @Test(
        "Ctrl-Z during a reading stops the program without the agent's socket",
        arguments: [[], ["list", "--watch"]])
    func stopDuringReading(_ command: [String]) async throws {
        try await withHeldChange([]) { change in
            let emulator = try shell([Program.path] + command + arguments(change))
            try waitForGuest(emulator)
            await change.agent.script([ScriptedFault(.hang, at: .get)])
            try await change.waitUntilHeld()
            emulator.send("\u{1A}")
            try emulator.wait("the shell") {
                !$0.isAlternate && $0.lines.contains { $0.contains("Stopped") }
            }
            try await change.wait(for: "the line to be free") { await !change.agent.hasClient }
            await change.agent.resume()
            emulator.send("clear; fg\r")
            // A reading that was cut off says nothing of the guest.
            try emulator.wait("the guest again") {
                $0.lines.contains { $0.contains("6/6") }
                    && !$0.lines.contains { $0.contains("Stopped") }
            }
            emulator.send(command.isEmpty ? "q" : "\u{03}")
            try emulator.wait("the end") { $0.lines.last { !$0.isEmpty } == "shell>" }
        }
    }

    @Test("Ctrl-Z during a change says what it waits for, and stops when the change has ended")
    func stopDuringChange() async throws {
        try await withHeldChange(Self.atSet) { change in
            let emulator = try shell([Program.path] + arguments(change))
            try waitForGuest(emulator)
            try await commit(change, in: emulator)
            emulator.send("\u{1A}")
            try emulator.wait("the notice") {
                $0.isAlternate
                    && $0.lines.contains { $0.contains("stops when the change of web has ended") }
            }
            await change.agent.resume()
            try emulator.wait("the shell") {
                !$0.isAlternate && $0.lines.contains { $0.contains("Stopped") }
            }
            #expect(await change.offline == [2, 3])
            try await change.wait(for: "the line to be free") { await !change.agent.hasClient }
            emulator.send("fg\r")
            try emulator.wait("the result") {
                $0.isAlternate && $0.lines.contains { $0.contains("committed") }
                    && !$0.lines.contains { $0.contains("stops when") }
            }
            emulator.send("\u{1B}")
            try emulator.wait("no result") { !$0.lines.contains { $0.contains("RESULT") } }
            emulator.send("q")
            try emulator.wait("the end") { $0.lines.last { !$0.isEmpty } == "shell>" }
        }
    }
}
